"""Streams in Cassandra: buckets, partitions of the index, what a process remembers, and processes that know different things."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idl import inventory
from thriftshop.events import envelope, feed, streams
from thriftshop.events.streams import Refused, Repeated, Write, Written
from thriftshop.events.streams.cassandra import CassandraStreams, index, log, shard, writer
from thriftshop.events.streams.memory import MemoryStreams

pytestmark = pytest.mark.django_db
SKUS = ("MUG", "CUP", "POT", "PAN", "JUG", "JAR", "TIN", "BOX")


def received(quantity: int = 1) -> inventory.StockReceived:
    return inventory.StockReceived(quantity=quantity)


def fill(store, turns: int = 3) -> None:
    for version in range(turns):
        outcomes = store.append([Write(sku, version, [received(version)], f"k{version}") for sku in SKUS])
        assert all(isinstance(outcome, Written) for outcome in outcomes)


def versions(store) -> dict[str, list[int]]:
    return {sku: [record.version for record in records] for sku, records in store.read(dict.fromkeys(SKUS, 0)).items()}


def wait_until_indexed(store, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while any(known.waiting() for known in store.caught_up()):
        assert time.monotonic() < until, "the index is behind"
        time.sleep(0.02)


@pytest.fixture
def open_streams(cassandra, settings):
    """Opens the streams as another process would, which knows nothing yet."""
    settings.CASSANDRA_SHARDS = 2
    opened: list[CassandraStreams] = []

    def open_() -> CassandraStreams:
        opened.append(CassandraStreams("inventory"))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


def test_a_new_process_reads_what_is_not_indexed_yet(open_streams, monkeypatch):
    monkeypatch.setattr("thriftshop.events.streams.cassandra.indexer.Indexer.wake", lambda self: None)
    fill(open_streams())
    store = open_streams()
    assert versions(store) == {sku: [1, 2, 3] for sku in SKUS}
    assert store.append([Write("MUG", 3, [received()], "k1")])[0].recorded[0].version == 2
    assert index.find_key(store.name, "MUG", "k1") == 0


def test_a_new_process_reads_what_is_indexed(open_streams):
    first = open_streams()
    fill(first)
    wait_until_indexed(first)
    store = open_streams()
    assert versions(store) == {sku: [1, 2, 3] for sku in SKUS}
    assert [known.waiting() for known in store.caught_up()] == [0, 0]
    assert isinstance(store.append([Write("MUG", 3, [received()], "k0")])[0], Repeated)
    assert store.append([Write("MUG", 2, [received()], "k9")]) == [Refused()]
    assert isinstance(store.append([Write("MUG", 3, [received()], "k9")])[0], Written)


def test_a_process_that_does_not_know_the_newest_events_reads_them_and_appends(open_streams):
    first, second = open_streams(), open_streams()
    fill(first, 1)
    fill(second, 0)
    for version, store in zip(range(1, 7), itertools.cycle([second, first]), strict=False):
        for sku in SKUS:
            assert store.append([Write(sku, version - 1, [received()])]) == [Refused()]
            assert isinstance(store.append([Write(sku, version, [received()])])[0], Written)
    assert versions(first) == versions(second) == {sku: list(range(1, 8)) for sku in SKUS}


def test_writes_of_one_stream_in_one_call_follow_each_other(open_streams):
    store = open_streams()
    writes = [Write("MUG", version, [received(), received()], f"k{version // 2 % 3}") for version in range(0, 8, 2)]
    *written, repeated = store.append(writes)
    assert [[record.version for record in outcome.recorded] for outcome in written] == [[1, 2], [3, 4], [5, 6]]
    assert isinstance(repeated, Repeated)
    assert repeated.recorded[0].version == 1


def test_of_two_writes_that_expect_the_same_version_one_is_refused(open_streams):
    outcomes = open_streams().append([Write("MUG", 0, [received(1)], "a"), Write("MUG", 0, [received(2)], "b")])
    assert [type(outcome) for outcome in outcomes] == [Written, Refused]


def test_a_bucket_that_is_full_is_ended_and_the_next_one_continues_its_sequence(open_streams, monkeypatch):
    monkeypatch.setattr(log, "BUCKET_EVENTS", 5)
    first, stale = open_streams(), open_streams()
    assert stale.count() == 0
    fill(first, 6)
    assert min(known.end.bucket for known in first.caught_up()) > 1
    for known in first.caught_up():
        entries = list(itertools.chain(*log.pages(first.name, known.number, log.Position())))
        assert [entry.sequence for entry in entries] == list(range(1, known.end.sequence + 1))
        assert [entry.next.bucket for entry in entries] == sorted(entry.next.bucket for entry in entries)
        assert all(entry.bucket == 0 or entry.sequence > 5 for entry in entries)
    assert isinstance(stale.append([Write("MUG", 6, [received()])])[0], Written)
    for store in (first, stale, open_streams()):
        assert versions(store) == {sku: list(range(1, 8 if sku == "MUG" else 7)) for sku in SKUS}
        assert store.count() == 6 * len(SKUS) + 1


def test_a_process_that_opens_at_the_end_of_a_bucket_begins_the_next(open_streams, monkeypatch):
    monkeypatch.setattr(log, "BUCKET_EVENTS", 2)
    store = open_streams()
    for version in range(6):
        assert isinstance(store.append([Write("MUG", version, [received()])])[0], Written)
        wait_until_indexed(store)
        store = open_streams()
    assert [record.version for record in store.read({"MUG": 0})["MUG"]] == [1, 2, 3, 4, 5, 6]


def test_a_scan_is_ordered_by_stream_across_buckets_and_the_feed_reads_the_same(cassandra, settings, monkeypatch):
    settings.CASSANDRA_SHARDS = 3
    settings.EVENT_STORES = settings.EVENT_STORES | {
        "inventory": "thriftshop.events.streams.cassandra.CassandraStreams"
    }
    settings.EVENT_FEEDS = settings.EVENT_FEEDS | {"inventory": "thriftshop.events.feed.cassandra.CassandraFeed"}
    streams.of.cache_clear()
    monkeypatch.setattr(log, "BUCKET_EVENTS", 4)
    monkeypatch.setattr(log, "PAGE", 3)
    store, source = streams.of("inventory"), feed.of("inventory")
    fill(store, 7)
    scanned = list(store.scan())
    assert len(scanned) == 7 * len(SKUS)
    for sku in SKUS:
        assert [record.version for record in scanned if record.stream == sku] == list(range(1, 8))
    read = [source.read(partition, feed.START, 100) for partition in source.partitions]
    assert sorted(message.payload for batch in read for message in batch.messages) == sorted(
        envelope.encode(record) for record in scanned
    )
    assert [batch.cursor for batch in read] == list(source.ends().values())


def test_a_stream_is_read_and_its_keys_are_known_across_partitions_of_the_index(open_streams, monkeypatch):
    monkeypatch.setattr(index, "PART_VERSIONS", 4)
    first = open_streams()
    fill(first, 9)
    wait_until_indexed(first)
    store = open_streams()
    assert versions(store) == {sku: list(range(1, 10)) for sku in SKUS}
    assert [record.version for record in store.read({"MUG": 4})["MUG"]] == [5, 6, 7, 8, 9]
    store = open_streams()
    for number in range(9):
        assert isinstance(store.append([Write("MUG", 9, [received()], f"k{number}")])[0], Repeated)
        assert store.recorded_under("CUP", f"k{number}")[0].version == number + 1
    assert isinstance(store.append([Write("MUG", 9, [received()], "k9")])[0], Written)


@pytest.mark.parametrize("indexed", [True, False])
def test_a_process_that_remembers_little_answers_as_the_store_in_memory(open_streams, monkeypatch, indexed):
    """What is not remembered is looked up; what is not indexed is remembered."""
    monkeypatch.setattr(shard, "MAX_STREAMS", 1)
    monkeypatch.setattr(shard, "MAX_KEYS", 1)
    monkeypatch.setattr(writer.log, "BUCKET_EVENTS", 3)
    names = itertools.count()

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 4), st.integers(1, 9)), max_size=25))
    def check(writes):
        number, memory, stores = next(names), MemoryStreams("inventory"), [open_streams(), open_streams()]
        for turn, (stream, expected, quantity) in enumerate(writes):
            write = Write(f"{stream}{number}", expected, [received(quantity)], f"k{quantity}")
            store = stores[turn % 2]
            assert type(store.append([write])[0]) is type(memory.append([write])[0])
            if indexed and turn % 5 == 0:
                wait_until_indexed(store)
        everything = {f"{stream}{number}": 0 for stream in "ABC"}
        expected = {name: [record.event for record in records] for name, records in memory.read(everything).items()}
        for store in (*stores, open_streams()):
            found = {name: [record.event for record in records] for name, records in store.read(everything).items()}
            assert found == expected
        for store in stores:
            store.close()

    check()
