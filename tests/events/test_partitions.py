"""Partitions: each stream in one of them and in order, a lease for each, and the way to change their number."""

import functools

import pytest
from django.core.management import CommandError, call_command

from idl import inventory
from thriftshop import clock, events
from thriftshop.event_store.models import Checkpoint, Lease
from thriftshop.events import checkpoints, feed, groups, leases, processor, progress, streams
from thriftshop.events.streams import Write

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen():
    return []


@pytest.fixture
def only(monkeypatch):
    """Replace the groups of this process."""

    def install(group):
        monkeypatch.setattr(groups, "hosted", functools.cache(lambda: (group,)))
        return group

    return install


def receive(sku: str, quantity: int) -> None:
    version = len(streams.of("inventory").read({sku: 0})[sku])
    streams.of("inventory").append([Write(sku, version, [inventory.StockReceived(quantity=quantity)])])


def reaction(handle):
    return events.Reaction("inventory.test", "inventory", handle)


@pytest.mark.parametrize("partitions", [1, 4])
def test_events_of_a_stream_are_processed_in_order_in_any_number_of_partitions(settings, only, seen, partitions):
    settings.EVENT_PARTITIONS = partitions
    only(reaction(lambda record: seen.append((record.stream, record.version))))
    for _ in range(3):
        for sku in ("MUG", "CUP", "POT", "PAN", "JUG", "JAR", "TIN", "BOX"):
            receive(sku, 1)
    progress.catch_up()
    assert len(seen) == len(set(seen)) == 24
    assert Checkpoint.objects.count() == partitions
    for sku in ("MUG", "CUP", "POT", "PAN", "JUG", "JAR", "TIN", "BOX"):
        assert [version for stream, version in seen if stream == sku] == [1, 2, 3]


def test_each_partition_has_a_lease_of_its_own(settings, only, seen):
    settings.EVENT_PARTITIONS = 4
    group = only(reaction(lambda record: seen.append(record.stream)))
    for number in range(40):
        receive(f"SKU-{number}", 1)
    Lease.objects.create(name="inventory.test/2", holder="elsewhere:1", held_until=clock.now() + leases.LEASE_MS)
    processor.process(group)
    assert {feed.partition_of(stream, 4) for stream in seen} == {0, 1, 3}


def test_a_rebuild_refuses_a_changed_number_of_partitions_in_one_line(settings):
    receive("MUG", 1)
    call_command("rebuild", "inventory", check=True)
    repartition(settings, 4)
    with pytest.raises(CommandError, match=r"run `manage\.py repartition`"):
        call_command("rebuild", "inventory", check=True)


def test_a_changed_number_of_partitions_is_refused_until_the_checkpoints_are_moved(settings, only, seen):
    only(reaction(lambda record: seen.append(record.version)))
    receive("MUG", 1)
    progress.catch_up()
    repartition(settings, 4)
    with pytest.raises(checkpoints.PartitionsChanged, match=r"run `manage\.py repartition`"):
        processor.process(groups.hosted()[0])
    call_command("repartition", verbosity=0)
    receive("MUG", 2)
    progress.catch_up()
    assert seen == [1, 2]
    repartition(settings, 1)
    call_command("repartition", verbosity=0)
    receive("MUG", 3)
    progress.catch_up()
    assert seen == [1, 2, 3]


def test_partitions_are_not_changed_while_a_group_is_behind(settings, only, seen):
    only(reaction(lambda record: seen.append(record.version)))
    receive("MUG", 1)
    progress.catch_up()
    receive("MUG", 2)
    repartition(settings, 4)
    with pytest.raises(CommandError, match=r"inventory\.test has not caught up"):
        call_command("repartition", verbosity=0)
    repartition(settings, 1)
    progress.catch_up()
    assert seen == [1, 2]


def repartition(settings, partitions):
    settings.EVENT_PARTITIONS = partitions
    feed.of.cache_clear()
