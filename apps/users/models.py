"""Tables of users, their addresses, and the e-mails sent to them."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.utils.crypto import salted_hmac

from apps.users import domain
from idl import common, users
from thriftshop import call_context, clock, events, mail
from thriftshop.contact import addresses, emails
from thriftshop.database import prepared

TOPIC = "users"
BATCH = 500


class UserManager(BaseUserManager["User"]):
    """Creates users and records their registration."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user with this password; without one, the password is unusable."""
        user = self.model(email=emails.checked(email), **fields)
        user.set_password(password)
        return self.register(user)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a member of staff with all permissions."""
        fields |= {"is_staff": True, "is_superuser": True, "email_verified": True}
        return self.create_user(email, password, **fields)

    def register(self, user: "User") -> "User":
        """Save a new user. Raises IntegrityError if the address already has an account."""
        with transaction.atomic():
            user.save(using=self._db)
            events.record(TOPIC, str(user.pk), [user.registered_event()])
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this e-mail address, which is normalised first."""
        return self.get(email=emails.normal(username or ""))


def joined_now() -> int:
    """The joining time of a new user, in milliseconds: now, or the time of an import's call context."""
    return call_context.happened_at()


class User(AbstractBaseUser, PermissionsMixin):
    """A customer or a member of staff. Of an erased one only the id remains, without personal data."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail address", max_length=emails.MAX_LENGTH, unique=True)
    email_verified = models.BooleanField("address proven", default=False)
    name = models.CharField(max_length=domain.MAX_NAME_LENGTH, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    is_staff = models.BooleanField("staff", default=False)
    is_active = models.BooleanField("active", default=True)
    joined_at = models.BigIntegerField(default=joined_now, editable=False)
    erased_at = models.BigIntegerField(null=True, blank=True, editable=False)
    version = models.BigIntegerField(default=1, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()
    _password: str | None

    class Meta:
        ordering = ["-joined_at", "id"]
        indexes = [models.Index(fields=["-joined_at", "id"], name="user_newest_first")]

    def __str__(self) -> str:
        # Without personal data: this appears in the admin's history and in logs.
        return f"User {str(self.pk)[:8]}"

    def get_short_name(self) -> str:
        """The name, or the e-mail address without one."""
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name, or the e-mail address without one."""
        return self.name or self.email

    def save(self, *args: Any, **fields: Any) -> None:
        """Save, and record a password changed by Django's forms and commands."""
        if self._password is None or self._state.adding:
            super().save(*args, **fields)
            return
        with transaction.atomic():
            User.objects.select_for_update().get(pk=self.pk)
            self.version += 1
            super().save(*args, **fields)
            events.record(TOPIC, str(self.pk), [users.PasswordChanged(id=str(self.pk), how="change")])

    @property
    def role(self) -> int:
        """The user's role, of common.Role."""
        return common.Role.STAFF if self.is_staff else common.Role.CUSTOMER

    def registered_event(self) -> users.UserRegistered:
        """The first event of this user."""
        return users.UserRegistered(id=str(self.pk), role=self.role)

    def all_settings(self) -> dict[str, str]:
        """The user's settings, with the shop's defaults for the others."""
        return domain.all_settings(self.settings, settings.CURRENCIES[0])

    def to_struct(self, addresses: "Iterable[Address] | None" = None) -> users.User:
        """The user as a struct of the contract. Without `addresses`, the user's are queried."""
        rows = self.addresses.all() if addresses is None else addresses
        return users.User(
            id=str(self.pk),
            email=self.email,
            email_verified=self.email_verified,
            name=self.name,
            role=self.role,
            active=self.is_active,
            addresses=[row.to_struct() for row in sorted(rows, key=Address.sort_key)],
            settings=self.all_settings(),
            joined_at=self.joined_at,
            version=self.version,
        )


def parse_id(user_id: str) -> uuid.UUID | None:
    """The id as a primary key; None for an invalid one."""
    try:
        return uuid.UUID(user_id)
    except ValueError:
        return None


@prepared.query
def _with_ids(keys: Collection[uuid.UUID]) -> models.QuerySet[User]:
    return User.objects.filter(pk__in=keys, erased_at=None).order_by()


@prepared.query
def _with_email(email: str) -> models.QuerySet[User]:
    return User.objects.filter(email=email, erased_at=None).order_by()


@prepared.query
def verified_with(addresses: Collection[str]) -> models.QuerySet[User]:
    """The users with open accounts who have verified one of these normalised e-mail addresses."""
    return User.objects.filter(email__in=addresses, email_verified=True, is_active=True, erased_at=None).order_by()


@prepared.query
def _addresses_of(keys: Collection[uuid.UUID]) -> "models.QuerySet[Address]":
    return Address.objects.filter(user_id__in=keys).order_by()


