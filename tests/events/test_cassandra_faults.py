"""Streams in Cassandra when processes race, die or get no answer: nothing acknowledged is lost, nothing is written twice."""

import signal
import subprocess
import sys
import threading
import time

import pytest
from cassandra.cluster import NoHostAvailable

from idl import inventory
from tests import stores
from tests.events.test_cassandra import wait_until_indexed
from tests.services.proxy import Proxy
from thriftshop import events, rpc
from thriftshop.events import streams
from thriftshop.events.streams import Failed, Repeated, Write, Written
from thriftshop.events.streams.cassandra import CassandraStreams, index, log, session

pytestmark = pytest.mark.django_db
WAIT_SECONDS = 120


def received(reference: str = "") -> inventory.StockReceived:
    return inventory.StockReceived(quantity=1, reference=reference)


def racer(settings, *arguments: object) -> subprocess.Popen:
    """Start a process of tests.events.racers on the streams of this test."""
    command = [sys.executable, "-m", "tests.events.racers", settings.CASSANDRA_PREFIX, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command


def acknowledged(output: str) -> list[tuple[str, int, str]]:
    """The complete lines of a process."""
    lines = [line.split() for line in output.split("\n")[:-1]]
    return [(stream, int(version), event_id) for stream, version, event_id in lines]


@pytest.fixture
def store(cassandra):
    opened = CassandraStreams("inventory")
    yield opened
    opened.close()


def recorded(store, stream: str = "MUG") -> list[tuple[str, int, str]]:
    return [(record.stream, record.version, record.id) for record in store.read({stream: 0})[stream]]


def test_of_two_processes_that_race_exactly_one_writes_each_version(store, settings):
    processes = [racer(settings, "race", name, 40) for name in ("first", "second")]
    outputs = [process.communicate(timeout=WAIT_SECONDS)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    lines = [line for output in outputs for line in acknowledged(output)]
    assert sorted(line for line in lines if line[0] == "MUG") == recorded(store)
    assert [version for _, version, _ in recorded(store)] == list(range(1, 81))
    for name in ("first", "second"):
        assert [line for line in lines if line[0] == f"{name}-own"] == recorded(store, f"{name}-own")
    assert store.count() == 160


def test_what_a_killed_process_has_not_indexed_is_indexed_by_the_next_reader(store, settings):
    process = racer(settings, "crash", "first", 5)
    output, _ = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == -signal.SIGKILL
    assert index.event(store.name, "MUG", 1) is None
    assert recorded(store) == acknowledged(output)
    assert len(recorded(store)) == 5
    wait_until_indexed(store)
    assert log.watermark(store.name, 0) == (0, 5)
    assert index.event(store.name, "MUG", 5) is not None
    assert index.find_key(store.name, "MUG", "first-4") == 5


def test_a_process_killed_at_any_moment_loses_nothing_acknowledged_and_leaves_no_gap(store, settings):
    lines = []
    for number in range(4):
        process = racer(settings, "go_on", f"process-{number}")
        first = process.stdout.readline()
        time.sleep(0.05 * number)
        process.kill()
        # Not communicate(): it passes over what readline() has buffered.
        lines += acknowledged(first + process.stdout.read())
        process.wait(WAIT_SECONDS)
        process.stdout.close()
    found = recorded(store)
    assert set(lines) <= set(found)
    assert [version for _, version, _ in found] == list(range(1, len(found) + 1))
    # At most the event that was on its way is beyond those acknowledged.
    assert len(lines) <= len(found) <= len(lines) + 4
    wait_until_indexed(store)
    other = CassandraStreams("inventory")
    assert recorded(other) == found
    other.close()


@pytest.fixture
def proxied(cassandra_node, cassandra, settings):
    """Streams that reach Cassandra through a proxy."""
    session.close()
    with Proxy(settings.CASSANDRA_PORT) as proxy:
        settings.CASSANDRA_PORT, settings.CASSANDRA_TIMEOUT_SECONDS = proxy.port, 2.0
        store = CassandraStreams("inventory")
        yield store, proxy
        store.close()
        session.close()


def test_an_append_whose_answer_was_lost_is_recognised_and_written_once(proxied):
    store, proxy = proxied
    store.append([Write("MUG", 0, [received("before")])])
    proxy.withhold()
    threading.Timer(0.5, proxy.recover).start()
    (outcome,) = store.append([Write("MUG", 1, [received("lost")], "key")])
    assert isinstance(outcome, Written)
    found = store.read({"MUG": 0})["MUG"]
    assert [record.event.reference for record in found] == ["before", "lost"]
    assert found[1].id == outcome.recorded[0].id
    assert isinstance(store.append([Write("MUG", 2, [received("again")], "key")])[0], Repeated)


def test_an_append_without_any_answer_ends_as_unknown_and_its_repetition_is_recognised_by_its_key(proxied):
    store, proxy = proxied
    store.append([Write("MUG", 0, [received("before")])])
    proxy.withhold()
    (outcome,) = store.append([Write("MUG", 1, [received("lost")], "key")])
    assert isinstance(outcome.error, rpc.DeadlineExceeded)
    assert "may or may not have been recorded" in str(outcome.error)
    proxy.recover()
    outcome = _append_when_reachable(store, Write("MUG", 1, [received("again")], "key"))
    assert isinstance(outcome, Repeated)
    assert [record.event.reference for record in store.read({"MUG": 0})["MUG"]] == ["before", "lost"]


def _append_when_reachable(store, write: Write):
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            (outcome,) = store.append([write])
        except rpc.Unavailable:
            outcome = None
        if outcome is not None and not isinstance(outcome, Failed):
            return outcome
        assert time.monotonic() < until
        time.sleep(0.2)


def test_writes_to_a_shard_that_does_not_answer_fail_and_those_to_others_are_made(cassandra, settings, monkeypatch):
    settings.CASSANDRA_SHARDS = 2
    settings.EVENT_STORES = settings.EVENT_STORES | {"inventory": stores.CLASSES["cassandra"][0]}
    streams.of.cache_clear()
    counted = events.Decider("inventory", 0, lambda count, _: count + 1)
    append, failures = log.append, []

    class NoAnswer:
        def result(self):
            failures.append(1)
            raise NoHostAvailable("the nodes of shard 1", {})

    def append_to_first(topic, shard, *arguments):
        return NoAnswer() if shard == 1 else append(topic, shard, *arguments)

    monkeypatch.setattr(log, "append", append_to_first)
    names = [f"S{number}" for number in range(8)]
    with pytest.raises(rpc.Unavailable, match="nothing was written"):
        counted.decide_many(dict.fromkeys(names, lambda _: [received()]), "key")
    assert failures == [1]
    monkeypatch.setattr(log, "append", append)
    repeated = counted.decide_many(dict.fromkeys(names, lambda _: [received()]), "key")
    assert {decided.version for decided in repeated.values()} == {1}
    assert {name: decided.repeated for name, decided in repeated.items()} == {
        name: log.shard_of(name, 2) == 0 for name in names
    }


def test_without_cassandra_writes_are_refused_and_nothing_was_written(cassandra_node, cassandra, settings):
    session.close()
    settings.CASSANDRA_PORT = 9
    with pytest.raises(rpc.Unavailable, match=r"on 127\.0\.0\.1:9 does not answer"):
        CassandraStreams("inventory").append([Write("MUG", 0, [received()])])
