"""Members of staff, for the doors of services that keep no accounts: who they are, and what they may do."""

from django.utils.crypto import salted_hmac

from apps.users import models
from apps.users.service import passwords, reading
from idl import common, sessions, users
from thriftshop import call_context, identity, rpc
from thriftshop.contact import emails


def authenticate(email: str, password: str, address: str | None = None) -> users.StaffMember:
    """The member of staff whom these fit. Raises users.WrongCredentials, the same for every cause, or users.TooManyTries.

    Each try is counted first, and forgiven when it succeeds. Without a place to count nobody gets in: guessing would be free.
    """
    _require_service()
    account = emails.normal(email)
    with call_context.using(caller="users"):
        counting = rpc.connect(sessions.SessionsService)
        try:
            counting.count_attempt(account, address)
        except sessions.TooManyAttempts as refusal:
            wait = refusal.retry_after_seconds
            raise users.TooManyTries(message=refusal.message, retry_after_seconds=wait) from refusal
        user = models.User.objects.filter(email=account, erased_at=None).first()
        if not passwords.fits(user, password) or user is None or not _works_here(user):
            raise users.WrongCredentials(message=passwords.WRONG)
        counting.forgive_attempts(account, address)
    return _member(user)


def get(id: str) -> users.StaffMember:
    """A member of staff who works here still. Raises common.NotFound for anybody else."""
    _require_service()
    found = models.find([id])
    if not found or not _works_here(found[0]):
        raise reading.unknown(id)
    return _member(found[0])


def _require_service() -> None:
    if not identity.is_service():
        raise common.Forbidden(message="Only services may ask this.")


def _works_here(user: models.User) -> bool:
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
