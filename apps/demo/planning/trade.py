"""The plan of customers: who bought what and when, and what happened to it. Deterministic."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from apps.demo.reading import Content, Item, Person

ZONE = ZoneInfo("Europe/London")
SEED = 1911
POSTAGE, FREE_POSTAGE_FROM = 395, 6000
RETURN_REASONS = (
    ("It is lovely, but it does not fit where I measured.", True),
    ("Smaller than I had pictured; my own fault.", True),
    ("A gift for someone who turned out to have one.", True),
    ("The colour is not what my wall had hoped for.", True),
    ("Arrived with a crack.", False),
)
CANCEL_REASONS = ("Ordered the same thing twice.", "Found my own in the loft.", "Wrong address; I will order again.")


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity of a product."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Place:
    """An order is placed, paid by card with this sandbox token, or by invoice if there is none.

    A guest's is that of a visitor, who saw a variant of a flag.
    """

    at: dt.datetime
    order: int
    person: Person
    lines: tuple[Line, ...]
    card: str | None
    discount: int
    visitor: str = ""
    flag: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """An order is cancelled before anything has shipped."""

    at: dt.datetime
    order: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ship:
    """Lines of an order (by number) are shipped."""

    at: dt.datetime
    order: int
    part: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """One piece of a line is returned and refunded."""

    at: dt.datetime
    order: int
    number: int
    reason: str
    restock: bool


@dataclass(frozen=True, slots=True)
class Refund:
    """Money is refunded without a return."""

    at: dt.datetime
    order: int
    amount: int
    reason: str


Step = Place | Cancel | Ship | Return | Refund


def local(now: dt.datetime, days: int, minute: int) -> dt.datetime:
    """A minute of the day a number of days before `now`, in the shop's time zone."""
    day = now.astimezone(ZONE).date() - dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(minute // 60, minute % 60), ZONE)


def plan(content: Content, now: dt.datetime) -> list[Step]:
    """Everything that was bought until `now`, in chronological order. `now` must be aware.

    No more of a product is sold than came in; cancelled and returned quantities are not sold again.
    """
    rng = random.Random(SEED)
    steps: list[Step] = []
    sold = dict.fromkeys((item.sku for item in content.items), 0)
    for loss in (*content.losses, *content.counts):
        sold[loss.sku] += abs(loss.quantity)
    for number, (at, person) in enumerate(
        sorted(_occasions(content, now, rng), key=lambda occasion: occasion[0]), start=1
    ):
        lines = tuple(basket(content, person, (now - at).days + 1, sold, rng))
        if lines:
            steps += order_steps(number, at, person, lines, now, rng)
    steps += _goodwill(content, steps, now)
    return sorted(steps, key=lambda step: (step.at, step.order))


def _occasions(content: Content, now: dt.datetime, rng: random.Random) -> Iterator[tuple[dt.datetime, Person]]:
    """When each person buys: more in the evenings and at weekends than in the mornings; some of them just now."""
    for person in content.people:
        for _ in range(person.orders):
            days = rng.randint(1, max(1, person.since - 1))
            if local(now, days, 0).weekday() < 5 and rng.random() < 0.25:
                days = max(1, days - rng.randint(1, 3))
            yield local(now, days, rng.choice((rng.randint(480, 1080), rng.randint(1080, 1340)))), person
    for minutes, person in zip((4, 21, 58, 140, 260), [p for p in content.people if p.orders][::9], strict=False):
        yield now - dt.timedelta(minutes=minutes), person


def basket(content: Content, person: Person, days: int, sold: dict[str, int], rng: random.Random) -> Iterator[Line]:
    """One to four products that were in stock a number of days ago; adds them to `sold`."""
    shelf = [item for item in content.items if item.category in person.likes]
    theme = rng.choice(person.likes)
    for _ in range(rng.choices((1, 2, 3, 4), (30, 36, 22, 12))[0]):
        in_stock = {item.sku: _remaining(item, days, sold) for item in shelf}
        available = [item for item in shelf if in_stock[item.sku] > 0]
        if not available:
            return
        appeal = [_appeal(item, in_stock[item.sku]) * (5 if item.category == theme else 1) for item in available]
        item = rng.choices(available, appeal)[0]
        quantity = min(in_stock[item.sku], rng.choice((1, 1, 2, 2, 3, 4)) if item.quantity >= 8 else 1)
        sold[item.sku] += quantity
        yield Line(item.sku, quantity)


def _remaining(item: Item, days: int, sold: dict[str, int]) -> int:
    """The quantity that can be sold a number of days ago. The last of several is kept, so that the demo has stock."""
    received = sum(quantity for ago, quantity in item.deliveries if ago > days + 1)
    return received - sold[item.sku] - (1 if item.quantity > 1 else 0)


def _appeal(item: Item, remaining: int) -> float:
    """The likelihood of being bought: products with many pieces are bought more often."""
    return 0.05 if item.quantity == 1 else float(min(remaining, 10)) ** 0.5


def order_steps(
    number: int, at: dt.datetime, person: Person, lines: tuple[Line, ...], now: dt.datetime, rng: random.Random
) -> Iterator[Step]:
    """The steps of one order. Lines of the same product are merged."""
    merged: dict[str, int] = {}
    for line in lines:
        merged[line.sku] = merged.get(line.sku, 0) + line.quantity
    lines = tuple(Line(sku, quantity) for sku, quantity in merged.items())
    luck = rng.random()
    minutes_ago = (now - at).total_seconds() / 60
    card = "tok_delay" if minutes_ago < 10 else "tok_decline" if luck < 0.03 else "tok_ok"
    discount = 10 if rng.random() < 0.06 else 0
    yield Place(at, number, person, lines, card if card != "tok_ok" or rng.random() < 0.85 else None, discount)
    if card != "tok_ok":
        return
    if luck < 0.08:
        off = at + dt.timedelta(minutes=rng.randint(3, 25))
        reason = rng.choice(CANCEL_REASONS)
        if off <= now:
            yield Cancel(off, number, reason)
        return
    yield from _fulfilment(number, at, lines, now, rng)


def _fulfilment(
    number: int, at: dt.datetime, lines: tuple[Line, ...], now: dt.datetime, rng: random.Random
) -> Iterator[Step]:
    """Orders ship in the afternoon, never on a Sunday; some in two parcels, and some items are returned."""
    parcels: list[tuple[int, ...]] = [tuple(range(1, len(lines) + 1))]
    if len(lines) > 1 and rng.random() < 0.3:
        parcels = [(1,), tuple(range(2, len(lines) + 1))]
    leaves = at
    for part, numbers in enumerate(parcels, start=1):
        leaves = _afternoon(leaves, rng.randint(1, 2) if part == 1 else rng.randint(2, 6), rng)
        if leaves >= now:
            return
        yield Ship(leaves, number, part, numbers)
    if rng.random() < 0.09:
        back = _afternoon(leaves, rng.randint(4, 16), rng)
        reason, restock = rng.choice(RETURN_REASONS)
        if back < now:
            yield Return(back, number, rng.randint(1, len(lines)), reason, restock)


def _afternoon(after: dt.datetime, days: int, rng: random.Random) -> dt.datetime:
    day = after.astimezone(ZONE).date() + dt.timedelta(days=days)
    if day.weekday() == 6:
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(15, rng.randint(0, 59)), ZONE)


def _goodwill(content: Content, steps: Iterable[Step], now: dt.datetime) -> Iterator[Refund]:
    """Refund two days after shipping, for the first order from the given number on without a return."""
    shipped_at = {step.order: step.at + dt.timedelta(days=2, hours=-4) for step in steps if isinstance(step, Ship)}
    returned = {step.order for step in steps if isinstance(step, Return)}
    without_return = [number for number in sorted(shipped_at) if number not in returned and shipped_at[number] < now]
    for refund in content.goodwill:
        order = next((number for number in without_return if number >= refund.order), None)
        if order is not None:
            yield Refund(shipped_at[order], order, refund.amount, refund.reason)
