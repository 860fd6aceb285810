"""Visits: the steps that a session reached, and what it adds to the figures of its day."""

import itertools
from dataclasses import dataclass, fields, replace
from typing import Any

from idl import analytics

STEPS = ("product_at", "cart_at", "checkout_at", "order_at")
_STEP_OF: dict[type, str] = {
    analytics.ProductViewed: "product_at",
    analytics.ItemAddedToCart: "cart_at",
    analytics.CheckoutStepReached: "checkout_at",
    analytics.CartOrdered: "order_at",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A session: its day, its time, the pages viewed, and when it first reached each step (0: it did not)."""

    day: str
    first_at: int
    last_at: int
    pages: int = 0
    product_at: int = 0
    cart_at: int = 0
    checkout_at: int = 0
    order_at: int = 0


@dataclass(slots=True)
class VisitSums:
    """What visits add to the figures of a day. A visit that reached a step reached all before it as well."""

    visits: int = 0
    pages: int = 0
    bounces: int = 0
    duration_ms: int = 0
    products: int = 0
    carts: int = 0
    checkouts: int = 0
    orders: int = 0
    to_cart: int = 0
    to_cart_ms: int = 0
    to_checkout: int = 0
    to_checkout_ms: int = 0
    to_order: int = 0
    to_order_ms: int = 0

    def add(self, other: "VisitSums", sign: int = 1) -> None:
        """Add or subtract other sums."""
        for name in SUMS:
            setattr(self, name, getattr(self, name) + sign * getattr(other, name))


SUMS = tuple(field.name for field in fields(VisitSums))


def begun(day: str, at: int) -> Visit:
    """A visit before its first event, which happened on this day and at this moment."""
    return Visit(day, at, at)


def evolve(visit: Visit, event: Any, at: int) -> Visit:
    """A visit after an event."""
    visit = replace(visit, first_at=min(visit.first_at, at), last_at=max(visit.last_at, at))
    if isinstance(event, analytics.PageViewed):
        visit = replace(visit, pages=visit.pages + 1)
    step = _STEP_OF.get(type(event))
    if step is None:
        return visit
    changes: dict[str, Any] = {step: min(getattr(visit, step) or at, at)}
    return replace(visit, **changes)


def sums_of(visit: Visit) -> VisitSums:
    """What a visit adds to the figures of its day."""
    result = VisitSums(visits=1, pages=visit.pages, duration_ms=visit.last_at - visit.first_at)
    times = [getattr(visit, step) for step in STEPS]
    result.bounces = int(visit.pages <= 1 and not any(times))
    reached = [any(times[number:]) for number in range(len(times))]
    result.products, result.carts, result.checkouts, result.orders = map(int, reached)
    for name, (start, end) in zip(("cart", "checkout", "order"), itertools.pairwise(times), strict=True):
        if start and end:
            setattr(result, f"to_{name}", 1)
            setattr(result, f"to_{name}_ms", max(end - start, 0))
    return result
