"""Queries on users that the viewer may see, the viewer's own account, and the validation of names."""

from collections.abc import Sequence

from apps.users import domain, models
from idl import common, users
from thriftshop import identity
from thriftshop.contact import texts
from thriftshop.contact.emails import normal as normalized

MAX_EMAILS = 500


def get_users(ids: Sequence[str]) -> list[users.User]:
    """The users with these ids that the viewer may see, in that order; others are left out."""
    return models.to_structs(models.find([user_id for user_id in ids if identity.may_see(user_id)]))


def find_verified(emails: Sequence[str]) -> list[users.User]:
    """The users with open accounts who have verified one of these addresses. Services only."""
    if not identity.is_service():
        raise common.Forbidden(message="Only the shop's own services may find users by e-mail address.")
    return models.to_structs(models.verified_with(addresses={normalized(email) for email in emails[:MAX_EMAILS]}))


def viewer() -> models.User:
    """The viewer's account. Raises common.Unauthenticated if it is closed."""
    user = next(iter(models.find([identity.require_viewer().id])), None)
    if user is None or not user.is_active:
        raise closed()
    return user


def lock_viewer() -> models.User:
    """The viewer's account, locked until the transaction ends. Raises common.Unauthenticated if it is closed."""
    user = models.lock(identity.require_viewer().id)
    if user is None or not user.is_active:
        raise closed()
    return user


def closed() -> common.Unauthenticated:
    """The refusal if the viewer's account was closed or erased."""
    return common.Unauthenticated(message="This account is closed. Log in with another one.")


def not_found(user_id: str) -> common.NotFound:
    """The refusal if a user does not exist or the viewer may not see them."""
    return common.NotFound(message="There is no such user.", kind="user", id=user_id[:64])


def name(text: str) -> str:
    """A person's normalised name. Raises common.InvalidInput for an empty, overlong or unprintable one."""
    return texts.required(text, "name", domain.MAX_NAME_LENGTH, "The name")
