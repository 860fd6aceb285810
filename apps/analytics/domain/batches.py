"""Batches of tracked events: identifiers, consent and the clients' clocks."""

import re
from typing import Any

from apps.analytics.domain.refusals import Invalid, Reason
from idl import analytics

PSEUDONYM = re.compile(r"[A-Za-z0-9_-]{16,64}")
EVENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
GUESTS_CART = "guest-"
DAY_MS = 86_400_000
# A client that was offline sends its events later.
MAX_AGE_MS = 7 * DAY_MS
# Clients may set `sent_at` before they add the last event.
MAX_AHEAD_MS = 60_000


def check_pseudonyms(visitor_id: str, session_id: str) -> None:
    """Raise Invalid unless both are pseudonyms."""
    for name, value in (("visitor_id", visitor_id), ("session_id", session_id)):
        if not PSEUDONYM.fullmatch(value):
            raise Invalid(Reason.INVALID_ID, f"{name} must have 16 to 64 letters, digits, - and _.")


def check_event_id(event_id: str) -> None:
    """Raise Invalid unless it is an id of an event."""
    if not EVENT_ID.fullmatch(event_id):
        raise Invalid(Reason.INVALID_ID, "id must have 8 to 64 letters, digits, - and _.")


def happened_at(occurred_at: int, sent_at: int, received_at: int) -> int:
    """When an event happened by the shop's clock.

    Only the time between the event and its sending is taken from the client, whose clock may be wrong by years.
    """
    age = sent_at - occurred_at
    if not -MAX_AHEAD_MS <= age <= MAX_AGE_MS:
        problem = f"It happened {abs(age) // 1000:,} seconds {'before' if age > 0 else 'after'} it was sent; at most "
        problem += f"{MAX_AGE_MS // DAY_MS} days before and {MAX_AHEAD_MS // 1000} seconds after are accepted."
        raise Invalid(Reason.CLOCK, problem)
    return received_at - max(age, 0)


def may_record(consent: int) -> bool:
    """Whether the visitor consents to the recording of events."""
    return consent in (analytics.Consent.ANALYTICS, analytics.Consent.ACCOUNT)


def may_link(consent: int) -> bool:
    """Whether the visitor consents to a link with an account."""
    return consent == analytics.Consent.ACCOUNT


def names_account(event: Any) -> bool:
    """Whether an event names an account: only the carts of guests do not."""
    return isinstance(event, analytics.CartUsed) and not event.cart_id.startswith(GUESTS_CART)
