"""Shared by the loading steps: the progress record, ids, dates, prices, and refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from apps.demo import planning, reading
from apps.demo.models import Loading
from idl import catalog, common, experiments, inventory, orders, users
from thriftshop import call_context, clock, rpc
from thriftshop.events import progress

CALLER = "demo"
CURRENCY = "GBP"
OPENING, DELIVERY, CLOSING = dt.time(8, 45), dt.time(9, 10), dt.time(17, 40)
TIMEOUT_SECONDS = 600.0
# The exchange rates of a pound, before prices are rounded.
RATES = {"EUR": 1.16, "USD": 1.31}
T = TypeVar("T")


class Halted(Exception):
    """The shop refused a step. The message names the step and the reason."""


@dataclass(slots=True)
class Run:
    """A running load, with the shop's ids: `users` by e-mail address, `categories` by slug."""

    record: Loading
    content: reading.Content
    users: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    # The orders with pending reactions, and their SKUs.
    pending_orders: set[int] = field(default_factory=set)
    pending_skus: set[str] = field(default_factory=set)

    def wait(self) -> None:
        """Wait until all consumer groups have caught up."""
        with call_context.using(caller=CALLER, viewer=""):
            progress.catch_up_everywhere(TIMEOUT_SECONDS)
        self.pending_orders.clear()
        self.pending_skus.clear()

    def wait_for_order(self, order: int) -> None:
        """Wait if this order has pending reactions."""
        if order in self.pending_orders:
            self.wait()

    def wait_for_stock(self, skus: Iterable[str]) -> None:
        """Wait if orders of these SKUs have pending reactions, because a ledger is written in chronological order."""
        if not self.pending_skus.isdisjoint(skus):
            self.wait()

    def at(self, date: dt.date, time: dt.time) -> dt.datetime:
        """A time of a day in the shop's time zone, but not after the end of the data."""
        return min(dt.datetime.combine(date, time, planning.ZONE), self.record.now)


@contextmanager
def at_time(moment: dt.datetime, action: str) -> Iterator[None]:
    """Dates the calls of this block. A refusal halts the loading, naming the step `what`."""
    try:
        with call_context.using(caller=CALLER, occurred_at=clock.moment(moment)):
            yield
    except REFUSALS as error:
        reason = getattr(error, "message", None) or str(error)
        raise Halted(f"{action}, {moment:%Y-%m-%d %H:%M}: {reason}") from error


def date_of(now: dt.datetime, days: int) -> dt.date:
    """The date a number of days ago, in the shop's time zone."""
    return now.astimezone(planning.ZONE).date() - dt.timedelta(days=days)


def money(pence: int, currency: str = CURRENCY) -> common.Money:
    """An amount of money."""
    return common.Money(amount=pence, currency=currency)


def prices(pence: int) -> list[common.Money]:
    """A price in pounds and the other currencies, rounded to 10 cents below 5.00 and to 50 cents above."""
    return [money(pence), *(money(abroad(pence, rate), currency) for currency, rate in RATES.items())]


def abroad(pence: int, rate: float) -> int:
    """Convert a price in pence to another currency's cents, rounded."""
    cents = pence * rate
    step = 10 if cents < 500 else 50
    return max(step, round(cents / step) * step)


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in batches of at most this size."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _refusals() -> tuple[type[Exception], ...]:
    modules = (catalog, common, experiments, inventory, orders, users)
    declared = [class_ for module in modules for class_ in vars(module).values() if isinstance(class_, type)]
    return (*(class_ for class_ in declared if issubclass(class_, Exception)), rpc.RpcError)


REFUSALS = _refusals()
