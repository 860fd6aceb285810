"""The books: adjustments without an order, and revenue."""

from django.conf import settings

from apps.orders.domain import booking, validation
from apps.orders.models import Entry
from apps.orders.service import streams
from idl import common, orders
from thriftshop import call_context, identity, money


def book_adjustment(
    key: str,
    kind: int,
    description: str,
    amount: common.Money,
    customer_id: str | None = None,
    reference: str | None = None,
) -> orders.Adjustment:
    """Book an adjustment without an order; the same key and input return the same booking."""
    identity.require_staff()
    validation.key(key)
    adjustment = orders.Adjustment(
        id=booking.id_of(identity.actor(), key),
        kind=kind,
        description=description.strip(),
        amount=common.Money(amount=amount.amount, currency=_accepted(amount.currency, "amount.currency")),
        occurred_at=call_context.happened_at(),
        customer_id=customer_id,
        reference=reference,
    )
    stream = booking.PREFIX + adjustment.id
    decided = streams.BOOKINGS.decide(stream, lambda state: booking.book(state, adjustment))
    if decided.recorded:
        return adjustment
    booked: orders.Adjustment = streams.BOOKINGS.history(stream)[0].event.adjustment
    return booked


def get_revenue(currency: str, since: int | None = None, before: int | None = None) -> orders.Revenue:
    """The revenue from `since` until before `before`."""
    identity.require_staff()
    return Entry.objects.revenue(_accepted(currency, "currency"), since, before)


def _accepted(currency: str, field: str) -> str:
    return money.accepted(currency, settings.CURRENCIES, field)
