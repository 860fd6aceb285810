"""Accounts: signed up, verified, closed and reopened; and staff accounts."""

from django.contrib.auth import hashers
from django.db import IntegrityError, transaction

from apps.users import models
from apps.users.service import passwords, reading, tokens
from idl import common, users
from thriftshop import identity
from thriftshop.contact import emails

REQUESTS_PER_HOUR = 3


def sign_up(email: str, password: str, name: str) -> None:
    """Sign up a user. Neither the response nor its time reveals whether the address already has an account."""
    user = models.User(email=emails.checked(email), name=reading.name(name))
    passwords.check_strength(password, user)
    user.password = hashers.make_password(password)
    try:
        with transaction.atomic():
            requests = models.MailRequest.count(user.email, "sign up")
            existing = models.User.objects.select_for_update().filter(email=user.email).first()
            if existing is None:
                models.User.objects.register(user)
            elif requests <= REQUESTS_PER_HOUR:
                models.record(existing, users.RegistrationRepeated(id=str(existing.pk)))
    except IntegrityError:
        # A concurrent request signed up with the address, and its e-mail is sufficient.
        return


def verify_email(token: str) -> None:
    """Verify an address with the token from the e-mail."""
    _, user_id = tokens.owner(token, tokens.VERIFY)
    with transaction.atomic():
        user = models.lock(user_id)
        if user is None:
            raise tokens.invalid()
        tokens.check(token, user, tokens.VERIFY)
        user.email_verified = True
        models.change(user, users.EmailVerified(id=user_id), ["email_verified"])


def resend_verification() -> None:
    """Send the verification e-mail again, at most three times an hour, unless the address is verified."""
    with transaction.atomic():
        user = reading.lock_viewer()
        if user.email_verified or models.MailRequest.count(user.email, "verify") > REQUESTS_PER_HOUR:
            return
        models.record(user, users.VerificationRequested(id=str(user.pk)))


def deactivate(user_id: str) -> None:
    """Close the viewer's account; staff may close any."""
    viewer = identity.require_viewer()
    if not identity.may_see(user_id):
        raise reading.not_found(user_id)
    with transaction.atomic():
        user = _locked(user_id)
        if not user.is_active:
            return
        user.is_active = False
        by = "user" if viewer.id == str(user.pk) else "staff"
        models.change(user, users.UserDeactivated(id=str(user.pk), by=by), ["is_active"])


def reactivate(user_id: str) -> None:
    """Reopen a closed account. Staff only."""
    identity.require_staff()
    with transaction.atomic():
        user = _locked(user_id)
        if user.is_active:
            return
        user.is_active = True
        models.change(user, users.UserReactivated(id=str(user.pk)), ["is_active"])


def add_staff(email: str, name: str) -> users.User:
    """Create a staff account without a password and send an e-mail to set one. Staff only."""
    identity.require_staff()
    user = models.User(email=emails.checked(email), name=reading.name(name), is_staff=True)
    user.password = hashers.make_password(None)
    try:
        return models.User.objects.register(user).to_struct()
    except IntegrityError as error:
        raise common.Conflict(
            message="This address already has an account. Give that account the staff role instead."
        ) from error


def set_role(user_id: str, role: int) -> users.User:
    """Make a user staff, or a customer, which removes all staff permissions. Staff only."""
    identity.require_staff()
    with transaction.atomic():
        user = _locked(user_id)
        if user.role == role:
            return user.to_struct()
        if identity.actor() == str(user.pk):
            raise common.Conflict(message="You cannot change your own role. Ask a colleague.")
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
        raise reading.not_found(user_id)
    return user
