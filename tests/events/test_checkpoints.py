"""Checkpoints of reactions: moved in memory by workers and saved soon after, so that nothing is lost or handled without need."""

import functools

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from idl import inventory
from tests.events.test_workers import running, until  # noqa: F401 - a fixture
from thriftshop import events
from thriftshop.event_store.models import Checkpoint, DeadLetter
from thriftshop.events import checkpoints, dead_letters, feed, groups, leases, processor, progress, streams, wakeups
from thriftshop.events.feed import START
from thriftshop.events.streams import Write

pytestmark = pytest.mark.django_db
POISON = 666


@pytest.fixture
def seen():
    return []


@pytest.fixture
def group(monkeypatch, seen):
    """A reaction that fails for one quantity, the only group of this process."""

    def handle(record):
        if record.event.quantity == POISON:
            raise ValueError("cannot handle this")
        seen.append(record.version)

    reaction = events.Reaction("inventory.test", "inventory", handle)
    monkeypatch.setattr(groups, "hosted", functools.cache(lambda: (reaction,)))
    monkeypatch.setattr(processor, "SAVE_SECONDS", 1_000.0)
    return reaction


def receive(*quantities: int) -> None:
    version = len(streams.of("inventory").read({"MUG": 0})["MUG"])
    made = [inventory.StockReceived(quantity=quantity) for quantity in quantities]
    streams.of("inventory").append([Write("MUG", version, made)])


def saved() -> str:
    return Checkpoint.objects.get().cursor


def end() -> str:
    return feed.of("inventory").ends()[0]


def work(group):
    """What a worker does when it is woken."""
    return processor.process(group, keep=True)


def test_a_worker_moves_the_checkpoint_of_a_reaction_in_memory(group, seen):
    receive(1, 2)
    assert work(group) == 2
    receive(3)
    assert work(group) == 1
    assert work(group) == 0
    assert seen == [1, 2, 3]
    assert saved() == START


def test_progress_includes_what_is_not_saved(group):
    receive(1, 2)
    work(group)
    assert progress.behind([group]) == []
    assert progress.lag(group) == 0
    assert [(row.cursor, row.behind) for row in progress.of(group)] == [(end(), 0)]


def test_the_checkpoint_is_saved_by_the_first_call_after_a_while(group, seen, monkeypatch):
    receive(1)
    work(group)
    monkeypatch.setattr(processor, "SAVE_SECONDS", 0.0)
    assert work(group) == 0
    assert saved() == end()
    assert seen == [1]


def test_partitions_without_new_events_are_moved_on_with_the_others(group, seen, settings, monkeypatch, caplog):
    settings.EVENT_PARTITIONS = 4
    monkeypatch.setattr(processor, "SAVE_SECONDS", 0.0)
    for quantity in range(5):
        receive(quantity)
        assert work(group) == 1
    assert work(group) == 0
    assert seen == [1, 2, 3, 4, 5]
    assert set(Checkpoint.objects.values_list("cursor", flat=True)) == {end()}
    assert caplog.messages == []


def test_a_call_that_keeps_nothing_saves_the_checkpoint_and_repeats_no_event(group, seen):
    receive(1)
    work(group)
    receive(2)
    assert processor.process(group) == 1
    assert seen == [1, 2]
    assert saved() == end()


def test_events_are_handled_again_after_a_crash(group, seen):
    receive(1, 2)
    work(group)
    processor.forget()
    checkpoints.forget()
    assert work(group) == 2
    assert seen == [1, 2, 1, 2]


def test_the_checkpoint_is_saved_when_the_lease_is_renewed(group, seen):
    receive(1)
    work(group)
    leases.forget()
    receive(2)
    work(group)
    assert seen == [1, 2]
    assert saved() not in (START, end())


def test_a_checkpoint_that_another_process_has_moved_is_loaded(group, seen, monkeypatch):
    receive(1, 2)
    work(group)
    receive(3)
    Checkpoint.objects.update(cursor=end())
    monkeypatch.setattr(processor, "SAVE_SECONDS", 0.0)
    assert work(group) == 0
    assert seen == [1, 2]
    assert saved() == end()


def test_a_poison_event_is_parked_after_those_that_were_not_saved(group, seen):
    receive(1)
    work(group)
    receive(POISON, 3)
    work(group)
    assert seen == [1]
    assert list(DeadLetter.objects.order_by("version").values_list("version", flat=True)) == [2, 3]
    assert saved() == end()


def test_the_checkpoint_of_a_projection_is_saved_with_its_effect(monkeypatch):
    def apply(records):
        for record in records:
            ContentType.objects.create(app_label=record.stream, model=str(record.version))

    projection = events.Projection("inventory.count", "inventory", apply, ())
    receive(1)
    assert work(projection) == 1
    assert saved() == end()


def test_that_a_group_has_no_dead_letters_is_read_once(group, seen):
    receive(1)
    work(group)
    receive(2)
    with CaptureQueriesContext(connection) as queries:
        work(group)
    assert not [query for query in queries if "events_deadletter" in query["sql"]]
    assert seen == [1, 2]


def test_dead_letters_are_read_again_after_one_was_parked(group, seen):
    receive(1)
    work(group)
    receive(POISON)
    work(group)
    receive(3)
    work(group)
    assert seen == [1]
    letters = DeadLetter.objects.order_by("version")
    assert [letter.problem for letter in letters][1:] == [dead_letters.BEHIND]


def test_dead_letters_of_another_process_are_read_when_its_lease_is_taken(group, seen):
    receive(1)
    work(group)
    DeadLetter.objects.create(
        group=group.name, topic="inventory", stream="MUG", version=1, kind="StockReceived", payload=b"", tries=5
    )
    leases.forget()
    receive(2)
    work(group)
    assert seen == [1]
    assert DeadLetter.objects.filter(version=2, problem=dead_letters.BEHIND).exists()


@pytest.mark.django_db(transaction=True)
def test_a_process_that_ends_has_saved_its_checkpoints(group, seen, running):  # noqa: F811
    supervisor = running(group)
    receive(1)
    wakeups.notify("inventory")
    assert until(lambda: seen == [1])
    assert saved() == START
    supervisor.stop()
    assert saved() == end()
