"""Prices over time of one product in one currency: the entries that were set, and the price in force at each moment.

A regular price applies until the next regular one starts. A temporary price has an end and takes precedence over regular
ones; of overlapping temporary prices, the one that started last takes precedence.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, NoReturn

from idl import common
from thriftshop import money as formats

MAX_AMOUNT = 9_999_999_999  # 99,999,999.99
MAX_MOMENT = 32_503_680_000_000  # the year 3000
CLOCK_TOLERANCE_MS = 60_000  # how far the clocks of callers may be behind


class Entry(NamedTuple):
    """A price as it was set, in minor units; `ends_at` makes it a temporary one."""

    valid_from: int
    amount: int
    reason: str = ""
    actor: str = ""
    ends_at: int | None = None

    @property
    def is_temporary(self) -> bool:
        """Whether another price applies after its end."""
        return self.ends_at is not None


# The entries in the order of their starts: at most one regular and one temporary entry start at a moment.
Timeline = tuple[Entry, ...]


class Interval(NamedTuple):
    """A period in which a price is in force; `valid_until` is None for the last one.

    For a temporary price, `regular` is the regular price of the period and `ends_at` the end of the temporary one.
    """

    entry: Entry
    valid_from: int
    valid_until: int | None
    regular: int | None = None
    ends_at: int | None = None


def in_force(timeline: Sequence[Entry], at: int) -> Entry | None:
    """The price in force at a moment; None before the first one starts."""
    temporary = None
    for entry in timeline:
        if entry.valid_from > at:
            break
        if entry.ends_at is not None and entry.ends_at > at:
            temporary = entry
    return temporary or regular(timeline, at)


def regular(timeline: Sequence[Entry], at: int) -> Entry | None:
    """The regular price at a moment; None before the first one starts."""
    latest = None
    for entry in timeline:
        if entry.valid_from > at:
            break
        if not entry.is_temporary:
            latest = entry
    return latest


def set_price(timeline: Timeline, entry: Entry, *, at_once: bool = False) -> Timeline:
    """The timeline with a price set. An entry of the same kind that starts at the same moment is replaced.

    With `at_once` a price that is in force already changes nothing. A scheduled one is always added, because the price in
    force at that time may still change. A temporary price that ends when it starts is withdrawn.
    """
    replaced = _same_start(timeline, entry)
    if (at_once and _applies_already(timeline, entry)) or (replaced is not None and _same_price(replaced, entry)):
        return timeline
    others = [other for other in timeline if other is not replaced]
    if entry.ends_at is None or entry.ends_at > entry.valid_from:
        others.append(entry)
    return tuple(sorted(others, key=lambda each: (each.valid_from, each.is_temporary)))


def _same_start(timeline: Timeline, entry: Entry) -> Entry | None:
    """The entry of the same kind that starts at the same moment."""
    key = (entry.valid_from, entry.is_temporary)
    return next((other for other in timeline if (other.valid_from, other.is_temporary) == key), None)


def _same_price(entry: Entry, other: Entry) -> bool:
    return (entry.amount, entry.ends_at) == (other.amount, other.ends_at)


def _applies_already(timeline: Timeline, entry: Entry) -> bool:
    current = (in_force if entry.is_temporary else regular)(timeline, entry.valid_from)
    return current is not None and _same_price(current, entry)


def valid_until(timeline: Sequence[Entry], entry: Entry) -> int | None:
    """When an entry ends: a temporary one at its end, a regular one when the next regular one starts."""
    if entry.is_temporary:
        return entry.ends_at
    following = (
        other.valid_from for other in timeline if other.valid_from > entry.valid_from and not other.is_temporary
    )
    return next(following, None)


def intervals(timeline: Sequence[Entry]) -> list[Interval]:
    """The periods in which prices are in force, without overlaps or, after the first start, gaps.

    A temporary price has an interval for each regular price that it replaces.
    """
    result = list(_split_intervals(timeline))
    following: Interval | None = None
    for index in reversed(range(len(result))):
        interval = result[index]
        if interval.entry.is_temporary:
            continues = following is not None and following.entry == interval.entry
            ends_at = following.ends_at if following is not None and continues else interval.valid_until
            interval = result[index] = interval._replace(ends_at=ends_at)
        following = interval
    return result


def _split_intervals(timeline: Sequence[Entry]) -> Iterator[Interval]:
    current: Interval | None = None
    for moment, entry, regular_entry in _changes(timeline):
        is_temporary = entry is not None and entry.is_temporary
        amount = regular_entry.amount if regular_entry is not None and is_temporary else None
        if current is not None and (current.entry, current.regular) == (entry, amount):
            continue
        if current is not None:
            yield current._replace(valid_until=moment)
        current = None if entry is None else Interval(entry, moment, None, amount)
    if current is not None:
        yield current


def _changes(timeline: Sequence[Entry]) -> Iterator[tuple[int, Entry | None, Entry | None]]:
    """For each moment at which an entry starts or ends: the price in force from then on, and the regular price."""
    ends = {entry.ends_at for entry in timeline if entry.ends_at is not None}
    pending, running, regular_entry = list(reversed(timeline)), list[Entry](), None
    for moment in sorted(ends.union(entry.valid_from for entry in timeline)):
        while pending and pending[-1].valid_from <= moment:
            started = pending.pop()
            if started.is_temporary:
                running.append(started)
            else:
                regular_entry = started
        running = [entry for entry in running if (entry.ends_at or 0) > moment]
        yield moment, running[-1] if running else regular_entry, regular_entry


def checked(money: common.Money, currencies: Sequence[str], field: str) -> common.Money:
    """The money with its currency in capitals. Raises common.InvalidInput for another currency or an invalid amount."""
    currency = formats.accepted(money.currency, currencies, f"{field}.currency")
    if not 1 <= money.amount <= MAX_AMOUNT:
        lowest, highest = formats.decimal_text(1, currency), formats.format_amount(MAX_AMOUNT, currency)
        raise common.InvalidInput(
            message=f"A price is {lowest} to {highest}, not {formats.decimal_text(money.amount, currency)}.",
            field=f"{field}.amount",
        )
    return common.Money(amount=money.amount, currency=currency)


class PriceRequest(NamedTuple):
    """An entry to set, whether at once or from a given moment, and the input field for refusals."""

    entry: Entry
    currency: str
    at_once: bool
    field: str


def check_moments(timeline: Timeline, request: PriceRequest, now: int, *, past_allowed: bool) -> None:
    """Raise common.InvalidInput for a price that ends before it starts, or changes the past.

    A temporary price in force may be set again from its start with another end.
    """
    entry, field = request.entry, request.field
    for name, moment in (("valid_from", entry.valid_from), ("valid_until", entry.ends_at)):
        if moment is not None and not 0 <= moment < MAX_MOMENT:
            _refuse("A price starts and ends between 1970 and 2999, in milliseconds.", f"{field}.{name}")
    replaced = _same_start(timeline, entry)
    if replaced is not None and _same_price(replaced, entry):
        return
    _check_end(replaced, entry, f"{field}.valid_until", now, past_allowed=past_allowed)
    if entry.valid_from >= now - CLOCK_TOLERANCE_MS or past_allowed:
        return
    if not _may_change_end(replaced, entry, now):
        _refuse("This time is in the past. Leave it out to set the price now.", f"{field}.valid_from")


def _check_end(replaced: Entry | None, entry: Entry, field: str, now: int, *, past_allowed: bool) -> None:
    if entry.ends_at is None:
        return
    if entry.ends_at < now - CLOCK_TOLERANCE_MS and not past_allowed:
        _refuse("This end is in the past.", field)
    if entry.ends_at <= entry.valid_from and (replaced is None or entry.ends_at < entry.valid_from):
        _refuse("A temporary price must end after it starts.", field)


def _may_change_end(replaced: Entry | None, entry: Entry, now: int) -> bool:
    """Whether only the end of a running temporary price changes."""
    return (
        replaced is not None
        and replaced.ends_at is not None
        and replaced.amount == entry.amount
        and replaced.ends_at >= now - CLOCK_TOLERANCE_MS
    )


def check_after_end(timeline: Timeline, request: PriceRequest) -> None:
    """Raise common.InvalidInput if no regular price would apply after a temporary one."""
    ends_at = request.entry.ends_at
    if ends_at is not None and ends_at > request.entry.valid_from and regular(timeline, ends_at) is None:
        message = "No regular price would apply after the end of this one. Set a regular price first."
        _refuse(message, f"{request.field}.valid_until")


def _refuse(message: str, field: str) -> NoReturn:
    raise common.InvalidInput(message=message, field=field)


def amount_text(amount: int | None, currency: str) -> str:
    """An amount without its currency: `12.50`; `nothing` for None."""
    return "nothing" if amount is None else formats.decimal_text(amount, currency)
