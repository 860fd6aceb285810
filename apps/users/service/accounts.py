"""Accounts: asked for, proven, closed and opened; and who among them works here."""

from django.contrib.auth import hashers
from django.db import IntegrityError, transaction

from apps.users import models
from apps.users.service import passwords, reading, tokens
from idl import common, users
from thriftshop import identity
from thriftshop.contact import emails

REQUESTS_AN_HOUR = 3


def sign_up(email: str, password: str, name: str) -> None:
    """Asks for an account. Whether the address has one already shows in nothing: not the answer, not the time."""
    user = models.User(email=emails.checked(email), name=reading.name(name))
    passwords.check_strength(password, user)
    user.password = hashers.make_password(password)
    try:
        with transaction.atomic():
            asked = models.MailRequest.count(user.email, "sign up")
            present = models.User.objects.select_for_update().filter(email=user.email).first()
            if present is None:
                models.User.objects.enrol(user)
            elif asked <= REQUESTS_AN_HOUR:
                models.note(present, users.RegistrationRepeated(id=str(present.pk)))
    except IntegrityError:
        # Somebody else signed up with the address in the same instant: the first one is told by the first e-mail.
        return


def verify_email(token: str) -> None:
    """Proves an address with the token from the e-mail."""
    _, user_id = tokens.holder(token, tokens.VERIFY)
    with transaction.atomic():
        user = models.lock(user_id)
        if user is None:
            raise tokens.invalid()
        tokens.check(token, user, tokens.VERIFY)
        user.email_verified = True
        models.change(user, users.EmailVerified(id=user_id), ["email_verified"])


def resend_verification() -> None:
    """Sends the verification e-mail again, at most three times an hour, unless the address is verified."""
    with transaction.atomic():
        user = reading.lock_viewer()
        if user.email_verified or models.MailRequest.count(user.email, "verify") > REQUESTS_AN_HOUR:
            return
        models.note(user, users.VerificationRequested(id=str(user.pk)))


def deactivate(user_id: str) -> None:
    """Closes the viewer's account, or staff any."""
    person = identity.require_viewer()
    if not identity.may_see(user_id):
        raise reading.unknown(user_id)
    with transaction.atomic():
        user = _locked(user_id)
        if not user.is_active:
            return
        user.is_active = False
        by = "user" if person.id == str(user.pk) else "staff"
        models.change(user, users.UserDeactivated(id=str(user.pk), by=by), ["is_active"])


def reactivate(user_id: str) -> None:
    """Opens a closed account again. Staff only."""
    identity.require_staff()
    with transaction.atomic():
        user = _locked(user_id)
        if user.is_active:
            return
        user.is_active = True
        models.change(user, users.UserReactivated(id=str(user.pk)), ["is_active"])


def add_staff(email: str, name: str) -> users.User:
    """Gives a colleague an account without a password; the e-mail that follows lets them set one. Staff only."""
    identity.require_staff()
    user = models.User(email=emails.checked(email), name=reading.name(name), is_staff=True)
    user.password = hashers.make_password(None)
    try:
        return models.User.objects.enrol(user).to_struct()
    except IntegrityError as error:
        raise common.Conflict(
            message="This address has an account already; open that account and make it staff."
        ) from error


def set_role(user_id: str, role: int) -> users.User:
    """Makes a user staff or a customer, who keeps no right of a member of staff. Staff only."""
    identity.require_staff()
    with transaction.atomic():
        user = _locked(user_id)
        if user.role == role:
            return user.to_struct()
        if identity.actor() == str(user.pk):
            raise common.Conflict(message="Nobody can take their own role away; ask a colleague.")
        user.is_staff = role == common.Role.STAFF
        if not user.is_staff:
            user.is_superuser = False
            user.groups.clear()
            user.user_permissions.clear()
        models.change(user, users.RoleChanged(id=str(user.pk), role=role), ["is_staff", "is_superuser"])
        return user.to_struct()


def _locked(user_id: str) -> models.User:
    user = models.lock(user_id)
    if user is None:
        raise reading.unknown(user_id)
    return user
