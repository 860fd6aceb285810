"""Consumer groups: each event once and in order, a poison event parked with its stream, nothing lost to a crash."""

import functools

import pytest
from django.contrib.admin import site
from django.contrib.contenttypes.models import ContentType

from idl import inventory
from thriftshop import call_context, clock, events, rpc
from thriftshop.desk.admin import CheckpointAdmin
from thriftshop.event_store.models import Checkpoint, DeadLetter, Lease
from thriftshop.events import (
    checkpoints,
    dead_letters,
    effects,
    feed,
    groups,
    leases,
    processor,
    progress,
    relay,
    streams,
)
from thriftshop.events.feed import START
from thriftshop.events.streams import Write

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen():
    return []


@pytest.fixture
def only(monkeypatch):
    """Replace the groups of this process."""

    def install(*members):
        monkeypatch.setattr(groups, "hosted", functools.cache(lambda: members))
        return members[0]

    return install


def receive(sku: str, *quantities: int) -> None:
    version = len(streams.of("inventory").read({sku: 0})[sku])
    made = [inventory.StockReceived(quantity=quantity) for quantity in quantities]
    streams.of("inventory").append([Write(sku, version, made)])


def reaction(handle, **options):
    return events.Reaction("inventory.test", "inventory", handle, **options)


def test_every_event_is_handled_once_and_in_order(event_store, only, seen):
    only(reaction(lambda record: seen.append((record.stream, record.version))))
    receive("MUG", 1, 2)
    receive("CUP", 3)
    progress.catch_up()
    receive("MUG", 4)
    progress.catch_up()
    assert seen == [("MUG", 1), ("MUG", 2), ("CUP", 1), ("MUG", 3)]


def test_a_group_handles_only_its_kinds(event_store, only, seen):
    only(reaction(seen.append, kinds=frozenset({"StockWrittenOff"})))
    receive("MUG", 3)
    progress.catch_up()
    assert seen == []


def test_a_poison_event_is_tried_five_times_then_parked_with_all_later_ones_of_its_stream(only, seen):
    tries = []

    def handle(record):
        if record.event.quantity == 666:
            tries.append(record)
            raise ValueError("cannot handle this")
        seen.append((record.stream, record.version))

    only(reaction(handle))
    receive("MUG", 1, 666, 2)
    receive("CUP", 3)
    progress.catch_up()
    assert len(tries) == effects.TRIES + 1  # once in the batch
    assert set(seen) == {("MUG", 1), ("CUP", 1)}
    parked = DeadLetter.objects.order_by("version")
    assert [(letter.stream, letter.version) for letter in parked] == [("MUG", 2), ("MUG", 3)]
    assert "cannot handle this" in parked[0].problem
    assert "waits behind" in parked[1].problem


def test_dead_letters_are_replayed_in_order_once_the_cause_is_fixed(only, seen):
    broken = [True]

    def handle(record):
        if broken and record.event.quantity == 666:
            raise ValueError("cannot handle this")
        seen.append(record.version)

    group = only(reaction(handle))
    receive("MUG", 666, 2)
    progress.catch_up()
    assert dead_letters.replay(group, DeadLetter.objects.all()) == (0, 2)
    broken.clear()
    assert dead_letters.replay(group, DeadLetter.objects.all()) == (2, 0)
    assert seen == [1, 2]
    receive("MUG", 3)
    progress.catch_up()
    assert seen == [1, 2, 3]


def test_transient_errors_are_waited_out_and_park_nothing(only, seen):
    away = [1, 2, 3, 4, 5, 6, 7]

    def handle(record):
        if away:
            away.pop()
            raise rpc.Unavailable("the service is away")
        seen.append(record.version)

    group = only(reaction(handle))
    receive("MUG", 1)
    for _ in range(7):
        with pytest.raises(rpc.Unavailable):
            processor.process(group)
    progress.catch_up()
    assert seen == [1]
    assert not DeadLetter.objects.exists()


def test_a_crash_before_the_checkpoint_is_saved_repeats_the_event_and_loses_none(only, seen, monkeypatch):
    group = only(reaction(lambda record: seen.append(record.version)))
    receive("MUG", 1)
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "move", _crash)
        with pytest.raises(KeyboardInterrupt):
            processor.process(group)
    progress.catch_up()
    assert seen == [1, 1]


def _crash(*_):
    raise KeyboardInterrupt


def test_a_projection_and_its_checkpoint_are_saved_together_or_not_at_all(only):
    crashes = [KeyboardInterrupt]
    counting = counting_projection()

    def apply(records):
        counting.apply(records)
        if crashes:
            raise crashes.pop()

    group = only(events.Projection(counting.name, counting.topic, apply, ()))
    receive("MUG", 1)
    with pytest.raises(KeyboardInterrupt):
        processor.process(group)
    assert not counted()
    assert cursor(group) == START
    progress.catch_up()
    assert counted() == [("MUG", "1")]
    assert cursor(group) == feed.of("inventory").ends()[0]


