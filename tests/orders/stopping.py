"""A saga that is stopped on purpose, and what must hold when it goes on."""

from django.core import mail
from idl.orders import OrderStatus

from apps.orders.models import CardEntry, Order
from apps.orders.reactions import saga, saga_calls, sweeping
from apps.orders.service import streams
from tests.orders import shop
from thriftshop import clock
from thriftshop.events import decider, groups, progress, rebuild

MINUTE = 60_000


class Killed(BaseException):
    """The process is gone: nothing in it gets to tidy up."""


class Stops:
    """Ends the process at the n-th place where it could end: before a step is asked for, after, and after it is recorded."""

    def __init__(self, monkeypatch):
        self.left = -1
        for step, parts in saga_calls.CALLS.items():
            monkeypatch.setitem(saga_calls.CALLS, step, tuple((name, self._around(part)) for name, part in parts))
        take = saga._take
        monkeypatch.setattr(saga, "_take", lambda *args: self._then_stop(take(*args)))

    def _around(self, part):
        def asked(*args):
            self._then_stop(None)
            return self._then_stop(part(*args))

        return asked

    def _then_stop(self, value):
        if self.left == 0:
            self.left = -1
            raise Killed
        self.left -= 1
        return value

    def at(self, place):
        self.left = place


def drain_through(stops, place):
    """Lets everything happen, dying once at the n-th place and starting again. False where there is no such place."""
    stops.at(place)
    try:
        progress.catch_up()
    except Killed:
        decider.forget_all()
        progress.catch_up()
        return True
    finally:
        stops.at(-1)
    return False


def adds_up():
    """The shelves are the ledger's, nothing is reserved for orders that are over, and every table equals its rebuild."""
    held = dict.fromkeys(shop.PRICES, 0)
    for row in Order.objects.filter(status__in=(OrderStatus.CONFIRMED, OrderStatus.PARTLY_SHIPPED)):
        state, _ = streams.ORDERS.load(row.pk)
        for number, line in enumerate(state.lines, start=1):
            held[line.sku] += state.unshipped(number)
    assert {sku: reserved for sku, (_, reserved) in shop.levels().items()} == held
    for projection in (one for one in groups.hosted() if hasattr(one, "tables")):
        assert rebuild.differences(projection) == []


def card(order_id):
    """What the provider did for an order: (what, amount), each once however often it was asked for."""
    return sorted(
        CardEntry.objects.filter(account=order_id, outcome="done").exclude(kind="void").values_list("kind", "amount")
    )


def subjects(word):
    return [letter.subject for letter in mail.outbox if word in letter.subject]


def later(monkeypatch, milliseconds):
    moment = clock.now() + milliseconds
    monkeypatch.setattr(clock, "now", lambda: moment)


def sweep():
    count = sweeping.sweep()
    progress.catch_up()
    return count
