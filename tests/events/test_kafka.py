"""Kafka's feed: what is published twice, late, in part or again is returned once and in order, by both clients."""

import functools
import time

import pytest
from kafka.structs import TopicPartition

from idl import inventory, users
from tests import acting
from tests.events.test_unknown_events import append_unknown
from tests.stores import KAFKA_CLIENTS
from thriftshop import rpc
from thriftshop.event_store.models import Event
from thriftshop.events import checkpoints, envelope, feed, groups, processor, progress, rebuild, relay, streams
from thriftshop.events.feed import START
from thriftshop.events.feed.kafka import Expired, KafkaFeed, clients, history, publisher, tail, topics
from thriftshop.events.groups import Projection
from thriftshop.events.streams import Write
from thriftshop.rpc import codec

pytestmark = pytest.mark.django_db
LOG = "inventory.log"
NOTICE_SECONDS = 30


@pytest.fixture(params=KAFKA_CLIENTS)
def source(request, kafka_broker, settings, kafka_topics):
    """The inventory at Kafka; nothing relays it but the test."""
    settings.KAFKA_CLIENT = request.param
    settings.EVENT_FEEDS = settings.EVENT_FEEDS | {"inventory": "thriftshop.events.feed.kafka.KafkaFeed"}
    feed.of.cache_clear()
    for plan in topics.plans("inventory"):
        topics.create(plan)
    return feed.of("inventory")


def append(*quantities: int, stream: str = "MUG"):
    """Append events; return the log's messages of them."""
    before = feed.of(LOG).ends()[0]
    version = Event.objects.filter(topic="inventory", stream=stream).count()
    made = [inventory.StockReceived(quantity=quantity) for quantity in quantities]
    streams.of("inventory").append([Write(stream, version, made)])
    return feed.of(LOG).read(0, before, 1_000).messages


def publish(messages):
    publisher.publish(LOG, messages)


def versions(source, after=START, limit=1_000):
    """The versions that are read after a cursor, and the cursor after them."""
    source.ends()
    batch = source.read(0, after, limit)
    return [envelope.peek(message.payload).version for message in batch.messages], batch.cursor


def test_what_several_relays_publish_is_returned_once(source):
    messages = append(1, 2, 3, 4, 5)
    for part in (messages[:3], messages[1:], messages[:4], messages[3:]):
        publish(part)
    found, cursor = versions(source)
    assert found == [1, 2, 3, 4, 5]
    assert cursor == source.ends()[0]
    assert sum(end for _, end in history.shared().bounds(source.name, [0]).values()) == 13


def test_a_reader_that_stops_anywhere_recognises_what_it_has_returned(source):
    messages = append(1, 2, 3, 4, 5)
    for part in (messages[:3], messages[:2], messages[1:]):
        publish(part)
    for stop in range(1, 5):
        first, cursor = versions(source, limit=stop)
        second, _ = versions(source, cursor)
        assert first + second == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_events_after_one_that_could_not_be_published_wait_until_all_are_published_again(source, monkeypatch, lost):
    before = append(1)
    publish(before)
    messages = append(2, 3, 4)
    producer = clients.producer()

    class Failing:
        def publish(self, outgoing, seconds):
            producer.publish([*outgoing[:lost], *outgoing[lost + 1 :]], seconds)
            raise rpc.Unavailable("the broker refused one of them")

    monkeypatch.setattr(clients, "producer", Failing)
    with pytest.raises(rpc.Unavailable):
        publish(messages)
    first, cursor = versions(source)
    monkeypatch.undo()
    publish(messages)
    second, _ = versions(source, cursor)
    assert first == [1, *range(2, 2 + lost)]
    assert first + second == [1, 2, 3, 4]


def test_a_topic_deleted_and_created_again_is_filled_by_the_relay_and_nothing_is_returned_twice(source, monkeypatch):
    messages = append(1, 2, 3)
    publish(messages)
    publish(messages)
    found, cursor = versions(source)
    topics.delete([source.name])
    for plan in topics.plans("inventory"):
        while plan.name in topics.describe([plan.name]):
            pass
        topics.create(plan)
    publish(append(4))
    new = KafkaFeed("inventory")
    assert versions(new, cursor)[0] == [4]
    new.close()
    publish(feed.of(LOG).read(0, START, 100).messages)
    assert found == [1, 2, 3]
    until = time.monotonic() + NOTICE_SECONDS
    while not (found := versions(source, cursor)[0]) and time.monotonic() < until:
        time.sleep(0.05)
    assert found == [4]
    cursor = versions(source, cursor)[1]
    publish(append(5))
    assert versions(source, cursor)[0] == [5]


def test_a_topic_is_followed_again_after_an_error_that_the_client_does_not_document(source, monkeypatch):
    add, failures = tail.Tail._add, []

    def fail_first(followed, received):
        if received and not failures:
            failures.append(received)
            raise AttributeError("of the client")
        add(followed, received)

    monkeypatch.setattr(tail.Tail, "_add", fail_first)
    publish(append(1, 2))
    assert versions(source)[0] == [1, 2]
    assert failures


def test_what_is_no_longer_in_memory_is_read_from_the_broker(source, monkeypatch):
    monkeypatch.setattr(tail, "MAX_RECORDS", 10)
    messages = append(*range(1, 101))
    source.ends()
    for start in range(0, 100, 20):
        publish(messages[start : start + 20])
    cursor, found = START, []
    while batch := versions(source, cursor, limit=7)[0]:
        found += batch
        cursor = versions(source, cursor, limit=7)[1]
    assert found == list(range(1, 101))