def cursor(group):
    return checkpoints.load(group, [0])[0].cursor


def read_and_overtaken(group):
    """The group, its checkpoint and a batch, as a process has read them before another process handled the batch."""
    batch = group, checkpoints.load(group, [0])[0], feed.of("inventory").read(0, START, 100)
    progress.catch_up()
    return batch


def test_a_batch_that_another_process_applied_meanwhile_is_not_applied_twice(only):
    group = only(counting_projection())
    receive("MUG", 1, 2)
    batch = read_and_overtaken(group)
    assert processor.process_batch(*batch) == 0
    assert counted() == [("MUG", "1"), ("MUG", "2")]
    assert not DeadLetter.objects.exists()


def test_an_event_that_another_process_handled_meanwhile_is_not_parked(only):
    fails = []

    def handle(record):
        if fails:
            raise ValueError("cannot handle this")

    group = only(reaction(handle))
    receive("MUG", 1, 2)
    batch = read_and_overtaken(group)
    fails.append(True)
    assert processor.process_batch(*batch) == 0
    assert not DeadLetter.objects.exists()
    assert cursor(group) == feed.of("inventory").ends()[0]


def test_a_dead_letter_that_two_processes_replay_at_once_is_applied_once(only):
    counting, broken = counting_projection(), [True]

    def apply(records):
        if broken:
            raise ValueError("cannot handle this")
        counting.apply(records)

    group = only(events.Projection(counting.name, counting.topic, apply, ()))
    receive("MUG", 1)
    progress.catch_up()
    broken.clear()
    first, second = list(DeadLetter.objects.all()), list(DeadLetter.objects.all())
    assert dead_letters.replay(group, first) == (1, 0)
    assert dead_letters.replay(group, second) == (1, 0)
    assert counted() == [("MUG", "1")]


def counting_projection():
    """Content types are the one plain table at hand that nothing else in these tests writes."""

    def apply(records):
        for record in records:
            ContentType.objects.create(app_label=record.stream, model=str(record.event.quantity))

    return events.Projection("inventory.count", "inventory", apply, ())


def counted():
    return list(ContentType.objects.filter(app_label="MUG").values_list("app_label", "model"))


def test_a_partition_that_another_process_leases_is_left_to_it(only, seen):
    group = only(reaction(seen.append))
    receive("MUG", 1)
    Lease.objects.create(name="inventory.test/0", holder="elsewhere:1", held_until=clock.now() + leases.LEASE_MS)
    assert processor.process(group) == 0
    with pytest.raises(TimeoutError, match=r"inventory\.test"):
        progress.catch_up(timeout=0.1)
    Lease.objects.update(held_until=0)
    assert progress.catch_up() == 1


def test_what_follows_from_an_imported_event_keeps_its_date_and_names_its_cause(only, seen):
    only(reaction(lambda record: seen.append((record, call_context.current()))))
    long_ago = clock.now() - 10 * 86_400_000
    with call_context.using(occurred_at=long_ago, caller="trade"):
        receive("MUG", 1)
    receive("CUP", 1)
    progress.catch_up()
    (first, imported), (_, live) = seen
    assert (imported.occurred_at, imported.causation, imported.caller) == (long_ago, first.id, "inventory")
    assert live.occurred_at is None


def test_a_relay_publishes_every_event_as_its_key_and_bytes_and_in_order(event_store, only, monkeypatch):
    published = []
    only(relay.Relay("inventory.relay", "inventory", lambda topic, messages: published.append((topic, messages))))
    receive("MUG", 1, 2)
    receive("CUP", 3)
    monkeypatch.setattr("thriftshop.events.envelope.decode", _crash)  # nothing is decoded
    progress.catch_up()
    ((topic, messages),) = published
    assert (topic, [message.key for message in messages]) == ("inventory", ["MUG", "MUG", "CUP"])
    assert messages == feed.of("inventory").read(0, START, 100).messages


def test_a_relay_repeats_what_the_broker_did_not_acknowledge_and_parks_nothing(only):
    answers, published = [ValueError("broker is full"), None], []

    def publish(topic, messages):
        if problem := answers.pop(0):
            raise problem
        published.extend(message.key for message in messages)

    group = only(relay.Relay("inventory.relay", "inventory", publish))
    receive("MUG", 666)
    with pytest.raises(ValueError, match="broker is full"):
        processor.process(group)
    assert cursor(group) == START
    assert processor.process(group) == 1
    assert published == ["MUG"]
    assert not DeadLetter.objects.exists()


def test_staff_see_that_the_process_of_a_topic_does_not_answer(settings):
    settings.CONTEXTS = ["cart"]
    settings.SERVICES = {"users": ["http://127.0.0.1:1"]}
    settings.DEADLINE_FACTOR = 0.1
    groups.hosted.cache_clear()
    feed.of.cache_clear()
    shown = CheckpointAdmin(Checkpoint, site).state(Checkpoint(group="cart.erasure", topic="users"))
    assert "users does not answer" in shown
