"""Events of kinds that only a newer version of the code knows: nothing is parked, and their streams are not read."""

import functools

import pytest

from idl import cart, inventory
from tests import acting
from thriftshop import clock, events, rpc
from thriftshop.event_store.models import Checkpoint, DeadLetter, Event, Lease
from thriftshop.events import decider, envelope, groups, processor, progress, streams
from thriftshop.events.streams import Write
from thriftshop.rpc.http import server

pytestmark = pytest.mark.django_db

# A union of the binary protocol whose one member has the id 99: field of type struct, its end, the end of the union.
FROM_THE_FUTURE = b"\x0c\x00\x63\x00\x00"


def append(topic, stream, *made):
    version = len(Event.objects.filter(topic=topic, stream=stream))
    streams.of(topic).append([Write(stream, version, made)])


def append_unknown(topic, stream):
    """An event as a newer version records it."""
    version = Event.objects.filter(topic=topic, stream=stream).count() + 1
    stamp = envelope.stamp()
    known = inventory.StockReceived(quantity=1)
    (recorded,) = envelope.wrap("inventory", stream, version - 1, [known], stamp)
    struct = envelope.peek(envelope.encode(recorded))
    struct.topic, struct.event = topic, FROM_THE_FUTURE
    row = {"topic": topic, "stream": stream, "version": version, "kind": "FromTheFuture", "occurred_at": clock.now()}
    Event.objects.create(**row, payload=envelope.codec.encode(struct))


def receive(quantity):
    append("inventory", "MUG", inventory.StockReceived(quantity=quantity))


@pytest.fixture
def only(monkeypatch):
    def install(group):
        monkeypatch.setattr(groups, "hosted", functools.cache(lambda: (group,)))
        return group

    return install


def checkpoint(group):
    return Checkpoint.objects.get(group=group.name)


@pytest.fixture(params=["projection", "reaction"])
def group(request, only):
    """A group of all kinds, and the quantities that it has seen."""
    seen = []
    if request.param == "projection":

        def apply(records):
            seen.extend(record.event.quantity for record in records)

        return only(events.Projection("inventory.test", "inventory", apply, ())), seen
    return only(events.Reaction("inventory.test", "inventory", lambda one: seen.append(one.event.quantity))), seen


def test_earlier_events_are_processed_and_the_lease_is_released(group):
    group, seen = group
    receive(1)
    receive(2)
    append_unknown("inventory", "MUG")
    receive(4)
    for _ in range(2):
        with pytest.raises(envelope.UnknownEvent):
            processor.process(group)
    assert (checkpoint(group).waiting_for, Lease.objects.get().holder) == (
        "inventory/MUG 3 is an event of a kind unknown to this version.",
        "",
    )
    assert seen[-2:] == [1, 2]
    assert 4 not in seen
    assert not DeadLetter.objects.exists()


def test_a_group_of_known_kinds_does_not_wait(only):
    seen = []
    kinds = frozenset({"StockReceived"})
    group = only(events.Reaction("inventory.test", "inventory", lambda one: seen.append(one.event.quantity), kinds))
    receive(1)
    append_unknown("inventory", "MUG")
    receive(2)
    progress.catch_up()
    assert (seen, checkpoint(group).waiting_for) == ([1, 2], "")


def test_a_reaction_that_reads_a_stream_with_an_unknown_event_waits_and_parks_nothing(only):
    tills = decider.Decider("orders", 0, lambda state, event: state + 1)
    append_unknown("orders", "order-1")
    group = only(events.Reaction("inventory.test", "inventory", lambda one: tills.load("order-1")))
    receive(1)
    with pytest.raises(envelope.UnknownEvent):
        processor.process(group)
    assert checkpoint(group).waiting_for == "orders/order-1 1 is an event of a kind unknown to this version."
    assert Lease.objects.get().holder == ""
    assert not DeadLetter.objects.exists()


def test_a_service_is_unavailable_for_such_a_stream_so_that_the_call_is_retried_at_another_replica(transport):
    append("cart", f"customer-{acting.CUSTOMER}", cart.CartOpened(currency="GBP", at=clock.now()))
    append_unknown("cart", f"customer-{acting.CUSTOMER}")
    with acting.as_customer(), pytest.raises(rpc.Unavailable, match="unknown to this version"):
        rpc.connect(cart.CartService).get_cart(cart.CartRef())
    assert next(status for kind, status in server.STATUSES.items() if issubclass(envelope.UnknownEvent, kind)) == 503
    with acting.as_customer(acting.OTHER):
        assert rpc.connect(cart.CartService).get_cart(cart.CartRef()).lines == []
