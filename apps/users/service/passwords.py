"""Passwords: verified in constant time, changed with the old password, reset with a token, checked for strength."""

import logging

from django.contrib.auth import hashers, password_validation
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.users import domain, models
from apps.users.service import reading, tokens
from idl import sessions, users
from thriftshop import call_context, identity, rpc
from thriftshop.contact import emails

log = logging.getLogger("thriftshop.users")

REQUESTS_PER_HOUR = 3
WRONG = "The e-mail address or the password is wrong."
# The hash of unknown users: Django hashes once to check it, so that the time does not reveal them.
UNUSABLE_HASH = "!"


def check_strength(password: str, user: models.User) -> None:
    """Raise users.WeakPassword with every rule that the password breaks. There are no rules on its composition."""
    problems: list[str] = []
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        problems = list(error.messages)
    if len(password) > domain.MAX_PASSWORD_LENGTH:
        problems.append(f"This password is too long. It may have at most {domain.MAX_PASSWORD_LENGTH} characters.")
    if any("\ud800" <= character <= "\udfff" for character in password):
        problems.append("This password holds half a character; type it again.")
    if problems:
        raise users.WeakPassword(message=" ".join(problems), problems=problems)


def matches(user: models.User | None, password: str) -> bool:
    """Whether this is the user's password. Hashes once for unknown users too, so that the time does not reveal them."""
    encodable = password.encode(errors="replace").decode()
    if user is None:
        return hashers.check_password(encodable, UNUSABLE_HASH)
    return user.check_password(encodable)


def verify(email: str, password: str) -> users.User:
    """The user with this address and password. Raises users.WrongCredentials, the same for every reason."""
    user = models.find_by_email(emails.normal(email))
    if not matches(user, password) or user is None or not user.is_active:
        raise users.WrongCredentials(message=WRONG)
    return models.to_structs([user])[0]


def confirm(user: models.User, password: str) -> None:
    """Confirm the identity of a logged-in user. Raises users.WrongCredentials.

    Attempts count as logins, so that a stolen session cannot be used to guess the password.
    """
    account = f"user:{user.pk}"
    _count(account)
    if not matches(user, password):
        raise users.WrongCredentials(message="This is not your password.")
    _forgive(account)


def _count(account: str) -> None:
    try:
        with call_context.using(caller="users"):
            rpc.connect(sessions.SessionsService).count_attempt(account, None)
    except sessions.TooManyAttempts as refusal:
        raise users.WrongCredentials(message=refusal.message) from refusal
    except rpc.RpcError as error:
        log.warning("password attempts are not counted", extra={"problem": error.code})


def _forgive(account: str) -> None:
    try:
        with call_context.using(caller="users"):
            rpc.connect(sessions.SessionsService).forgive_attempts(account, None)
    except rpc.RpcError as error:
        log.warning("password attempts are not reset", extra={"problem": error.code})


def change(old_password: str, new_password: str) -> None:
    """Change the viewer's password and end their other sessions."""
    user = reading.viewer()
    confirm(user, old_password)
    check_strength(new_password, user)
    encoded = hashers.make_password(new_password)
    with transaction.atomic():
        locked = reading.lock_viewer()
        if locked.password != user.password:
            raise users.WrongCredentials(message="The password was changed meanwhile. Try again with the new password.")
        keep = identity.require_viewer().session_id
        _replace(locked, encoded, users.PasswordChanged(id=str(locked.pk), how="change", keep_session_id=keep))


def request_reset(email: str) -> None:
    """Request the e-mail to reset a password, at most three an hour. The response does not reveal whether the user exists."""
    normal = emails.checked(email)
    # One commit for known and unknown addresses alike, so that the time does not reveal them.
    with transaction.atomic():
        requests = models.MailRequest.count(normal, "reset")
        user = models.User.objects.select_for_update().filter(email=normal, erased_at=None, is_active=True).first()
        if user is not None and requests <= REQUESTS_PER_HOUR:
            models.record(user, users.PasswordResetRequested(id=str(user.pk)))


def reset(token: str, new_password: str) -> None:
    """Set a new password with the token from the e-mail, which also verifies the address. Ends all sessions."""
    _, user_id = tokens.owner(token, tokens.RESET, tokens.INVITE)
    user = next(iter(models.find([user_id])), None)
    if user is None or not user.is_active:
        raise tokens.invalid()
    tokens.check(token, user, tokens.RESET, tokens.INVITE)
    check_strength(new_password, user)
    encoded = hashers.make_password(new_password)
    with transaction.atomic():
        locked = models.lock(user_id)
        if locked is None or not locked.is_active:
            raise tokens.invalid()
        tokens.check(token, locked, tokens.RESET, tokens.INVITE)
        if not locked.email_verified:
            locked.email_verified = True
            models.change(locked, users.EmailVerified(id=str(locked.pk)), ["email_verified"])
        _replace(locked, encoded, users.PasswordChanged(id=str(locked.pk), how="reset"))


def _replace(user: models.User, encoded: str, event: users.PasswordChanged) -> None:
    user.password = encoded
    models.change(user, event, ["password"])
