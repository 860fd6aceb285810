"""Broadcast: every event from now on, in the order of each stream, whatever happens to subscribers and to the topic's process."""

import functools
import itertools
import threading
import time
import types

import pytest

from idl import inventory
from thriftshop import rpc
from thriftshop.event_store.models import Checkpoint, Lease
from thriftshop.events import broadcast, envelope, feed, streams
from thriftshop.events.feed import serving
from thriftshop.events.feed.remote import RemoteFeed
from thriftshop.events.streams import Write

READER = "recommender"  # may read StockReceived, not StockAllocated
TIMEOUT_SECONDS = 120.0
SKUS = [f"SKU-{number}" for number in range(6)]


def receive(sku, *quantities):
    version = len(streams.of("inventory").read({sku: 0})[sku])
    received = [inventory.StockReceived(quantity=quantity) for quantity in quantities]
    streams.of("inventory").append([Write(sku, version, received)])


def use_feed(monkeypatch, of):
    """Replace how the broadcast finds its feed; the process that is called finds its own feed as usual."""
    replaced = types.SimpleNamespace(
        of=of, publisher_of=feed.publisher_of, START=feed.START, POLL_SECONDS=feed.POLL_SECONDS
    )
    monkeypatch.setattr(broadcast, "feed", replaced)


@pytest.fixture(params=["here", "loopback"])
def reachable(request, settings, monkeypatch):
    """The feed of a topic of this process, directly or by calls; gives the function that finds it."""
    if request.param == "here":
        return feed.of
    settings.RPC_TRANSPORT = "loopback"
    use_feed(monkeypatch, RemoteFeed)
    return RemoteFeed


@pytest.fixture(params=[1, 4])
def partitions(request, settings):
    settings.EVENT_PARTITIONS = request.param
    feed.of.cache_clear()
    return request.param


@pytest.fixture
def following(reachable, partitions):
    """A broadcast that follows the inventory from now on, and the events that it has passed on."""
    found = []
    followed = broadcast.Broadcast("inventory", READER)
    followed.subscribe(found.append)
    return followed, found


def follow(followed):
    for _ in range(3):
        followed.follow(0.01)


def by_stream(found):
    streams_ = {}
    for record in found:
        streams_.setdefault(record.stream, []).append((record.version, record.event.quantity))
    return streams_


@pytest.mark.django_db
def test_every_event_from_now_on_is_passed_on_in_the_order_of_its_stream(following):
    followed, found = following
    receive("SKU-0", 99)
    follow(followed)
    assert found == []
    for quantity in (1, 2, 3):
        for sku in SKUS:
            receive(sku, quantity, 10 * quantity)
        follow(followed)
    expected = [(version, quantity) for version, quantity in enumerate((1, 10, 2, 20, 3, 30), start=1)]
    later = [(version + 1, quantity) for version, quantity in expected]
    assert by_stream(found) == {sku: later if sku == "SKU-0" else expected for sku in SKUS}
    assert not Checkpoint.objects.exists()
    assert not Lease.objects.exists()


@pytest.mark.django_db
def test_more_events_than_a_batch_holds_are_all_passed_on(following, monkeypatch):
    monkeypatch.setattr(broadcast, "BATCH", 3)
    followed, found = following
    follow(followed)
    for sku in SKUS:
        receive(sku, *range(1, 8))
    follow(followed)
    assert by_stream(found) == {sku: [(number, number) for number in range(1, 8)] for sku in SKUS}


@pytest.mark.django_db
def test_it_is_current_only_after_all_that_another_process_has_in_several_answers(settings, monkeypatch):
    settings.RPC_TRANSPORT = "loopback"
    monkeypatch.setattr(serving, "MAX_PAGE_BYTES", 1)  # one event in an answer
    monkeypatch.setattr(broadcast, "BATCHES_IN_TURN", 4)
    use_feed(monkeypatch, RemoteFeed)
    followed, found = broadcast.Broadcast("inventory", READER), []
    followed.subscribe(found.append)
    follow(followed)
    receive("MUG", *range(1, 7))
    followed.current_at = float("-inf")
    followed.follow(0.01)
    assert (len(found), followed.is_current(TIMEOUT_SECONDS)) == (4, False)
    followed.follow(0.01)
    assert (len(found), followed.is_current(TIMEOUT_SECONDS)) == (6, True)


@pytest.mark.django_db
def test_a_subscriber_that_fails_disturbs_no_other_and_one_that_left_is_not_called(following, caplog):
    followed, found = following

    def fails(record):
        raise ValueError("cache is full")

    others, left = [], []
    followed.subscribe(fails)
    followed.subscribe(others.append)
    leave = followed.subscribe(left.append)
    follow(followed)
    receive("MUG", 1)
    follow(followed)
    leave()
    receive("MUG", 2)
    follow(followed)
    assert [record.version for record in found] == [record.version for record in others] == [1, 2]
    assert [record.version for record in left] == [1]
    assert "broadcast subscriber failed" in caplog.text


