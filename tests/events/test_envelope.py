"""The cache of decoded events: the next readers get the same objects, and its size is limited."""

from idl import inventory
from thriftshop.events import envelope


def received(reason: str) -> tuple[bytes, envelope.Recorded]:
    """An event as bytes and as an object."""
    happened = inventory.StockReceived(quantity=3, reason=reason)
    (recorded,) = envelope.wrap("inventory", "MUG", 0, [happened], envelope.stamp())
    return envelope.encode(recorded), recorded


def test_the_next_reader_of_an_event_gets_the_same_object():
    payload, event = received("a delivery")
    envelope.keep(payload, event)
    assert envelope.decode_shared(payload) is event
    envelope.forget()
    assert envelope.decode_shared(payload) == event


def test_the_oldest_are_dropped_when_the_cache_is_full():
    envelope.forget()
    large = [received(f"{number}" * (envelope.MAX_CACHE_BYTES // 3)) for number in range(3)]
    for payload, event in large:
        envelope.keep(payload, event)
        envelope.keep(payload, event)
    are_cached = [envelope.decode_shared(payload) is event for payload, event in reversed(large)]
    assert are_cached == [True, True, False]
    envelope.forget()
