"""Recommendations: what a visit in which they were displayed adds to the figures of its day and variant."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from statistics import NormalDist
from typing import Any, NamedTuple

from idl import analytics

# The clicked products of a visit that are remembered.
MAX_CLICKED = 100
CONFIDENCE = 0.95
# With fewer on either side an interval of a ratio means nothing.
MIN_COUNT = 5


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit with recommendations.

    `revenue` is that of all its orders, `attributed` that of products whose recommendation was clicked before, in minor
    units by currency.
    """

    day: str
    variant: str = ""
    displays: int = 0
    products: int = 0
    clicks: int = 0
    clicked: tuple[str, ...] = ()
    orders: int = 0
    attributed_orders: int = 0
    revenue: Mapping[str, int] = field(default_factory=dict)
    attributed: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Sums:
    """What visits add to the figures of a day and variant."""

    visits: int = 0
    displays: int = 0
    products: int = 0
    clicks: int = 0
    visits_clicked: int = 0
    visits_ordered: int = 0
    orders: int = 0
    attributed_orders: int = 0


@dataclass(slots=True)
class Amounts:
    """What visits add to the amounts of a day, variant and currency."""

    revenue: int = 0
    attributed: int = 0


SUMS = tuple(field.name for field in fields(Sums))
AMOUNTS = tuple(field.name for field in fields(Amounts))


def evolve(visit: Visit | None, event: Any, variant: str, day: str) -> Visit | None:
    """A visit after an event. It begins with the first recommendation; its variant is the first that is known."""
    if isinstance(event, analytics.CartOrdered):
        return visit and _ordered(visit, event)
    visit = visit or Visit(day)
    visit = replace(visit, variant=visit.variant or variant)
    if isinstance(event, analytics.RecommendationsDisplayed):
        return replace(visit, displays=visit.displays + 1, products=visit.products + len(event.skus))
    clicked = visit.clicked
    if event.sku not in clicked and len(clicked) < MAX_CLICKED:
        clicked = (*clicked, event.sku)
    return replace(visit, clicks=visit.clicks + 1, clicked=clicked)


def _ordered(visit: Visit, event: analytics.CartOrdered) -> Visit:
    currency = event.total.currency
    amounts = [item.total.amount for item in event.items or () if item.sku in visit.clicked]
    return replace(
        visit,
        orders=visit.orders + 1,
        attributed_orders=visit.attributed_orders + bool(amounts),
        revenue=_added(visit.revenue, currency, event.total.amount),
        attributed=_added(visit.attributed, currency, sum(amounts)),
    )


def _added(amounts: Mapping[str, int], currency: str, amount: int) -> dict[str, int]:
    return {**amounts, currency: amounts.get(currency, 0) + amount}


def sums_of(visit: Visit) -> Sums:
    """What a visit adds to the figures of its day and variant."""
    return Sums(
        visits=1,
        displays=visit.displays,
        products=visit.products,
        clicks=visit.clicks,
        visits_clicked=int(visit.clicks > 0),
        visits_ordered=int(visit.orders > 0),
        orders=visit.orders,
        attributed_orders=visit.attributed_orders,
    )


def amounts_of(visit: Visit) -> dict[str, Amounts]:
    """What a visit adds to the amounts of its day and variant, by currency."""
    return {code: Amounts(amount, visit.attributed.get(code, 0)) for code, amount in visit.revenue.items()}


class Lift(NamedTuple):
    """By which share a proportion is higher than that of the control, and the bounds of the interval."""

    value: float
    lower: float
    upper: float


def lift(part: int, whole: int, control_part: int, control_whole: int) -> Lift | None:
    """The lift of a proportion, with the interval of the ratio on the scale of its logarithm (Katz 1978).

    None where there are too few on either side.
    """
    if min(part, control_part) < MIN_COUNT:
        return None
    ratio = (part / whole) / (control_part / control_whole)
    error = math.sqrt(1 / part - 1 / whole + 1 / control_part - 1 / control_whole)
    width = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * error
    return Lift(ratio - 1, ratio * math.exp(-width) - 1, ratio * math.exp(width) - 1)


def total(sums: Iterable[Mapping[str, int]], name: str) -> int:
    """The sum of a figure over variants."""
    return sum(each[name] for each in sums)