def find(user_ids: Iterable[str]) -> list[User]:
    """The existing users with these ids, in that order, each once. Erased users are left out."""
    keys = list(dict.fromkeys(key for key in map(parse_id, user_ids) if key is not None))
    rows: dict[uuid.UUID, User] = {}
    for start in range(0, len(keys), BATCH):
        rows |= {user.pk: user for user in _with_ids(keys=keys[start : start + BATCH])}
    return [rows[key] for key in keys if key in rows]


def find_by_email(email: str) -> User | None:
    """The user with this normalised e-mail address."""
    return next(iter(_with_email(email=email)), None)


def to_structs(rows: Sequence[User]) -> list[users.User]:
    """Users as structs of the contract, their addresses loaded together."""
    addresses_by_user: dict[uuid.UUID, list[Address]] = {user.pk: [] for user in rows}
    keys = list(addresses_by_user)
    for start in range(0, len(keys), BATCH):
        for address in _addresses_of(keys=keys[start : start + BATCH]):
            addresses_by_user[address.user_id].append(address)
    return [user.to_struct(addresses_by_user[user.pk]) for user in rows]


def lock(user_id: str) -> User | None:
    """The user with this id, locked until the transaction ends; None if it does not exist or was erased."""
    key = parse_id(user_id)
    return None if key is None else User.objects.select_for_update().filter(pk=key, erased_at=None).first()


def note_login(user_id: str, at: int) -> None:
    """Save the time of a login, unless a later one is known or the user was erased. The version stays the same."""
    key, when = parse_id(user_id), clock.datetime_of(at)
    if key is None:
        return
    earlier = models.Q(last_login=None) | models.Q(last_login__lt=when)
    User.objects.filter(earlier, pk=key, erased_at=None).update(last_login=when)


def change(user: User, event: Any, fields: Collection[str] = ()) -> None:
    """Save these fields of a locked user, increment the version and record the event."""
    user.version += 1
    user.save(update_fields=["version", *fields])
    events.record(TOPIC, str(user.pk), [event])


def record(user: User, event: Any) -> None:
    """Record an event of a locked user that changes none of their fields."""
    events.record(TOPIC, str(user.pk), [event])


class Address(models.Model):
    """An address in a user's address book."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    label = models.CharField(max_length=domain.MAX_LABEL_LENGTH, blank=True)
    name = models.CharField(max_length=addresses.NAME_LENGTH)
    lines = models.JSONField()
    city = models.CharField(max_length=addresses.CITY_LENGTH)
    region = models.CharField(max_length=addresses.REGION_LENGTH, blank=True)
    postcode = models.CharField(max_length=addresses.POSTCODE_LENGTH, blank=True)
    country = models.CharField(max_length=2)
    is_default = models.BooleanField(default=False)
    added_at = models.BigIntegerField(default=clock.now)

    class Meta:
        verbose_name_plural = "addresses"
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="address_one_default_each"
            )
        ]

    def __str__(self) -> str:
        return f"Address {str(self.pk)[:8]}"

    def sort_key(self) -> tuple[bool, int, str]:
        """Sort the default address first, then the oldest."""
        return (not self.is_default, self.added_at, str(self.pk))

    def assign(self, address: common.Address) -> None:
        """Set the fields from a valid address."""
        self.name, self.lines, self.city = address.name, list(address.lines), address.city
        self.region, self.postcode, self.country = address.region or "", address.postcode or "", address.country

    def as_line(self) -> str:
        """The address in one line, for display."""
        parts = [self.label, self.name, *self.lines, self.city, self.region, self.postcode, self.country]
        return ", ".join(part for part in parts if part)

    def to_address(self) -> common.Address:
        """The postal address alone."""
        return common.Address(
            name=self.name,
            lines=list(self.lines),
            city=self.city,
            region=self.region or None,
            postcode=self.postcode or None,
            country=self.country,
        )

    def to_struct(self) -> users.UserAddress:
        """The address as a struct of the contract."""
        return users.UserAddress(
            id=str(self.pk), address=self.to_address(), is_default=self.is_default, label=self.label or None
        )


class SentMail(mail.Delivery):
    """The e-mail for an event, which is sent once, also for a repeated event."""

    event_id = models.CharField(max_length=32, primary_key=True)
    user_id = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"Mail for event {self.event_id[:8]}"


class MailRequest(models.Model):
    """A request for an e-mail to an address, stored for an hour as a keyed hash, to limit the e-mails to a mailbox."""

    key = models.CharField(max_length=64)
    asked_at = models.BigIntegerField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["key", "asked_at"], name="mail_request_by_key")]

    def __str__(self) -> str:
        return f"Request {self.key[:8]}"

    @classmethod
    def count(cls, email: str, kind: str) -> int:
        """Count a request for this kind of e-mail; returns the number within the hour, including this one.

        Requests in the future, from a wrong clock, are deleted, because they would count until then.
        """
        now, key = clock.now(), salted_hmac(f"users.mail.{kind}", email, algorithm="sha256").hexdigest()
        cls.objects.exclude(asked_at__range=(now - 3_600_000, now + clock.SKEW_MS)).delete()
        cls.objects.create(key=key, asked_at=now)
        return cls.objects.filter(key=key).count()
