"""Rebuilding: live tables are compared with rebuilt ones, and differences are reported."""

import functools
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from idl import inventory
from thriftshop import events
from thriftshop.event_store.models import DeadLetter
from thriftshop.events import checkpoints, feed, groups, progress, rebuild, relayed, streams
from thriftshop.events.streams import Write
from thriftshop.rpc import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeping_nothing(monkeypatch):
    """A projection that writes nothing to its table: whatever stands there has strayed from the events."""
    group = events.Projection("inventory.nothing", "inventory", lambda records: None, (DeadLetter,))
    monkeypatch.setattr(groups, "hosted", functools.cache(lambda: (group,)))
    streams.of("inventory").append([Write("MUG", 0, [inventory.StockReceived(quantity=1)])])
    return group


def stray():
    DeadLetter.objects.create(
        group="inventory.other", topic="inventory", stream="MUG", version=1, kind="x", payload=b"", problem="", tries=1
    )


def test_what_strayed_from_its_events_is_found_and_left_as_it_is(keeping_nothing):
    progress.catch_up()
    assert rebuild.differences(keeping_nothing) == []
    stray()
    assert rebuild.differences(keeping_nothing) == ["events.DeadLetter"]
    assert DeadLetter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_check_replays_without_a_savepoint(keeping_nothing):
    stray()
    with CaptureQueriesContext(connection) as queries:
        assert rebuild.differences(keeping_nothing) == ["events.DeadLetter"]
    assert not [query["sql"] for query in queries if "SAVEPOINT" in query["sql"]]
    assert DeadLetter.objects.count() == 1


def test_the_command_lists_the_projections_that_equal_their_rebuild_and_those_that_do_not(keeping_nothing):
    output = io.StringIO()
    call_command("rebuild", "--check", stdout=output)
    assert output.getvalue() == "Equal to their rebuild: inventory.nothing.\n"
    stray()
    with pytest.raises(CommandError, match=r"A rebuild would change: events\.DeadLetter\."):
        call_command("rebuild", "inventory", "--check")
    call_command("rebuild", "inventory", stdout=output)
    assert output.getvalue().endswith("\nRebuilt: inventory.nothing.\n")
    call_command("rebuild", "--check", stdout=output)
    assert checkpoints.load(keeping_nothing, [0])[0].cursor == feed.of("inventory").ends()[0]


def test_a_context_without_projections_is_reported(keeping_nothing):
    with pytest.raises(CommandError, match="No projection belongs to gateway"):
        call_command("rebuild", "gateway")


def test_a_process_without_projections_has_nothing_to_rebuild(monkeypatch):
    monkeypatch.setattr(groups, "hosted", functools.cache(lambda: ()))
    output = io.StringIO()
    call_command("rebuild", "--check", stdout=output)
    assert output.getvalue() == "Nothing to rebuild: no context of this process has projections.\n"


def test_a_topic_that_cannot_be_read_is_reported_in_one_line(keeping_nothing, monkeypatch):
    def fail(group):
        raise errors.Unavailable("Kafka at 127.0.0.1:9092 does not answer.")

    monkeypatch.setattr(progress, "lag", fail)
    with pytest.raises(CommandError, match=r"^Kafka at 127\.0\.0\.1:9092 does not answer\.$"):
        call_command("rebuild", "inventory", "--check")


@pytest.fixture
def noting():
    """A projection that notes what it applies, and has applied two events."""
    applied = []
    group = events.Projection("inventory.test", "inventory", applied.extend, (DeadLetter,))
    receive(2)
    progress.catch_up(of=[group])
    applied.clear()
    return group, applied


def receive(times):
    for _ in range(times):
        version = len(streams.of("inventory").read({"MUG": 0})["MUG"])
        streams.of("inventory").append([Write("MUG", version, [inventory.StockReceived(quantity=1)])])


def receive_after(monkeypatch, module, name):
    """Record an event after each call of a function, as another process may while a rebuild scans the streams."""
    called = getattr(module, name)

    def replacement(*arguments):
        result = called(*arguments)
        receive(1)
        return result

    monkeypatch.setattr(module, name, replacement)


@pytest.mark.parametrize("event_store", ["memory", "cassandra"], indirect=True)
def test_events_recorded_during_a_rebuild_are_left_to_the_processor(event_store, noting, monkeypatch):
    group, applied = noting
    receive_after(monkeypatch, relayed, "log_ends")
    assert rebuild.rebuild(group) == 2
    progress.catch_up(of=[group])
    assert [record.version for record in applied] == [1, 2, 3]


@pytest.mark.parametrize("event_store", ["memory", "cassandra"], indirect=True)
def test_events_recorded_during_a_check_are_left_out(event_store, noting, monkeypatch):
    group, applied = noting
    receive_after(monkeypatch, rebuild, "_ahead_of_log")
    assert rebuild.differences(group) == []
    assert [record.version for record in applied] == [1, 2]
