"""Feeds: the same contract in memory, in the database and of another process, with one partition and with four."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idl import inventory
from tests import acting
from thriftshop.events import envelope, feed, streams
from thriftshop.events.feed import START, Cursor, Feed, Message
from thriftshop.events.feed.remote import RemoteFeed
from thriftshop.events.streams import Write

pytestmark = pytest.mark.django_db

SKUS = [f"SKU-{number}" for number in range(20)]


@pytest.fixture(params=[1, 4])
def partitions(request, settings):
    settings.EVENT_PARTITIONS = settings.CASSANDRA_SHARDS = settings.KAFKA_PARTITIONS = request.param
    feed.of.cache_clear()
    return request.param


@pytest.fixture(params=["embedded", "remote"])
def source(request, event_store, partitions, transport):
    """The feed of the inventory, as its own process sees it and as others do."""
    with acting.as_service("inventory"):
        yield feed.of("inventory") if request.param == "embedded" else RemoteFeed("inventory")


def append(sku: str, *quantities: int) -> None:
    version = len(streams.of("inventory").read({sku: 0})[sku])
    made = [inventory.StockReceived(quantity=quantity) for quantity in quantities]
    streams.of("inventory").append([Write(sku, version, made)])


def fill() -> None:
    for turn in (1, 2):
        for sku in SKUS:
            append(sku, turn)


def all_of(source: Feed, limit: int = 7) -> dict[int, list[Message]]:
    """Every message by partition, read in batches."""
    found: dict[int, list[Message]] = {}
    for partition in source.partitions:
        messages, cursor = found.setdefault(partition, []), START
        while (batch := source.read(partition, cursor, limit)).messages:
            assert len(batch.messages) <= limit
            messages.extend(batch.messages)
            cursor = batch.cursor
        assert batch.cursor == source.ends()[partition]
    return found


def test_every_event_is_in_one_partition_with_the_others_of_its_stream_in_their_order(source, partitions):
    fill()
    found = all_of(source)
    assert list(found) == list(range(partitions))
    assert all(found.values())  # twenty streams are spread over all partitions
    events = [(number, envelope.decode(message.payload)) for number, messages in found.items() for message in messages]
    for sku in SKUS:
        assert len({number for number, event in events if event.stream == sku}) == 1
        assert [event.version for _, event in events if event.stream == sku] == [1, 2]


def test_the_key_of_a_message_is_its_stream(source):
    append("MUG", 1)
    (message,) = [message for messages in all_of(source).values() for message in messages]
    assert (message.key, envelope.decode(message.payload).stream) == ("MUG", "MUG")


def test_reading_continues_after_any_message(source):
    fill()
    for partition, messages in all_of(source).items():
        for number, message in enumerate(messages):
            rest = source.read(partition, message.cursor, 1_000).messages
            assert [one.cursor for one in rest] == [message.cursor for message in messages[number + 1 :]]


def test_a_reader_of_one_kind_moves_beyond_the_others(source):
    append("MUG", 1, 2)
    streams.of("inventory").append([Write("MUG", 2, [inventory.StockWrittenOff(quantity=1, reason="broken")])])
    append("MUG", 3)
    partition = feed.partition_of("MUG", len(source.partitions))
    batch = source.read(partition, START, 100, {"StockWrittenOff"})
    assert [envelope.decode(message.payload).version for message in batch.messages] == [3]
    assert batch.cursor == source.ends()[partition]
    assert source.read(partition, batch.cursor, 100, {"StockWrittenOff"}) == ([], batch.cursor)


def test_an_empty_partition_ends_at_its_start(source, partitions):
    assert source.ends() == dict.fromkeys(range(partitions), START)
    assert source.read(0, START, 10) == ([], START)


def test_what_is_left_to_read_is_counted(source):
    fill()
    found = all_of(source)
    assert sum(source.count(partition, START) for partition in source.partitions) == 2 * len(SKUS)
    for partition, messages in found.items():
        assert source.count(partition, messages[0].cursor) == len(messages) - 1
        assert source.count(partition, START, {"StockWrittenOff"}) == 0


def test_the_ends_are_returned_as_soon_as_they_differ_from_those_seen(source):
    before = source.ends()
    append("MUG", 1)
    after = source.wait(before, 60)
    assert after == source.ends() != before
    assert source.wait(after, 0.01) == after


@given(st.text(max_size=50))
def test_a_cursor_that_the_feed_did_not_issue_is_refused_or_read(text):
    """Whatever a reader sends ends in InvalidCursor or in an answer, never in an error of the database."""
    with contextlib.suppress(feed.InvalidCursor):
        assert feed.of("inventory").read(0, Cursor(text), 1).messages == []


@pytest.mark.parametrize("cursor", ["x", "-1", "1:", ":", "1:2:3", "1.5", "9" * 41])
def test_an_invalid_cursor_is_refused(source, cursor):
    with pytest.raises(Exception, match="is not a cursor of this feed"):
        source.read(0, Cursor(cursor), 10)
    with pytest.raises(Exception, match="is not a cursor of this feed"):
        source.count(0, Cursor(cursor))