def test_a_process_that_starts_later_begins_near_the_end_and_reads_the_rest_when_it_is_needed(source, monkeypatch):
    monkeypatch.setattr(tail, "LOOK_BACK", 5)
    publish(append(*range(1, 51)))
    late = KafkaFeed("inventory")
    assert late.ends() == source.ends()
    assert versions(late)[0] == list(range(1, 51))
    late.close()


def test_a_group_behind_the_retention_is_told_and_a_new_one_begins_with_what_there_is(source, monkeypatch):
    messages = append(*range(1, 11))
    publish(messages)
    _, cursor = versions(source, limit=3)
    with topics._admin() as admin:
        admin.delete_records({TopicPartition(source.name, 0): 6})
    source.close()
    late = KafkaFeed("inventory")
    with pytest.raises(Expired, match="begins at offset 6, and offset 3 is to be read"):
        versions(late, cursor)
    assert versions(late)[0] == [7, 8, 9, 10]
    late.close()


def test_what_is_far_behind_is_counted_by_offsets(source, monkeypatch):
    monkeypatch.setattr("thriftshop.events.feed.kafka.COUNTED_EXACTLY", 4)
    publish(append(1, 2, 3, 4, 5, 6))
    assert source.count(0, START) == 6
    assert source.count(0, versions(source, limit=3)[1]) == 3


def test_an_event_of_an_unknown_kind_is_left_to_the_relay_of_a_newer_version(source):
    append(1)
    append_unknown("inventory", "MUG")
    group = relay.Relay("inventory.relay", LOG, publisher.publish)
    with pytest.raises(envelope.UnknownEvent):
        processor.process(group)
    assert versions(source)[0] == []


def test_a_topic_whose_partitions_are_no_multiple_of_the_logs_is_refused(source, settings):
    settings.EVENT_PARTITIONS = 4
    feed.of.cache_clear()
    with pytest.raises(ValueError, match="has 1 partitions, and its log 4"):
        publish(append(1))


def test_the_brokers_are_asked_once_for_the_progress_of_all_groups_of_a_topic(source, monkeypatch):
    append(1)
    bounds, asked = history.History.bounds, []
    monkeypatch.setattr(history.History, "bounds", lambda self, *about: asked.append(about[0]) or bounds(self, *about))
    hosted = [group for group in groups.hosted() if group.topic == "inventory"]
    with feed.asking_once():
        assert len(hosted) > 1
        assert all(report.behind is not None for group in hosted for report in progress.of(group))
    assert asked.count(source.name) == 1


def test_a_rebuild_neither_repeats_nor_misses_events_that_are_not_relayed_yet(source, monkeypatch):
    seen = []
    group = Projection("inventory.test", "inventory", seen.extend, ())
    monkeypatch.setattr(groups, "hosted", functools.cache(lambda: (group,)))
    publish(append(1, 2))
    progress.catch_up()
    unpublished = append(3)
    seen.clear()
    assert rebuild.rebuild(group) == 3
    publish(unpublished)
    publish(append(4))
    progress.catch_up()
    assert [record.version for record in seen] == [1, 2, 3, 4]
    cursor = checkpoints.load(group, [0])[0].cursor
    assert cursor == source.ends()[0]


@pytest.fixture
def users_at_kafka(source, settings):
    """The topics of users, some of whose events no other context may read."""
    settings.EVENT_FEEDS = settings.EVENT_FEEDS | {"users": "thriftshop.events.feed.kafka.KafkaFeed"}
    feed.of.cache_clear()
    for plan in topics.plans("users"):
        topics.create(plan)
    yield feed.of("users")
    feed.of("users").close()
    topics.delete([plan.name for plan in topics.plans("users")])


def test_without_the_topic_for_restricted_events_a_relay_says_which_is_missing(users_at_kafka):
    _, restricted = topics.plans("users")
    topics.delete([restricted.name])
    while topics.describe([restricted.name]):
        time.sleep(0.05)
    streams.of("users").append([Write("7", 0, [users.EmailVerified(id="7"), users.PasswordResetRequested(id="7")])])
    messages = feed.of("users.log").read(0, START, 10).messages
    with pytest.raises(rpc.Unavailable, match=f"no topic {restricted.name}: run `manage.py create_topics`"):
        publisher.publish("users.log", messages)
    topics.create(restricted)
    publisher.publish("users.log", messages)
    assert versions(users_at_kafka)[0] == [1, 2]


def test_events_that_no_other_context_may_read_are_in_a_topic_of_their_own_and_keep_their_place(
    users_at_kafka, settings
):
    made = [users.UserRegistered(id="7", role=1), users.EmailVerified(id="7"), users.PasswordResetRequested(id="7")]
    streams.of("users").append([Write("7", 0, made)])
    publisher.publish("users.log", feed.of("users.log").read(0, START, 10).messages)
    assert versions(users_at_kafka)[0] == [1, 2, 3]
    raw = history.shared().after((users_at_kafka.name, 0), 0)
    assert [(record.key, bool(record.value)) for record in raw] == [("", False), ("7", True), ("", False)]
    settings.CONTEXTS = ["orders"]
    with acting.as_service("orders"):
        assert versions(users_at_kafka)[0] == [2]
        with pytest.raises(rpc.NotAllowed, match="orders may not read UserRegistered"):
            users_at_kafka.read(0, START, 10, {"UserRegistered"})
    assert codec.decode_own(envelope.idl_events.Envelope, raw[1].value).stream == "7"
