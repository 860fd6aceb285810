"""Consumer groups: each event once and in order, a poison event parked with its stream, nothing lost to a crash."""

import functools

import pytest
from django.contrib.admin import site
from django.contrib.contenttypes.models import ContentType

from idl import inventory
from thriftshop import call_context, clock, events, rpc
from thriftshop.events import bus, consumers, envelope, stores
from thriftshop.events.admin import ConsumerAdmin
from thriftshop.events.models import Consumer, DeadLetter
from thriftshop.events.stores import Write
from thriftshop.events.stores.remote import ReadOnly

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen():
    return []


@pytest.fixture
def only(monkeypatch):
    """Lets the bus know the given groups alone."""

    def install(*groups):
        monkeypatch.setattr(bus, "groups", functools.cache(lambda: groups))
        return groups[0]

    return install


def receive(sku: str, *quantities: int) -> None:
    version = len(stores.store("inventory").read({sku: 0})[sku])
    made = [inventory.StockReceived(quantity=quantity) for quantity in quantities]
    stores.store("inventory").append([Write(sku, version, made)])


def reaction(handle, **options):
    return events.Reaction("inventory.test", "inventory", handle, **options)


def test_every_event_is_taken_once_and_in_order(event_store, only, seen):
    only(reaction(lambda record: seen.append((record.stream, record.version))))
    receive("MUG", 1, 2)
    receive("CUP", 3)
    bus.drain()
    receive("MUG", 4)
    bus.drain()
    assert seen == [("MUG", 1), ("MUG", 2), ("CUP", 1), ("MUG", 3)]


def test_only_the_kinds_asked_for_are_taken(event_store, only, seen):
    only(reaction(seen.append, kinds=frozenset({"StockWrittenOff"})))
    receive("MUG", 3)
    bus.drain()
    assert seen == []


def test_a_poison_event_is_tried_five_times_then_parked_with_what_follows_in_its_stream(only, seen):
    tries = []

    def handle(record):
        if record.event.quantity == 666:
            tries.append(record)
            raise ValueError("cannot take this")
        seen.append((record.stream, record.version))

    only(reaction(handle))
    receive("MUG", 1, 666, 2)
    receive("CUP", 3)
    bus.drain()
    assert len(tries) == consumers.TRIES + 1  # once in the batch
    assert set(seen) == {("MUG", 1), ("CUP", 1)}
    parked = DeadLetter.objects.order_by("version")
    assert [(letter.stream, letter.version) for letter in parked] == [("MUG", 2), ("MUG", 3)]
    assert "cannot take this" in parked[0].problem
    assert "waits behind" in parked[1].problem


def test_parked_events_are_replayed_in_order_once_the_cause_is_mended(only, seen):
    broken = [True]

    def handle(record):
        if broken and record.event.quantity == 666:
            raise ValueError("cannot take this")
        seen.append(record.version)

    group = only(reaction(handle))
    receive("MUG", 666, 2)
    bus.drain()
    assert consumers.replay(group, DeadLetter.objects.all()) == (0, 2)
    broken.clear()
    assert consumers.replay(group, DeadLetter.objects.all()) == (2, 0)
    assert seen == [1, 2]
    receive("MUG", 3)
    bus.drain()
    assert seen == [1, 2, 3]


def test_what_passes_is_waited_out_and_not_parked(only, seen):
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
            bus.pump(group)
    bus.drain()
    assert seen == [1]
    assert not DeadLetter.objects.exists()


def test_a_crash_before_the_position_is_saved_repeats_the_event_and_loses_none(only, seen, monkeypatch):
    group = only(reaction(lambda record: seen.append(record.version)))
    receive("MUG", 1)
    with monkeypatch.context() as patch:
        patch.setattr(consumers, "_move", _crash)
        with pytest.raises(KeyboardInterrupt):
            bus.pump(group)
    bus.drain()
    assert seen == [1, 1]


def _crash(*_):
    raise KeyboardInterrupt


def test_a_projection_and_its_position_are_saved_together_or_not_at_all(only):
    crashes = [KeyboardInterrupt]
    counting = counting_projection()

    def apply(records):
        counting.apply(records)
        if crashes:
            raise crashes.pop()

    group = only(events.Projection(counting.name, counting.topic, apply, ()))
    receive("MUG", 1)
    with pytest.raises(KeyboardInterrupt):
        bus.pump(group)
    assert not counted()
    assert bus.position(group) == 0
    bus.drain()
    assert counted() == [("MUG", "1")]
    assert bus.position(group) == stores.store("inventory").head()


def read_and_overtaken(group):
    """A batch as a process has read it that another one has overtaken since: the group, where it was, the rows."""
    batch = group, bus._consumer(group), stores.store("inventory").read_log(0, 100)
    bus.drain()
    return batch


