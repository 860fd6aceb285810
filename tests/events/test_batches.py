"""Projections of one lane: one transaction for all of them, and each by itself if one fails."""

import threading

import pytest
from django.db import OperationalError, transaction

from idl import inventory
from thriftshop import events
from thriftshop.event_store.models import Checkpoint, DeadLetter, Lease
from thriftshop.events import batches, feed, leases, processor, streams
from thriftshop.events.lanes import Worker
from thriftshop.events.streams import Write

pytestmark = pytest.mark.django_db


def receive(*quantities, stream="MUG"):
    version = len(streams.of("inventory").read({stream: 0})[stream])
    received = [inventory.StockReceived(quantity=quantity) for quantity in quantities]
    streams.of("inventory").append([Write(stream, version, received)])


class Seen:
    """A projection that notes the batches it was given, in a list and in the database, and fails if told to."""

    def __init__(self, name, kinds=None):
        self.batches, self.error = [], None
        self.projection = events.Projection(f"inventory.{name}", "inventory", self.apply, (), kinds)

    def apply(self, records):
        Lease.objects.get_or_create(name=f"{self.projection.name} row")
        if self.error is not None:
            raise self.error
        self.batches.append([record.event.quantity for record in records])

    @property
    def has_row(self):
        return Lease.objects.filter(name=f"{self.projection.name} row").exists()

    @property
    def cursor(self):
        return Checkpoint.objects.get(group=self.projection.name).cursor


@pytest.fixture
def first():
    return Seen("first")


@pytest.fixture
def second():
    return Seen("second")


@pytest.fixture(autouse=True)
def no_checkpoints_kept():
    processor.forget()
    yield
    processor.forget()


def process(*projections):
    """A round of the worker of these projections, each of which is due."""
    members = [seen.projection for seen in projections]
    return Worker("here", members, threading.Event()).round()


@pytest.fixture
def leased(first, second):
    """Both projections have processed an event and have their leases."""
    receive(1)
    process(first, second)
    assert [seen.batches for seen in (first, second)] == [[[1]], [[1]]]
    first.batches.clear()
    second.batches.clear()


def test_projections_without_leases_are_left_out(first, second):
    receive(1)
    assert batches.process([first.projection, second.projection]) == {}


@pytest.mark.usefixtures("leased")
def test_the_events_of_a_topic_are_read_once_and_processed_in_one_transaction(
    first, second, monkeypatch, django_assert_num_queries
):
    receive(2, 3)
    reads, source = [], type(feed.of("inventory"))
    read = source.read
    monkeypatch.setattr(source, "read", lambda *arguments: reads.append(arguments) or read(*arguments))
    blocks, atomic = [], transaction.atomic
    monkeypatch.setattr(batches.transaction, "atomic", lambda: blocks.append(1) or atomic())
    assert batches.process([first.projection, second.projection]) == {"inventory.first": 2, "inventory.second": 2}
    assert (first.batches, second.batches) == ([[2, 3]], [[2, 3]])
    assert (len(reads), len(blocks)) == (1, 1)
    assert {first.cursor, second.cursor} == {*feed.of("inventory").ends().values()}


@pytest.mark.usefixtures("leased")
def test_without_new_events_nothing_is_written(first, second, monkeypatch):
    monkeypatch.setattr(batches.transaction, "atomic", None)
    assert batches.process([first.projection, second.projection]) == {"inventory.first": 0, "inventory.second": 0}


def test_a_projection_gets_the_events_of_its_kinds_only(first):
    counted = Seen("counted", frozenset({"StockShipped"}))
    receive(1)
    process(first, counted)
    receive(2)
    process(first, counted)
    assert (first.batches, counted.batches) == ([[1], [2]], [])
    assert counted.cursor == first.cursor


@pytest.mark.usefixtures("leased")
def test_a_projection_that_fails_leaves_the_others_processed_and_has_dead_letters(first, second):
    receive(2)
    second.error = ValueError("a bug")
    process(first, second)
    assert first.batches[-1] == [2]
    assert [(letter.group, letter.version) for letter in DeadLetter.objects.all()] == [("inventory.second", 2)]
    assert first.cursor == second.cursor == feed.of("inventory").ends()[0]


@pytest.mark.usefixtures("leased")
def test_nothing_of_a_failed_transaction_stays(first, second):
    Lease.objects.filter(name__endswith="row").delete()
    receive(2)
    before = first.cursor
    second.error = OperationalError("the database is away")
    assert batches.process([first.projection, second.projection]) == {}
    assert (first.has_row, first.cursor, second.cursor) == (False, before, before)


@pytest.mark.usefixtures("leased")
def test_a_projection_with_dead_letters_is_left_out(first, second):
    receive(2)
    second.error = ValueError("a bug")
    process(first, second)
    second.error = None
    receive(3)
    receive(4, stream="CUP")
    assert batches.process([first.projection, second.projection]).keys() == {"inventory.first"}
    process(first, second)
    assert second.batches == [[4]]
    assert first.batches[-1] == [3, 4]


@pytest.mark.usefixtures("leased")
def test_a_checkpoint_that_another_process_moved_is_left_to_it(first, second):
    receive(2)
    process(first, second)
    receive(3)
    end = feed.of("inventory").ends()[0]
    Checkpoint.objects.filter(group="inventory.second").update(cursor=end)
    process(first, second)
    assert (first.batches[-1], second.batches) == ([3], [[2]])
    assert first.cursor == second.cursor == end


@pytest.mark.usefixtures("leased")
def test_a_lost_lease_is_taken_again_before_events_are_processed(first, second):
    leases.forget()
    Lease.objects.filter(name="inventory.second/0").update(holder="elsewhere:1", held_until=2**50)
    Lease.objects.filter(name="inventory.second/0").update(held_until=leases.clock.now() + 5_000)
    receive(2)
    process(first, second)
    assert (first.batches, second.batches) == ([[2]], [])


def test_a_full_batch_is_followed_by_the_next_one(first, second, monkeypatch):
    monkeypatch.setattr(events.Projection, "batch", 2)
    receive(1)
    process(first, second)
    receive(2, 3, 4)
    worker = Worker("here", [first.projection, second.projection], threading.Event())
    while worker.round():
        pass
    assert (first.batches, second.batches) == ([[1], [2, 3], [4]], [[1], [2, 3], [4]])
