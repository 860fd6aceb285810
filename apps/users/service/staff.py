"""Members of staff and their permissions, for the admins of services without accounts of their own."""

from django.utils.crypto import salted_hmac

from apps.users import models
from apps.users.service import passwords, reading
from idl import common, sessions, users
from thriftshop import call_context, identity, rpc
from thriftshop.contact import emails


def authenticate(email: str, password: str, address: str | None = None) -> users.StaffMember:
    """The member of staff with this address and password. Raises users.WrongCredentials, the same for every cause, or
    users.TooManyTries.

    Attempts are counted before they are made, so without the sessions service nobody can log in.
    """
    _require_service()
    account = emails.normal(email)
    with call_context.using(caller="users"):
        attempts = rpc.connect(sessions.SessionsService)
        try:
            attempts.count_attempt(account, address)
        except sessions.TooManyAttempts as refusal:
            wait = refusal.retry_after_seconds
            raise users.TooManyTries(message=refusal.message, retry_after_seconds=wait) from refusal
        user = models.find_by_email(account)
        if not passwords.matches(user, password) or user is None or not _is_active_staff(user):
            raise users.WrongCredentials(message=passwords.WRONG)
        attempts.forgive_attempts(account, address)
    return _member(user)


def get(id: str) -> users.StaffMember:
    """An active member of staff. Raises common.NotFound for anybody else."""
    _require_service()
    user = next(iter(models.find([id])), None)
    if user is None or not _is_active_staff(user):
        raise reading.not_found(id)
    return _member(user)


def _require_service() -> None:
    if not identity.is_service():
        raise common.Forbidden(message="Only services may call this method.")


def _is_active_staff(user: models.User) -> bool:
    return user.is_active and user.is_staff


def _member(user: models.User) -> users.StaffMember:
    return users.StaffMember(
        id=str(user.pk),
        name=user.name,
        is_superuser=user.is_superuser,
        groups=sorted(user.groups.values_list("name", flat=True)),
        permissions=[] if user.is_superuser else sorted(user.get_all_permissions()),
        stamp=salted_hmac("users.staff.stamp", user.password, algorithm="sha256").hexdigest(),
    )
