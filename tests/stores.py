"""The event stores that tests run on: memory and database everywhere, Cassandra in tests/events and one journey per context."""

import pytest

from thriftshop.events import feed, streams

EMBEDDED = ("database", "memory")
ALL = (*EMBEDDED, "cassandra")
KAFKA_CLIENTS = ("kafka-python", "confluent-kafka")
CLASSES = {
    "memory": ("thriftshop.events.streams.memory.MemoryStreams", "thriftshop.events.feed.memory.MemoryFeed"),
    "cassandra": (
        "thriftshop.events.streams.cassandra.CassandraStreams",
        "thriftshop.events.feed.cassandra.CassandraFeed",
    ),
}
on_every_store = pytest.mark.parametrize("event_store", ALL, indirect=True)
"""Marks a test that uses the fixture `event_store` to run on Cassandra too."""


def use(request: pytest.FixtureRequest) -> str:
    """Keep the streams of every context in the store that is the fixture's parameter."""
    if request.param == "cassandra":
        request.getfixturevalue("cassandra")
    if request.param in KAFKA_CLIENTS:
        request.getfixturevalue("settings").KAFKA_CLIENT = request.param
        request.getfixturevalue("kafka_topics")
    if request.param in CLASSES:
        store, store_feed = CLASSES[request.param]
        topics, settings = ("inventory", "cart", "orders"), request.getfixturevalue("settings")
        settings.EVENT_STORES = settings.EVENT_STORES | dict.fromkeys(topics, store)
        settings.EVENT_FEEDS = settings.EVENT_FEEDS | dict.fromkeys(topics, store_feed)
        streams.of.cache_clear()
        feed.of.cache_clear()
    return str(request.param)
