"""Users looked up: by id for those who may see them, the viewer, and what a written address means."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.users import domain, models
from idl import common, users
from thriftshop import identity


def get_users(ids: Sequence[str]) -> list[users.User]:
    """The users of these ids that the viewer may see, in that order; others are left out."""
    return [user.to_struct() for user in models.find([one for one in ids if identity.may_see(one)])]


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


def email(text: str) -> str:
    """An e-mail address as it is kept. Raises common.InvalidInput for what cannot be one."""
    normal = domain.normal_email(text)
    try:
        validate_email(normal)
    except ValidationError as error:
        raise _no_address() from error
    if len(normal) > domain.EMAIL_LENGTH:
        raise _no_address()
    return normal


def _no_address() -> common.InvalidInput:
    # The text is not repeated: it may be somebody's address with a slip in it, and messages are logged.
    return common.InvalidInput(message="This is no e-mail address; it should look like ann@example.com.", field="email")