@pytest.mark.django_db
def test_one_of_two_equal_subscribers_can_leave(following):
    followed, _ = following
    found = []
    leave_first, leave_second = followed.subscribe(found.append), followed.subscribe(found.append)
    leave_first()
    leave_first()
    follow(followed)
    receive("MUG", 1)
    follow(followed)
    assert len(found) == 1
    leave_second()


@pytest.mark.django_db
def test_a_process_without_a_free_thread_to_wait_is_not_called_in_a_loop(settings, monkeypatch):
    settings.RPC_TRANSPORT = "loopback"
    use_feed(monkeypatch, RemoteFeed)
    monkeypatch.setattr(serving, "_seats", functools.partial(threading.Semaphore, 0))
    followed = broadcast.Broadcast("inventory", READER)
    followed.follow(TIMEOUT_SECONDS)
    began = time.monotonic()
    for _ in range(4):
        followed.follow(TIMEOUT_SECONDS)
    assert 4 * feed.POLL_SECONDS <= time.monotonic() - began < TIMEOUT_SECONDS / 2
    assert followed.is_current(1.0)


@pytest.mark.django_db
def test_what_is_recorded_while_the_topics_process_is_away_is_passed_on_later(following, reachable, monkeypatch):
    followed, found = following
    follow(followed)
    receive("MUG", 1)

    class Away:
        def wait(self, seen, seconds):
            raise rpc.Unavailable("inventory does not answer")

    use_feed(monkeypatch, lambda topic: Away())
    with pytest.raises(rpc.Unavailable):
        followed.follow(0.01)
    receive("MUG", 2)
    use_feed(monkeypatch, reachable)
    follow(followed)
    assert [record.version for record in found] == [1, 2]


@pytest.mark.django_db
def test_after_a_failure_between_two_partitions_nothing_is_lost(following, reachable, monkeypatch):
    followed, found = following
    follow(followed)
    for sku in SKUS:
        receive(sku, 1, 2)
    source, reads = reachable("inventory"), itertools.count()
    read = source.read

    def breaks_once(*args):
        if next(reads) == 1:
            raise rpc.Unavailable("inventory does not answer")
        return read(*args)

    monkeypatch.setattr(broadcast, "BATCH", 5)
    monkeypatch.setattr(source, "read", breaks_once)
    use_feed(monkeypatch, lambda topic: source)
    with pytest.raises(rpc.Unavailable):
        followed.follow(0.01)
    assert not followed.is_current(0.0)
    follow(followed)
    assert {stream: sorted(set(events)) for stream, events in by_stream(found).items()} == {
        sku: [(1, 1), (2, 2)] for sku in SKUS
    }


@pytest.mark.django_db
def test_events_of_unknown_kinds_are_left_out(following, monkeypatch):
    followed, found = following
    follow(followed)
    receive("MUG", 1)
    receive("MUG", 2)
    receive("MUG", 3)
    decode = envelope.decode_shared

    def as_older_code(payload):
        if envelope.peek(payload).version == 2:
            raise envelope.UnknownEvent("a newer kind")
        return decode(payload)

    monkeypatch.setattr(envelope, "decode_shared", as_older_code)
    follow(followed)
    assert [record.version for record in found] == [1, 3]
    assert followed.is_current(60.0)


@pytest.mark.django_db
def test_only_the_requested_kinds_are_passed_on(partitions):
    found = []
    followed = broadcast.Broadcast("inventory", READER, {"StockCounted"})
    followed.subscribe(found.append)
    follow(followed)
    receive("MUG", 1)
    streams.of("inventory").append([Write("MUG", 1, [inventory.StockCounted(counted=3, difference=2, reason="x")])])
    receive("CUP", 1)
    follow(followed)
    assert [record.kind for record in found] == ["StockCounted"]


@pytest.mark.django_db
def test_events_that_nobody_wants_are_not_read_and_those_after_a_wish_are(monkeypatch):
    wanted, found = [], []
    followed = broadcast.Broadcast("inventory", READER, is_wanted=lambda: bool(wanted))
    followed.subscribe(found.append)
    follow(followed)
    receive("MUG", 1, 2)
    with monkeypatch.context() as patch:
        patch.setattr(type(feed.of("inventory")), "read", None)
        follow(followed)
    assert followed.is_current(TIMEOUT_SECONDS)
    wanted.append(True)
    receive("MUG", 3)
    follow(followed)
    assert [record.event.quantity for record in found] == [3]
