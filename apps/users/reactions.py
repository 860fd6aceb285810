"""E-mails to users: to verify an address, to set a password, and about changes to their account."""

import logging
from dataclasses import dataclass

from django.conf import settings

from apps.users import models
from apps.users.service import tokens
from idl import users
from thriftshop import events, mail

log = logging.getLogger("thriftshop.users")


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail to a user: `template` names two files in templates/users/mail; the link has a token for `purpose`."""

    template: str
    subject: str
    page: str = ""
    purpose: str = ""


VERIFICATION = Email("verification", "Confirm your e-mail address", "verify-email", tokens.VERIFY)
INVITATION = Email("invitation", "Your staff account at Thrift Shop", "reset-password", tokens.INVITE)
REPEATED = Email("registration_repeated", "You already have an account at Thrift Shop", "reset-password", tokens.RESET)
CLOSED = Email("account_closed", "Your account at Thrift Shop is closed")
RESET = Email("password_reset", "Set a new password", "reset-password", tokens.RESET)
CHANGED = Email("password_changed", "Your password was changed")


def email_for(event: object, user: models.User) -> Email | None:
    """The e-mail for an event; None if there is none."""
    if isinstance(event, users.UserRegistered) and user.is_staff and not user.has_usable_password():
        return None if user.email_verified else INVITATION
    if isinstance(event, users.UserRegistered | users.VerificationRequested):
        # Imported users count as verified.
        return None if user.email_verified else VERIFICATION
    if isinstance(event, users.RegistrationRepeated):
        return REPEATED if user.is_active else CLOSED
    if isinstance(event, users.PasswordResetRequested):
        return RESET if user.is_active else None
    return CHANGED if isinstance(event, users.PasswordChanged) else None


def send_email(record: events.Recorded) -> None:
    """Send the e-mail for an event, unless it is too old or was sent before."""
    if record.recorded_at - record.occurred_at > mail.NEWS_MS:
        return
    user = next(iter(models.find([record.event.id])), None)
    email = email_for(record.event, user) if user else None
    if user is None or email is None:
        return
    if delivery := models.SentMail.claim({"user_id": user.pk}, event_id=record.id):
        _send(delivery, email, user)


def _send(delivery: models.SentMail, email: Email, user: models.User) -> None:
    context = {
        "name": user.name,
        "link": _link(email, user),
        "shop": settings.PUBLIC_URL,
        "hours": tokens.LIFETIMES_MS.get(email.purpose, 0) // tokens.HOUR_MS,
    }
    # A retry has the same Message-ID, so that a mailbox shows the e-mail once.
    headers = {"Message-ID": f"<{delivery.event_id}@users.thriftshop>"}
    mail.deliver(delivery, f"users/mail/{email.template}", email.subject, user.email, context, **headers)


def _link(email: Email, user: models.User) -> str:
    """The link in the e-mail. The token is in the fragment, which browsers do not send, so it appears in no log."""
    if not email.page:
        return ""
    return f"{settings.PUBLIC_URL}/account/{email.page}#token={tokens.make(email.purpose, user)}"


def note_login(record: events.Recorded) -> None:
    """Save the time of a user's last login; late or repeated events change nothing."""
    models.note_login(record.event.user_id, record.occurred_at)


REACTIONS = [
    events.Reaction("users.logins", "sessions", note_login, kinds=frozenset({"SessionStarted"})),
    events.Reaction(
        "users.mails",
        models.TOPIC,
        send_email,
        kinds=frozenset(
            {
                "UserRegistered",
                "VerificationRequested",
                "RegistrationRepeated",
                "PasswordResetRequested",
                "PasswordChanged",
            }
        ),
    ),
]