def test_what_another_process_took_since_it_was_read_is_not_taken_twice(only):
    group = only(counting_projection())
    receive("MUG", 1, 2)
    batch = read_and_overtaken(group)
    assert consumers.consume(*batch) == 0
    assert counted() == [("MUG", "1"), ("MUG", "2")]
    assert not DeadLetter.objects.exists()


def test_what_fails_here_but_was_taken_by_another_process_is_not_parked(only):
    fails = []

    def handle(record):
        if fails:
            raise ValueError("cannot take this")

    group = only(reaction(handle))
    receive("MUG", 1, 2)
    batch = read_and_overtaken(group)
    fails.append(True)
    assert consumers.consume(*batch) == 0
    assert not DeadLetter.objects.exists()
    assert bus.position(group) == stores.store("inventory").head()


def test_a_dead_letter_that_two_replay_at_once_is_taken_once(only):
    counting, broken = counting_projection(), [True]

    def apply(records):
        if broken:
            raise ValueError("cannot take this")
        counting.apply(records)

    group = only(events.Projection(counting.name, counting.topic, apply, ()))
    receive("MUG", 1)
    bus.drain()
    broken.clear()
    first, second = list(DeadLetter.objects.all()), list(DeadLetter.objects.all())
    assert consumers.replay(group, first) == (1, 0)
    assert consumers.replay(group, second) == (1, 0)
    assert counted() == [("MUG", "1")]


def counting_projection():
    """Content types are the one plain table at hand that nothing else in these tests writes."""

    def apply(records):
        for record in records:
            ContentType.objects.create(app_label=record.stream, model=str(record.event.quantity))

    return events.Projection("inventory.count", "inventory", apply, ())


def counted():
    return list(ContentType.objects.filter(app_label="MUG").values_list("app_label", "model"))


def test_another_process_that_holds_the_group_is_left_to_it(only, seen):
    group = only(reaction(seen.append))
    receive("MUG", 1)
    Consumer.objects.create(
        group=group.name, topic=group.topic, holder="elsewhere:1", held_until=clock.now() + bus.LEASE_MS
    )
    assert bus.pump(group) == 0
    with pytest.raises(TimeoutError, match=r"inventory\.test"):
        bus.drain(timeout=0.1)
    Consumer.objects.update(held_until=0)
    assert bus.drain() == 1


def test_what_follows_from_an_imported_event_keeps_its_date_and_names_its_cause(only, seen):
    only(reaction(lambda record: seen.append((record, call_context.current()))))
    long_ago = clock.now() - 10 * 86_400_000
    with call_context.using(occurred_at=long_ago, caller="trade"):
        receive("MUG", 1)
    receive("CUP", 1)
    bus.drain()
    (first, imported), (_, live) = seen
    assert (imported.occurred_at, imported.causation, imported.caller) == (long_ago, first.id, "inventory")
    assert live.occurred_at is None


def test_an_event_of_an_unknown_kind_is_parked_and_not_dropped(only, seen, monkeypatch):
    only(reaction(seen.append))
    receive("MUG", 1)
    members = {member: name for member, name in envelope.members("inventory").items() if name != "received"}
    envelope.forget()
    with monkeypatch.context() as patch:
        patch.setattr(envelope, "members", lambda topic: members)
        bus.drain()
    letter = DeadLetter.objects.get()
    assert "unknown" in letter.problem
    assert not seen


def test_the_relay_hands_every_event_to_the_followers(only, seen):
    from thriftshop.events.relay import Relay

    only(Relay("inventory.relay", "inventory", bus.publish))
    stop = bus.follow(lambda record: seen.append(record.version))
    receive("MUG", 1, 2)
    bus.drain()
    stop()
    receive("MUG", 3)
    bus.drain()
    assert seen == [1, 2]


def test_staff_see_that_the_owner_of_a_log_does_not_answer(settings):
    settings.CONTEXTS = ["cart"]
    settings.SERVICES = {"users": ["http://127.0.0.1:1"]}
    settings.DEADLINE_FACTOR = 0.1
    bus.groups.cache_clear()
    stores.store.cache_clear()
    shown = ConsumerAdmin(Consumer, site).behind(Consumer(group="cart.erasure", topic="users"))
    assert "users does not answer" in shown


def test_a_log_kept_elsewhere_is_neither_written_nor_loaded_here(settings):
    settings.CONTEXTS = ["cart"]
    afar = stores.store("users")
    for ask in (
        lambda: afar.append([]),
        lambda: afar.read({"u1": 0}),
        lambda: afar.recorded_under("u1", "key"),
        afar.count,
    ):
        with pytest.raises(ReadOnly, match="ask its service, or add users to CONTEXTS"):
            ask()
