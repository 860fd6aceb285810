"""What is remembered of events that others will take soon: the same objects, and never more than is set."""

from idl import inventory
from thriftshop.events import envelope


def received(reason: str) -> tuple[bytes, envelope.Recorded]:
    """An event as bytes and as an object."""
    happened = inventory.StockReceived(quantity=3, reason=reason)
    (one,) = envelope.wrap("inventory", "MUG", 0, [happened], envelope.stamp())
    return envelope.encode(one), one


def test_who_takes_an_event_soon_after_is_given_the_same_object():
    payload, one = received("a delivery")
    envelope.keep(payload, one)
    assert envelope.decode_shared(payload) is one
    envelope.forget()
    assert envelope.decode_shared(payload) == one


def test_the_oldest_are_forgotten_once_all_that_is_kept_is_large():
    envelope.forget()
    large = [received(f"{number}" * (envelope.MAX_CACHE_BYTES // 3)) for number in range(3)]
    for payload, one in large:
        envelope.keep(payload, one)
        envelope.keep(payload, one)
    kept = [envelope.decode_shared(payload) is one for payload, one in reversed(large)]
    assert kept == [True, True, False]
    envelope.forget()
