"""Groups, broadcasts and commands at Kafka: assigned partitions, restarts, offsets for tools, `publish` and `lag`."""

import functools
import io
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from prometheus_client import REGISTRY

from tests.events.test_kafka import append, publish
from tests.stores import KAFKA_CLIENTS
from thriftshop.event_store.models import Checkpoint, Lease
from thriftshop.events import assignments, broadcast, feed, groups, progress, relay
from thriftshop.events.feed.kafka import clients, topics
from thriftshop.events.groups import Projection

WAIT_SECONDS = 60

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=KAFKA_CLIENTS)
def source(request, kafka_topics, settings):
    """The inventory at Kafka in four partitions."""
    settings.KAFKA_CLIENT, settings.KAFKA_PARTITIONS = request.param, 4
    settings.EVENT_FEEDS = settings.EVENT_FEEDS | {"inventory": "thriftshop.events.feed.kafka.KafkaFeed"}
    feed.of.cache_clear()
    for plan in topics.plans("inventory"):
        topics.create(plan)
    return feed.of("inventory")


@pytest.fixture
def group(monkeypatch):
    """A projection, and the events that it has applied."""
    seen = []
    installed = Projection("inventory.test", "inventory", seen.extend, ())
    monkeypatch.setattr(groups, "hosted", functools.cache(lambda: (installed, *relay.relays())))
    return installed, seen


def until(condition) -> None:
    limit = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_a_member_of_the_group_works_on_what_is_assigned_without_leases_and_commits_offsets(source, group, settings):
    installed, seen = group
    for sku in ("MUG", "CUP", "POT", "PAN", "JUG"):
        publish(append(1, 2, stream=sku))
    leave = assignments.start([installed])
    try:
        until(lambda: all(assignments.take(installed, partition, "") for partition in range(4)))
        progress.catch_up(WAIT_SECONDS, of=[installed])
        assert len(seen) == 10
        assert not Lease.objects.filter(name__startswith="inventory.test").exists()
        name, end = f"{settings.KAFKA_PREFIX}inventory", sum(kept.offset for kept in source._tail.known().values())
        until(lambda: committed(name) == end)
    finally:
        leave()
    assert not any(assignments.holds(installed, partition) for partition in range(4))


def committed(name: str) -> int:
    """The sum of the offsets that a group has committed."""
    with topics._admin() as admin:
        return sum(offset.offset for offset in admin.list_group_offsets(name).get(name, {}).values())


@pytest.mark.parametrize("attempt", range(3))
def test_a_member_whose_polls_are_shorter_than_joining_gets_its_partitions(source, attempt):
    assigned = set()
    member = clients.member(f"{source.name}.{attempt}", [source.name], assigned.update)
    try:
        until(lambda: member.poll(0.01) or len(assigned) == 4)
    finally:
        member.close()


def test_a_member_takes_part_again_after_an_error_that_the_client_does_not_document(source, group, monkeypatch):
    installed, _ = group
    polls = []

    class Failing:
        def __init__(self, *arguments):
            self._member = member(*arguments)

        def poll(self, seconds):
            polls.append(seconds)
            if len(polls) == 1:
                raise AttributeError("of the client")
            self._member.poll(seconds)

        def commit(self, offsets):
            self._member.commit(offsets)

        def close(self):
            self._member.close()

    member = clients.member
    monkeypatch.setattr(clients, "member", Failing)
    leave = assignments.start([installed])
    try:
        until(lambda: all(assignments.take(installed, partition, "") for partition in range(4)))
    finally:
        leave()


def test_partitions_are_divided_between_two_members_and_taken_over_from_one_that_leaves(source, group):
    installed, _ = group
    leave = assignments.start([installed])
    until(lambda: all(assignments.take(installed, partition, "") for partition in range(4)))
    membership = assignments._memberships[feed.membership_of("inventory")]
    second = type(membership)([installed])
    try:
        until(lambda: sum(second.take(installed, partition) for partition in range(4)) == 2)
        until(lambda: sum(membership.take(installed, partition) for partition in range(4)) == 2)
        for partition in range(4):
            assert membership.take(installed, partition) != second.take(installed, partition)
    finally:
        leave()
    until(lambda: all(second.take(installed, partition) for partition in range(4)))
    second.stop()


def test_a_broadcast_follows_the_topic_from_now_without_a_group(source):
    append(1)
    progress.catch_up(WAIT_SECONDS, of=relay.relays())
    found, changed = [], threading.Event()
    followed = broadcast.Broadcast("inventory", "")
    followed.subscribe(lambda record: (found.append(record.version), changed.set()))
    followed.start()
    try:
        until(lambda: followed.has_begun)
        append(2, 3)
        progress.catch_up(WAIT_SECONDS, of=relay.relays())
        until(lambda: len(found) == 2)
        until(lambda: followed.is_current(1.0))
    finally:
        followed.stop()
        followed.join(WAIT_SECONDS)
    assert found == [2, 3]
    assert not Checkpoint.objects.exclude(group="inventory.relay").exists()
    assert REGISTRY.get_sample_value("thriftshop_freshness_seconds_count", {"group": "broadcast here/inventory"}) >= 2


def test_publish_fills_an_empty_topic_again_and_refuses_one_with_events(source, group):
    append(1, 2, 3)
    output = io.StringIO()
    call_command("publish", "inventory", stdout=output)
    assert output.getvalue() == "3 events of inventory are published, or a running relay is doing so.\n"
    with pytest.raises(CommandError, match="has events: delete it first, or add --again"):
        call_command("publish", "inventory", stdout=output)
    call_command("publish", "inventory", "--again", stdout=output)
    partition = feed.partition_of("MUG", 4)
    assert source.ends()[partition].split("@")[0].endswith(":6")
    source.ends()
    assert len(source.read(partition, feed.START, 10).messages) == 3
    with pytest.raises(CommandError, match="No relay publishes cart to Kafka here"):
        call_command("publish", "cart")


def test_lag_names_what_each_group_has_yet_to_do_and_how_old_it_is(source, group):
    _, seen = group
    append(1, 2, 3)
    assert lag()["inventory.relay"][:2] == ["inventory.log", "3"]
    call_command("publish", "inventory", stdout=io.StringIO())
    assert lag()["inventory.relay"] == ["inventory.log", "0"]
    assert lag()["inventory.test"][:2] == ["inventory", "3"]
    assert lag()["inventory.test"][3] == "s"
    progress.catch_up(WAIT_SECONDS)
    assert lag()["inventory.test"] == ["inventory", "0"]
    assert len(seen) == 3
    count = REGISTRY.get_sample_value("thriftshop_freshness_seconds_count", {"group": "inventory.test"})
    assert count >= 3


def lag() -> dict[str, list[str]]:
    """The columns of each group."""
    output = io.StringIO()
    call_command("lag", "--here", stdout=output)
    lines = [line.split() for line in output.getvalue().splitlines()[1:]]
    return {name: rest for name, *rest in lines}
