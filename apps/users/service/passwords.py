"""Passwords: verified at one cost for everybody, changed with the old one, reset with a token; never too weak."""

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

REQUESTS_AN_HOUR = 3
WRONG = "The e-mail address and the password do not fit together."
# Stands in for the hash of somebody who is not there: Django hashes once for it, as for anybody.
NOBODY = "!"


def check_strength(password: str, user: models.User) -> None:
    """Raises users.WeakPassword, naming each rule that the password breaks. Nothing is asked of its composition."""
    problems: list[str] = []
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        problems = list(error.messages)
    if len(password) > domain.PASSWORD_LENGTH:
        problems.append(f"This password is too long. It may have {domain.PASSWORD_LENGTH} characters at most.")
    if any("\ud800" <= character <= "\udfff" for character in password):
        problems.append("This password holds half a character; type it again.")
    if problems:
        raise users.WeakPassword(message=" ".join(problems), problems=problems)


def fits(user: models.User | None, password: str) -> bool:
    """Whether this is the user's password. Hashes once for unknown users too, so that the time does not reveal them."""
    typed = password.encode(errors="replace").decode()
    if user is None:
        return hashers.check_password(typed, NOBODY)
    return user.check_password(typed)


def verify(email: str, password: str) -> users.User:
    """The user with this address and password. Raises users.WrongCredentials, the same for every reason."""
    user = models.User.objects.filter(email=emails.normal(email), erased_at=None).first()
    if not fits(user, password) or user is None or not user.is_active:
        raise users.WrongCredentials(message=WRONG)
    return user.to_struct()


def confirm(user: models.User, password: str) -> None:
    """Confirms the identity of a logged-in user. Raises users.WrongCredentials.

    Attempts count as logins, so that a stolen session cannot be used to guess the password.
    """
    account = f"user:{user.pk}"
    _count(account)
    if not fits(user, password):
        raise users.WrongCredentials(message="This is not your password.")
    _forgive(account)


def _count(account: str) -> None:
    try:
        with call_context.using(caller="users"):
            rpc.connect(sessions.SessionsService).count_attempt(account, None)
    except sessions.TooManyAttempts as refusal:
        raise users.WrongCredentials(message=refusal.message) from refusal
    except rpc.RpcError as error:
        log.warning("password tries are not counted", extra={"problem": error.code})


def _forgive(account: str) -> None:
    try:
        with call_context.using(caller="users"):
            rpc.connect(sessions.SessionsService).forgive_attempts(account, None)
    except rpc.RpcError as error:
        log.warning("password tries are not forgiven", extra={"problem": error.code})


def change(old_password: str, new_password: str) -> None:
    """Changes the viewer's password; every other session of theirs ends."""
    user = reading.viewing()
    confirm(user, old_password)
    check_strength(new_password, user)
    encoded = hashers.make_password(new_password)
    with transaction.atomic():
        locked = reading.lock_viewer()
        if locked.password != user.password:
            raise users.WrongCredentials(message="The password was changed meanwhile; start again with the new one.")
        keep = identity.require_viewer().session_id
        _replace(locked, encoded, users.PasswordChanged(id=str(locked.pk), how="change", keep_session_id=keep))


def request_reset(email: str) -> None:
    """Asks for the e-mail to set another password: at most three an hour, and the same answer for everybody."""
    normal = emails.checked(email)
    # What is written for an unknown address is as much as for a known one: one commit.
    with transaction.atomic():
        asked = models.MailRequest.count(normal, "reset")
        user = models.User.objects.select_for_update().filter(email=normal, erased_at=None, is_active=True).first()
        if user is not None and asked <= REQUESTS_AN_HOUR:
            models.note(user, users.PasswordResetRequested(id=str(user.pk)))


def reset(token: str, new_password: str) -> None:
    """Sets another password with the token from the e-mail, which proves the address too; every session ends."""
    _, user_id = tokens.holder(token, tokens.RESET, tokens.INVITE)
    found = models.find([user_id])
    if not found or not found[0].is_active:
        raise tokens.invalid()
    tokens.check(token, found[0], tokens.RESET, tokens.INVITE)
    check_strength(new_password, found[0])
    encoded = hashers.make_password(new_password)
    with transaction.atomic():
        user = models.lock(user_id)
        if user is None or not user.is_active:
            raise tokens.invalid()
        tokens.check(token, user, tokens.RESET, tokens.INVITE)
        if not user.email_verified:
            user.email_verified = True
            models.change(user, users.EmailVerified(id=str(user.pk)), ["email_verified"])
        _replace(user, encoded, users.PasswordChanged(id=str(user.pk), how="reset"))


def _replace(user: models.User, encoded: str, event: users.PasswordChanged) -> None:
    user.password = encoded
    models.change(user, event, ["password"])
