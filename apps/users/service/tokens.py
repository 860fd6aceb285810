"""The tokens that e-mails carry: signed, timed, and bound to a state that their use ends, so that each works once."""

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
LONGEST = 1024


def make(purpose: str, user: models.User) -> str:
    """A token for one of the purposes above. It says nothing about the user but the id."""
    payload = [purpose, str(user.pk), clock.now() + LIFETIMES_MS[purpose], _state(purpose, user)]
    return signing.dumps(payload, salt="thriftshop.users")


def holder(token: str, *purposes: str) -> tuple[str, str]:
    """The purpose of a genuine token that is not too old, and whose it is. Raises users.InvalidToken otherwise."""
    purpose, user_id, _ = _read(token, purposes)
    return purpose, user_id


def check(token: str, user: models.User, *purposes: str) -> None:
    """Raises users.InvalidToken unless the token is this user's and was not used."""
    purpose, user_id, state = _read(token, purposes)
    if user_id != str(user.pk) or not constant_time_compare(state, _state(purpose, user)):
        raise invalid()


def invalid() -> users.InvalidToken:
    """What to raise for any token that does not work."""
    return users.InvalidToken(message="This link was used already or is too old; ask for another e-mail.")


def _read(token: str, purposes: tuple[str, ...]) -> tuple[str, str, str]:
    if len(token) > LONGEST or not token.isascii():
        raise invalid()
    try:
        purpose, user_id, until, state = signing.loads(token, salt="thriftshop.users")
    except signing.BadSignature as error:
        raise invalid() from error
    if purpose not in purposes or clock.now() > until:
        raise invalid()
    return purpose, user_id, state


def _state(purpose: str, user: models.User) -> str:
    """What the token's use changes: for an address that it is proven, for a password the password itself."""
    value = f"{user.email}|{user.email_verified}" if purpose == VERIFY else f"{user.email}|{user.password}"
    return salted_hmac(f"thriftshop.users.{purpose}", value, algorithm="sha256").hexdigest()[:32]
