"""Prices over time: a timeline of one product in one currency, in which each price holds until the next begins."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from idl import common

HIGHEST = 9_999_999_999  # 99,999,999.99
LATEST = 32_503_680_000_000  # the year 3000
SLACK = 60_000  # a clock of somebody else's may be this much behind, in milliseconds


class Entry(NamedTuple):
    """A price from a moment on, in minor units."""

    valid_from: int
    amount: int
    reason: str = ""
    actor: str = ""


class Interval(NamedTuple):
    """A price over the time it is in force; `valid_until` is None while nothing follows."""

    entry: Entry
    valid_until: int | None


Timeline = tuple[Entry, ...]


def in_force(timeline: Sequence[Entry], at: int) -> Entry | None:
    """The price that holds at a moment; None before the first begins. The timeline is in order."""
    found = None
    for entry in timeline:
        if entry.valid_from > at:
            break
        found = entry
    return found


def set_price(timeline: Timeline, entry: Entry) -> Timeline:
    """The timeline with a price set from its moment on until the next one begins.

    The price that already holds at that moment, set again, changes nothing; another price at the very moment is replaced.
    """
    held = in_force(timeline, entry.valid_from)
    if held is not None and held.amount == entry.amount:
        return timeline
    others = [one for one in timeline if one.valid_from != entry.valid_from]
    return tuple(sorted([*others, entry], key=lambda one: one.valid_from))


def intervals(timeline: Sequence[Entry]) -> Iterator[Interval]:
    """The prices with their ends: they never overlap and leave no gap after the first begins."""
    for entry, following in itertools.zip_longest(timeline, timeline[1:]):
        yield Interval(entry, following.valid_from if following else None)


def checked(money: common.Money, currencies: Sequence[str], field: str) -> common.Money:
    """The money itself. Raises common.InvalidInput for a currency that is not traded in or an amount that is no price."""
    if money.currency not in currencies:
        raise common.InvalidInput(
            message=f"Prices are in {', '.join(currencies)}, not in {money.currency[:20]!r}.", field=f"{field}.currency"
        )
    if not 1 <= money.amount <= HIGHEST:
        raise common.InvalidInput(
            message=f"A price is 0.01 to {shown(HIGHEST)}, not {shown(money.amount)}.", field=f"{field}.amount"
        )
    return money


def checked_start(valid_from: int, now: int, field: str, *, past_allowed: bool) -> int:
    """The moment itself. Raises common.InvalidInput for one outside of 1970 to 2999, or gone by where that is not allowed."""
    if not 0 <= valid_from < LATEST:
        raise common.InvalidInput(message="A price begins at a moment from 1970 to 2999, in milliseconds.", field=field)
    if valid_from < now - SLACK and not past_allowed:
        raise common.InvalidInput(
            message="That moment has gone by; leave it out to set the price at once.", field=field
        )
    return valid_from


def shown(amount: int | None, currency: str = "") -> str:
    """An amount of minor units for people: `12.50`, `12.50 GBP`; `nothing` for None."""
    if amount is None:
        return "nothing"
    sign, whole = ("-" if amount < 0 else ""), abs(amount)
    return f"{sign}{whole // 100}.{whole % 100:02d} {currency}".rstrip()


class Repricing(NamedTuple):
    """How many prices are changed at once: by `percent`, by an `amount` of minor units, or `to` one."""

    kind: str
    value: Decimal
    ending: str = "penny"

    def applied(self, amount: int) -> int:
        """The new price of an old one, halves rounded up; it may be no price at all (`checked` says so)."""
        changed = {
            "percent": Decimal(amount) * (1 + self.value / 100),
            "amount": amount + self.value,
            "to": self.value,
        }[self.kind]
        return ENDINGS[self.ending](int(changed.quantize(Decimal(1), ROUND_HALF_UP)))


# How a price may end, from any amount to the nearest that does.
ENDINGS: dict[str, Callable[[int], int]] = {
    "penny": lambda amount: amount,
    "whole": lambda amount: (amount + 50) // 100 * 100,
    "99": lambda amount: (amount + 51) // 100 * 100 - 1,
}
