"""Outcomes: what an id bought after it saw a variant, and what that adds to the sums of the variant's days.

Everything here is a function of what is known of an id, whatever the order in which that became known.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from apps.experiments.domain.purchases import Purchase

COLUMNS = ("buyers", "orders", "revenue", "units", "returned", "cancelled", "spent_before", "bought_before")
PAIRS = tuple((first, second) for place, first in enumerate(COLUMNS) for second in COLUMNS[place:])
PERIOD_BEFORE_MS = 90 * 86_400_000
"""Before the first exposure: what was spent in this time is known of a visitor beforehand."""
SEVERAL = ""
"""The variant of an id that saw more than one."""

Values = tuple[int, ...]
"""A value for each column."""
Sums = tuple[int, ...]
"""The number of ids, the sum of each column, and the sum of the products of each pair of columns."""
NOTHING: Sums = (0,) * (1 + len(COLUMNS) + len(PAIRS))
DayOf = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a flag ran (from, and until; None if it still runs), and when its weights were changed meanwhile."""

    runs: tuple[tuple[int, int | None], ...] = ()
    changes: tuple[int, ...] = ()

    def period(self, at: int) -> int:
        """The number of changes of the weights before a moment."""
        return bisect_right(self.changes, at)

    def is_running(self, at: int) -> bool:
        """Whether the flag ran at a moment."""
        return any(since <= at and (until is None or at < until) for since, until in self.runs)


class Seen(NamedTuple):
    """A variant that an id saw, and when it did for the first time."""

    variant: str
    at: int


class State(NamedTuple):
    """What an id had bought by the end of a day."""

    day: str
    values: Values


class Participation(NamedTuple):
    """An id in an experiment: its variant, its first exposure, and the days on which something changed."""

    variant: str
    exposed_at: int
    period: int
    states: tuple[State, ...]


class Claim(NamedTuple):
    """A visitor who placed a guest's order."""

    at: int
    unit: str


def unit_of(purchase: Purchase, claims: Iterable[Claim], units: Mapping[str, str]) -> str | None:
    """The id that an order counts for: that of the visitor who placed it as a guest, or else that of its customer.

    `units` has the ids of customers who are assigned by another one than their own.
    """
    first = min(claims, default=None)
    if first is not None:
        return first.unit
    if not purchase.customer_id:
        return None
    return units.get(purchase.customer_id) or f"customer:{purchase.customer_id}"


def participate(
    seen: Sequence[Seen], purchases: Iterable[Purchase], schedule: Schedule, currency: str, day_of: DayOf
) -> Participation:
    """An id that saw these variants of a flag and bought this. Orders count from the first exposure on, while the flag runs."""
    exposed_at = min(each.at for each in seen)
    variants = {each.variant for each in seen}
    variant = variants.pop() if len(variants) == 1 else SEVERAL
    values = [0] * len(COLUMNS)
    states = {day_of(exposed_at): tuple(values)}
    if variant != SEVERAL:
        known = sorted(purchases, key=lambda purchase: purchase.placed_at)
        values[-2:] = _before(known, exposed_at, currency)
        states = {day_of(exposed_at): tuple(values)}
        for purchase in known:
            if purchase.placed_at >= exposed_at and purchase.is_counted and schedule.is_running(purchase.placed_at):
                _add(values, purchase, currency)
                states[day_of(purchase.placed_at)] = tuple(values)
    ordered = tuple(State(day, of_day) for day, of_day in sorted(states.items()))
    return Participation(variant, exposed_at, schedule.period(exposed_at), ordered)


def _before(purchases: Iterable[Purchase], exposed_at: int, currency: str) -> tuple[int, int]:
    """What was ordered before the first exposure, and whether anything was: neither can be an effect of the variant."""
    before = [
        purchase
        for purchase in purchases
        if exposed_at - PERIOD_BEFORE_MS <= purchase.placed_at < exposed_at and purchase.is_confirmed
    ]
    return sum(purchase.total for purchase in before if purchase.currency == currency), int(bool(before))


def _add(values: list[int], purchase: Purchase, currency: str) -> None:
    """Add an order to the values of an id; amounts of other currencies are left out."""
    kept = purchase.units - purchase.units_cancelled - purchase.units_returned
    values[0] = max(values[0], int(not purchase.is_cancelled))
    values[1] += 1
    values[2] += purchase.net if purchase.currency == currency else 0
    values[3] += kept
    values[4] += purchase.units_returned
    values[5] += int(purchase.is_cancelled)


def sums_of(participation: Participation) -> dict[str, Sums]:
    """By day, what an id adds to the sums of its variant."""
    added: dict[str, Sums] = {}
    before = NOTHING
    for day, values in participation.states:
        after = (1, *values, *_products(values))
        added[day] = tuple(new - old for new, old in zip(after, before, strict=True))
        before = after
    return added


def _products(values: Values) -> Iterable[int]:
    return (first * second if first else 0 for place, first in enumerate(values) for second in values[place:])


def add(first: Sums, second: Sums, times: int = 1) -> Sums:
    """The sums of both; with `times` of -1, the first without the second."""
    return tuple(one + times * other for one, other in zip(first, second, strict=True))
