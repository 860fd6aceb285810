"""The tokens in e-mails: signed, with an expiry, and bound to a state that using them changes, so that each works once."""

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.users import models
from idl import users
from thriftshop import clock

VERIFY = "verify"
RESET = "reset"
INVITE = "invite"

HOUR_MS = 3_600_000
LIFETIMES_MS = {VERIFY: 72 * HOUR_MS, RESET: HOUR_MS, INVITE: 72 * HOUR_MS}
MAX_LENGTH = 1024


def make(purpose: str, user: models.User) -> str:
    """A token for one of the purposes above. It reveals nothing about the user but the id."""
    payload = [purpose, str(user.pk), clock.now() + LIFETIMES_MS[purpose], _state(purpose, user)]
    return signing.dumps(payload, salt="thriftshop.users")


def owner(token: str, *purposes: str) -> tuple[str, str]:
    """The purpose of a valid token and the id of its user. Raises users.InvalidToken."""
    purpose, user_id, _ = _read(token, purposes)
    return purpose, user_id


def check(token: str, user: models.User, *purposes: str) -> None:
    """Raise users.InvalidToken unless the token belongs to this user and was not used yet."""
    purpose, user_id, state = _read(token, purposes)
    if user_id != str(user.pk) or not constant_time_compare(state, _state(purpose, user)):
        raise invalid()


def invalid() -> users.InvalidToken:
    """The refusal of any invalid token."""
    return users.InvalidToken(message="This link has expired or was already used. Request another e-mail.")


def _read(token: str, purposes: tuple[str, ...]) -> tuple[str, str, str]:
    if len(token) > MAX_LENGTH or not token.isascii():
        raise invalid()
    try:
        purpose, user_id, until, state = signing.loads(token, salt="thriftshop.users")
    except signing.BadSignature as error:
        raise invalid() from error
    if purpose not in purposes or clock.now() > until:
        raise invalid()
    return purpose, user_id, state


def _state(purpose: str, user: models.User) -> str:
    """A digest of what using the token changes: whether the address is verified, or the password."""
    value = f"{user.email}|{user.email_verified}" if purpose == VERIFY else f"{user.email}|{user.password}"
    return salted_hmac(f"thriftshop.users.{purpose}", value, algorithm="sha256").hexdigest()[:32]
