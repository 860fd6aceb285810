"""The users' tables: people, their addresses, and what was sent to them."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.utils.crypto import salted_hmac

from apps.users import domain
from idl import common, users
from thriftshop import call_context, clock, events, letters
from thriftshop.contact import addresses, emails

TOPIC = "users"


class UserManager(BaseUserManager["User"]):
    """Makes users, each with the event that says so."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with this password hashed, or with none that works."""
        user = self.model(email=emails.checked(email), **fields)
        user.set_password(password)
        return self.enrol(user)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A member of staff who may do everything."""
        fields |= {"is_staff": True, "is_superuser": True, "email_verified": True}
        return self.create_user(email, password, **fields)

    def enrol(self, user: "User") -> "User":
        """Saves a new user. Raises IntegrityError where the address has one already."""
        with transaction.atomic():
            user.save(using=self._db)
            events.record(TOPIC, str(user.pk), [user.registered()])
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this e-mail address, however it is written."""
        return self.get(email=emails.normal(username or ""))


def joined_now() -> int:
    """When who joins now joins: an import's own date where there is one; milliseconds."""
    return call_context.happened_at()


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who shops or works here. An erased one keeps the id, and nothing that says who it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail address", max_length=emails.MAX_LENGTH, unique=True)
    email_verified = models.BooleanField("address proven", default=False)
    name = models.CharField(max_length=domain.NAME_LENGTH, blank=True)
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
        # Never who it is: this ends up in the admin's history and in logs.
        return f"User {str(self.pk)[:8]}"

    def get_short_name(self) -> str:
        """What to call them."""
        return self.name or self.email

    def get_full_name(self) -> str:
        """What to call them in full."""
        return self.name or self.email

    def save(self, *args: Any, **fields: Any) -> None:
        """Saves. A password set by Django's own forms and commands is a changed password like any other."""
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

    def registered(self) -> users.UserRegistered:
        """The first event of this user."""
        return users.UserRegistered(id=str(self.pk), role=self.role)

    def all_settings(self) -> dict[str, str]:
        """The user's settings, with the shop's default for the rest."""
        return domain.all_settings(self.settings, settings.CURRENCIES[0])

    def to_struct(self) -> users.User:
        """The user as the contract has it."""
        return users.User(
            id=str(self.pk),
            email=self.email,
            email_verified=self.email_verified,
            name=self.name,
            role=self.role,
            active=self.is_active,
            addresses=[one.to_struct() for one in sorted(self.addresses.all(), key=Address.place)],
            settings=self.all_settings(),
            joined_at=self.joined_at,
            version=self.version,
        )


def known(user_id: str) -> uuid.UUID | None:
    """The id as a key of the table; None for what cannot be one."""
    try:
        return uuid.UUID(user_id)
    except ValueError:
        return None


def find(user_ids: Iterable[str]) -> list[User]:
    """The users of these ids that are there and were not erased, in that order, each once, with their addresses."""
    keys = list(dict.fromkeys(key for key in map(known, user_ids) if key is not None))
    found: dict[uuid.UUID, User] = {}
    for start in range(0, len(keys), 500):
        found |= User.objects.filter(erased_at=None).prefetch_related("addresses").in_bulk(keys[start : start + 500])
    return [found[key] for key in keys if key in found]


def lock(user_id: str) -> User | None:
    """The user of this id, locked until the transaction ends; None where there is none, or no longer."""
    key = known(user_id)
    return None if key is None else User.objects.select_for_update().filter(pk=key, erased_at=None).first()


def note_login(user_id: str, at: int) -> None:
    """Writes down a login, unless a later one is known or the user was erased. It is no change of the account."""
    key, when = known(user_id), clock.datetime_of(at)
    if key is None:
        return
    earlier = models.Q(last_login=None) | models.Q(last_login__lt=when)
    User.objects.filter(earlier, pk=key, erased_at=None).update(last_login=when)


def change(user: User, event: Any, fields: Collection[str] = ()) -> None:
    """Saves these fields of a locked user together with what happened, and counts the change."""
    user.version += 1
    user.save(update_fields=["version", *fields])
    events.record(TOPIC, str(user.pk), [event])


def note(user: User, event: Any) -> None:
    """Records what happened to a locked user without changing anything about them."""
    events.record(TOPIC, str(user.pk), [event])


class Address(models.Model):
    """An address that a user keeps."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    label = models.CharField(max_length=domain.LABEL_LENGTH, blank=True)
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

    def place(self) -> tuple[bool, int, str]:
        """What addresses are sorted by: the default first, then the oldest."""
        return (not self.is_default, self.added_at, str(self.pk))

    def put(self, address: common.Address) -> None:
        """Takes over what the domain let through."""
        self.name, self.lines, self.city = address.name, list(address.lines), address.city
        self.region, self.postcode, self.country = address.region or "", address.postcode or "", address.country

    def in_a_line(self) -> str:
        """The address for people, in one line."""
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
        """The address as the contract has it."""
        return users.UserAddress(
            id=str(self.pk), address=self.to_address(), is_default=self.is_default, label=self.label or None
        )


class SentMail(letters.Delivery):
    """An e-mail for an event: an event that comes twice sends none the second time."""

    event_id = models.CharField(max_length=32, primary_key=True)
    user_id = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"Mail for event {self.event_id[:8]}"


class MailRequest(models.Model):
    """That somebody asked for an e-mail to an address, kept for an hour as a keyed hash: nobody's mailbox is flooded."""

    key = models.CharField(max_length=64)
    asked_at = models.BigIntegerField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["key", "asked_at"], name="mail_request_by_key")]

    def __str__(self) -> str:
        return f"Request {self.key[:8]}"

    @classmethod
    def count(cls, email: str, kind: str) -> int:
        """Notes one more request for this kind of e-mail; gives how many there were within the hour, this one included.

        What a wrong clock noted in the future is forgotten as well: else it would count until then.
        """
        now, key = clock.now(), salted_hmac(f"users.mail.{kind}", email, algorithm="sha256").hexdigest()
        cls.objects.exclude(asked_at__range=(now - 3_600_000, now + clock.SKEW_MS)).delete()
        cls.objects.create(key=key, asked_at=now)
        return cls.objects.filter(key=key).count()
