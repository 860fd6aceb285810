"""Users looked up by id for those who may see them, and the viewer; and how a name is checked."""

from collections.abc import Sequence

from apps.users import domain, models
from idl import common, users
from thriftshop import identity
from thriftshop.contact import texts
from thriftshop.contact.emails import normal as normalized

MOST_EMAILS = 500


def get_users(ids: Sequence[str]) -> list[users.User]:
    """The users of these ids that the viewer may see, in that order; others are left out."""
    return [user.to_struct() for user in models.find([one for one in ids if identity.may_see(one)])]


def find_verified(emails: Sequence[str]) -> list[users.User]:
    """The users who have proven that one of these addresses is theirs, and whose accounts are open. Services only."""
    if not identity.is_service():
        raise common.Forbidden(message="Only the shop's own services may look for users by e-mail address.")
    proven = models.User.objects.filter(email_verified=True, is_active=True, erased_at=None)
    found = proven.filter(email__in={normalized(one) for one in emails[:MOST_EMAILS]})
    return [user.to_struct() for user in found.prefetch_related("addresses")]


def viewing() -> models.User:
    """The viewer's own record. Raises common.Unauthenticated where there is none that is open."""
    found = models.find([identity.require_viewer().id])
    if not found or not found[0].is_active:
        raise closed()
    return found[0]


def lock_viewer() -> models.User:
    """The viewer's own record, locked until the transaction ends. Raises common.Unauthenticated as `viewing` does."""
    user = models.lock(identity.require_viewer().id)
    if user is None or not user.is_active:
        raise closed()
    return user


def closed() -> common.Unauthenticated:
    """What to raise where the viewer's account is closed or gone while they are still using it."""
    return common.Unauthenticated(message="This account is closed. Log in with another one.")


def unknown(user_id: str) -> common.NotFound:
    """What to raise where a user is not there, or not the viewer's to see."""
    return common.NotFound(message="There is no such user.", kind="user", id=user_id[:64])


def name(text: str) -> str:
    """A person's name as it is kept. Raises common.InvalidInput for an empty, overlong or unprintable one."""
    return texts.required(text, "name", domain.NAME_LENGTH, "The name")
