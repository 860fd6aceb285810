"""What the parts of a loading share: the record, who is who, the shop's clock, and how a refusal is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from apps.demo import planning, reading
from apps.demo.models import Loading
from idl import catalog, common, inventory, orders, users
from thriftshop import call_context, clock, rpc
from thriftshop.events import progress

CALLER = "demo"
CURRENCY = "GBP"
OPENING, DELIVERY, CLOSING = dt.time(8, 45), dt.time(9, 10), dt.time(17, 40)
PATIENCE_SECONDS = 600.0
# What a pound is in the shop's other currencies, before it is rounded to a price.
RATES = {"EUR": 1.16, "USD": 1.31}
T = TypeVar("T")


class Halted(Exception):
    """The shop refused a part of the demo. Its text says which, and the shop's own words."""


@dataclass(slots=True)
class Run:
    """A loading under way. `users` by address, `categories` by slug: the shop's own ids."""

    record: Loading
    content: reading.Content
    users: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    # The orders of which something is still to follow by itself, and what is on them.
    unsettled: set[int] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)

    def settle(self) -> None:
        """Waits until everything that follows from what was done has been done."""
        with call_context.using(caller=CALLER, viewer=""):
            progress.catch_up_everywhere(PATIENCE_SECONDS)
        self.unsettled.clear()
        self.touched.clear()

    def settle_for(self, order: int) -> None:
        """Waits, where something of this order is still to follow: what comes next needs it as it is by then."""
        if order in self.unsettled:
            self.settle()

    def settle_stock(self, skus: Iterable[str]) -> None:
        """Waits, where an order of these is still to reserve or ship: a ledger is written in the order of time."""
        if not self.touched.isdisjoint(skus):
            self.settle()

    def at(self, date: dt.date, time: dt.time) -> dt.datetime:
        """A time of a day by the shop's clock, but never after the moment that all leads up to."""
        return min(dt.datetime.combine(date, time, planning.ZONE), self.record.now)


@contextmanager
def happening(moment: dt.datetime, what: str) -> Iterator[None]:
    """What is done in this block happened then. A refusal halts the loading and says `what` was refused."""
    try:
        with call_context.using(caller=CALLER, occurred_at=clock.moment(moment)):
            yield
    except REFUSALS as error:
        said = getattr(error, "message", None) or str(error)
        raise Halted(f"{what}, {moment:%Y-%m-%d %H:%M}: {said}") from error


def date_of(now: dt.datetime, days: int) -> dt.date:
    """The date so many days ago, by the shop's clock."""
    return now.astimezone(planning.ZONE).date() - dt.timedelta(days=days)


def money(pence: int, currency: str = CURRENCY) -> common.Money:
    """An amount of money."""
    return common.Money(amount=pence, currency=currency)


def prices(pence: int) -> list[common.Money]:
    """A price in pounds, and what the shop asks abroad for it: in steps of 10 cents under 5, of 50 above."""
    return [money(pence), *(money(abroad(pence, rate), currency) for currency, rate in RATES.items())]


def abroad(pence: int, rate: float) -> int:
    """A price in pence in another currency's cents, rounded as a shopkeeper does."""
    cents = pence * rate
    step = 10 if cents < 500 else 50
    return max(step, round(cents / step) * step)


def parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in parts of at most this size."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _refusals() -> tuple[type[Exception], ...]:
    modules = (catalog, common, inventory, orders, users)
    declared = [one for module in modules for one in vars(module).values() if isinstance(one, type)]
    return (*(one for one in declared if issubclass(one, Exception)), rpc.RpcError)


REFUSALS = _refusals()
