"""Tables of sessions and login attempts."""

import hashlib
import uuid
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.crypto import salted_hmac

from apps.sessions import domain
from idl import common, sessions
from thriftshop import clock, events
from thriftshop.database import bulk, prepared

TOPIC = "sessions"


def idle_ms() -> int:
    """The milliseconds after which an unused session expires."""
    return int(settings.SESSION_IDLE_HOURS) * domain.HOUR_MS


def max_lifetime_ms() -> int:
    """The maximum lifetime of a session in milliseconds."""
    return int(settings.SESSION_DAYS) * domain.DAY_MS


def hash_of(token: str) -> str:
    """The stored hash of a token. A fast hash is sufficient for 256 random bits."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions by their state."""

    def unended(self) -> "SessionQuerySet":
        """Sessions that were not ended, including expired ones."""
        return self.filter(ended_at=None)

    def alive(self) -> "SessionQuerySet":
        """Sessions that are valid now."""
        now = clock.now()
        return self.unended().filter(used_at__gt=now - idle_ms(), expires_at__gt=now)

    def expired(self) -> "SessionQuerySet":
        """Expired sessions that were not ended yet."""
        now = clock.now()
        return self.unended().filter(models.Q(used_at__lte=now - idle_ms()) | models.Q(expires_at__lte=now))

    def end(self, reason: str) -> int:
        """End the open ones of these sessions with an event each; returns their number."""
        with transaction.atomic():
            rows = list(self.unended().select_for_update())
            Session.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=clock.now(), end_reason=reason)
            events.record_many(TOPIC, {str(row.pk): [row.ended(reason)] for row in rows})
        return len(rows)


class Session(models.Model):
    """A login of a user on a device. Times are in milliseconds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    user_id = models.CharField(max_length=64)
    role = models.SmallIntegerField()
    device = models.CharField(max_length=domain.MAX_DEVICE_LENGTH)
    address = models.CharField(max_length=45, blank=True)
    started_at = models.BigIntegerField()
    used_at = models.BigIntegerField()
    expires_at = models.BigIntegerField()
    ended_at = models.BigIntegerField(null=True, blank=True)
    end_reason = models.CharField(max_length=32, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-used_at", "id"]
        indexes = [
            models.Index(fields=["user_id", "ended_at"], name="session_by_user"),
            models.Index(fields=["ended_at", "used_at"], name="session_by_use"),
        ]

    def __str__(self) -> str:
        return f"Session {str(self.pk)[:8]}"

    def insert(self) -> None:
        """Insert the row of a new session. Its id and token are random, so they cannot exist already."""
        values = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        if bulk.insert_once(Session.objects.all(), values) is None:
            raise IntegrityError("There is a session with this id or token already.")

    def idle_until(self) -> int:
        """When it expires unless it is used."""
        return domain.idle_until(self.used_at, self.expires_at, idle_ms())

    def ended(self, reason: str) -> sessions.SessionEnded:
        """The event of its end."""
        return sessions.SessionEnded(id=str(self.pk), user_id=self.user_id, reason=reason)

    def viewer(self) -> common.Viewer:
        """The logged-in viewer."""
        return common.Viewer(id=self.user_id, role=self.role, session_id=str(self.pk))

    def to_struct(self) -> sessions.Session:
        """The session as a struct of the contract."""
        return sessions.Session(
            id=str(self.pk),
            user_id=self.user_id,
            device=self.device,
            address=self.address or None,
            started_at=self.started_at,
            used_at=self.used_at,
            idle_until=self.idle_until(),
            expires_at=self.expires_at,
        )


class TokenSession(NamedTuple):
    """The columns of a session that are needed to authenticate its token."""

    id: str
    user_id: str
    role: int
    used_at: int
    expires_at: int


def find_by_token(token: str) -> TokenSession | None:
    """The session of a token, unless it was ended."""
    rows = _by_token(token_hash=hash_of(token))
    return TokenSession(str(rows[0][0]), *rows[0][1:]) if rows else None


@prepared.query
def _by_token(token_hash: str) -> "models.QuerySet[Session, tuple[Any, ...]]":
    rows = Session.objects.unended().filter(token_hash=token_hash).order_by()
    return rows.values_list("id", "user_id", "role", "used_at", "expires_at")


def open_sessions(user_id: str) -> list[Session]:
    """A user's sessions that are valid now, the last used first."""
    now = clock.now()
    return _open_of(user_id=user_id, used_after=now - idle_ms(), now=now)


@prepared.query
def _open_of(user_id: str, used_after: int, now: int) -> SessionQuerySet:
    return Session.objects.unended().filter(user_id=user_id, used_at__gt=used_after, expires_at__gt=now)


def parse_id(session_id: str) -> uuid.UUID | None:
    """The id as a primary key; None for an invalid one."""
    try:
        return uuid.UUID(session_id)
    except ValueError:
        return None


class Attempt(models.Model):
    """Recent failures of an address with one account or any. Account and address are stored as a keyed hash only."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.IntegerField()
    last_at = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.failures} tries"

    def state(self) -> domain.Attempts:
        """The count as a value of the domain."""
        return domain.Attempts(self.failures, self.last_at)


class KnownAddress(models.Model):
    """An address with a recent login to an account. Both are stored as a keyed hash only."""

    key = models.CharField(max_length=64, primary_key=True)
    seen_at = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name_plural = "known addresses"

    def __str__(self) -> str:
        return f"Address {self.key[:8]}"


def attempt_key(*parts: Any) -> str:
    """The keyed hash under which attempts are counted."""
    return salted_hmac("sessions.attempts", "\n".join(map(str, parts)), algorithm="sha256").hexdigest()
