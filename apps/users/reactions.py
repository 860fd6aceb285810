"""E-mails to users: to verify an address, to set a password, and about changes to their account."""

import logging
from dataclasses import dataclass

from django.conf import settings

from apps.users import models
from apps.users.service import tokens
from idl import users
from thriftshop import events, letters

log = logging.getLogger("thriftshop.users")


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail to a user: `template` names two files in templates/users/mail; the link has a token for `purpose`."""

    template: str
    subject: str
    page: str = ""
    purpose: str = ""


VERIFICATION = Letter("verification", "Confirm your e-mail address", "verify-email", tokens.VERIFY)
INVITATION = Letter("invitation", "Your staff account at Thrift Shop", "reset-password", tokens.INVITE)
REPEATED = Letter("registration_repeated", "You already have an account at Thrift Shop", "reset-password", tokens.RESET)
CLOSED = Letter("account_closed", "Your account at Thrift Shop is closed")
RESET = Letter("password_reset", "Set a new password", "reset-password", tokens.RESET)
CHANGED = Letter("password_changed", "Your password was changed")


def letter(event: object, user: models.User) -> Letter | None:
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


def send_word(record: events.Recorded) -> None:
    """Sends the e-mail for an event, unless it is too old or was sent before."""
    if record.recorded_at - record.occurred_at > letters.NEWS_MS:
        return
    found = models.find([record.event.id])
    wanted = letter(record.event, found[0]) if found else None
    if wanted is None:
        return
    if mail := models.SentMail.claim({"user_id": found[0].pk}, event_id=record.id):
        _send(mail, wanted, found[0])


def _send(mail: models.SentMail, wanted: Letter, user: models.User) -> None:
    context = {
        "name": user.name,
        "link": _link(wanted, user),
        "shop": settings.PUBLIC_URL,
        "hours": tokens.LIFETIMES_MS.get(wanted.purpose, 0) // tokens.HOUR_MS,
    }
    # The same letter always has the same id, so that a mailbox shows it once even if it was handed over twice.
    headers = {"Message-ID": f"<{mail.event_id}@users.thriftshop>"}
    letters.deliver(mail, f"users/mail/{wanted.template}", wanted.subject, user.email, context, **headers)


def _link(wanted: Letter, user: models.User) -> str:
    """The page that the e-mail leads to. The token stands behind `#`, which no browser sends to a server's log."""
    if not wanted.page:
        return ""
    return f"{settings.PUBLIC_URL}/account/{wanted.page}#token={tokens.make(wanted.purpose, user)}"


def note_login(record: events.Recorded) -> None:
    """Keeps when a user last logged in; a login that is learnt of late, or twice, changes nothing."""
    models.note_login(record.event.user_id, record.occurred_at)


REACTIONS = [
    events.Reaction("users.logins", "sessions", note_login, kinds=frozenset({"SessionStarted"})),
    events.Reaction(
        "users.mails",
        models.TOPIC,
        send_word,
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
