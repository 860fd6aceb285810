"""Interruptions of the saga, and the state that must result after it resumes."""

from django.core import mail
from idl.orders import OrderStatus

from apps.orders.models import CardEntry, Order
from apps.orders.reactions import saga, saga_calls, sweeping
from apps.orders.service import streams
from tests.orders import shop
from thriftshop import clock
from thriftshop.events import decider, groups, progress, rebuild

MINUTE = 60_000


class ProcessKilled(BaseException):
    """The process was killed; a BaseException, so that nothing handles it."""


class Interruptions:
    """Kills the process at the n-th place: before a call, after it, and after its step was recorded."""

    def __init__(self, monkeypatch):
        self.left = -1
        for step, calls in saga_calls.CALLS.items():
            monkeypatch.setitem(saga_calls.CALLS, step, tuple((name, self._around(call)) for name, call in calls))
        take = saga._take
        monkeypatch.setattr(saga, "_take", lambda *args: self._then_stop(take(*args)))

    def _around(self, call):
        def interruptible(*args):
            self._then_stop(None)
            return self._then_stop(call(*args))

        return interruptible

    def _then_stop(self, value):
        if self.left == 0:
            self.left = -1
            raise ProcessKilled
        self.left -= 1
        return value

    def at(self, place):
        self.left = place


def run_interrupted_at(interruptions, place):
    """Process all events, with one crash at the n-th place and a restart. False if there is no such place."""
    interruptions.at(place)
    try:
        progress.catch_up()
    except ProcessKilled:
        decider.forget_all()
        progress.catch_up()
        return True
    finally:
        interruptions.at(-1)
    return False


def assert_consistent():
    """The stock is reserved exactly for open orders, and every table equals its rebuild."""
    expected = dict.fromkeys(shop.PRICES, 0)
    for row in Order.objects.filter(status__in=(OrderStatus.CONFIRMED, OrderStatus.PARTLY_SHIPPED)):
        state, _ = streams.ORDERS.load(row.pk)
        for number, line in enumerate(state.lines, start=1):
            expected[line.sku] += state.unshipped(number)
    assert {sku: reserved for sku, (_, reserved) in shop.levels().items()} == expected
    for projection in (one for one in groups.hosted() if hasattr(one, "tables")):
        assert rebuild.differences(projection) == []


def provider_entries(order_id):
    """The provider's entries for an order, as (kind, amount)."""
    return sorted(
        CardEntry.objects.filter(account=order_id, outcome="done").exclude(kind="void").values_list("kind", "amount")
    )


def subjects(word):
    return [email.subject for email in mail.outbox if word in email.subject]


def later(monkeypatch, milliseconds):
    moment = clock.now() + milliseconds
    monkeypatch.setattr(clock, "now", lambda: moment)


def sweep():
    count = sweeping.sweep()
    progress.catch_up()
    return count
