"""Events that were recorded and are not published yet: caches must not rely on a topic whose relay does not move on."""

import time

import pytest

from idl import inventory
from thriftshop.events import broadcast, feed, groups, processor, published, streams
from thriftshop.events.relay import Relay
from thriftshop.events.streams import Write
from thriftshop.rpc import errors

pytestmark = pytest.mark.django_db
LONG_AGO_SECONDS = 60.0


@pytest.fixture
def topic(kafka_topics, settings):
    """A topic at Kafka that is relayed only when a test does so."""
    from thriftshop.events.feed.kafka import topics

    settings.EVENT_FEEDS = settings.EVENT_FEEDS | {"inventory": "thriftshop.events.feed.kafka.KafkaFeed"}
    for plan in topics.plans("inventory"):
        topics.create(plan)
    feed.of.cache_clear()
    return "inventory"


@pytest.fixture
def followed(topic):
    """A broadcast of the topic from now on, and the versions that it has passed on."""
    follower, versions = broadcast.Broadcast(topic, "inventory"), []
    follower.subscribe(lambda record: versions.append(record.version))
    look(follower)
    return follower, versions


def look(follower):
    """What the threads of a broadcast do."""
    follower._published.check()
    follower.follow(0.2)


def receive(version):
    streams.of("inventory").append([Write("MUG", version, [inventory.StockReceived(quantity=1)])])


def relay():
    (group,) = (one for one in groups.hosted() if isinstance(one, Relay) and feed.topic_of(one.topic) == "inventory")
    assert processor.process(group) > 0


def look_until(follower, is_met):
    until = time.monotonic() + 60
    while not is_met():
        assert time.monotonic() < until
        look(follower)


def test_a_broadcast_is_current_up_to_the_oldest_event_that_is_not_published(followed):
    follower, versions = followed
    look_until(follower, lambda: follower.is_current(LONG_AGO_SECONDS))
    receive(0)
    recorded = time.monotonic()
    time.sleep(0.01)
    look(follower)
    assert follower.current_at <= recorded
    relay()
    look_until(follower, lambda: follower.current_at > recorded)
    assert versions == [1]


def test_the_delay_is_the_age_of_the_oldest_event_that_is_not_published(topic):
    assert published.publishing_delay(topic) == 0
    receive(0)
    time.sleep(0.05)
    receive(1)
    assert published.publishing_delay(topic) >= 50
    relay()
    assert published.publishing_delay(topic) == 0


def test_a_broadcast_whose_topics_process_does_not_answer_is_not_current(followed, monkeypatch):
    follower, _ = followed
    before = follower.current_at

    def fail(topic):
        raise errors.Unavailable("nobody is there")

    monkeypatch.setattr(published, "publishing_delay", fail)
    with pytest.raises(errors.Unavailable):
        follower._published.check()
    follower.follow(0.2)
    assert follower.current_at == before


def test_a_feed_that_is_its_own_log_has_no_relay_to_wait_for():
    assert broadcast.Broadcast("inventory", "inventory")._published is None
    assert published.publishing_delay("inventory") == 0
