"""The topic of metrics: one for all processes, from which Telegraf writes to InfluxDB."""

import os
from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings

from thriftshop.events import feed
from thriftshop.events.feed.kafka import clients, topics
from thriftshop.events.feed.kafka.clients import Producer
from thriftshop.events.feed.kafka.records import Outgoing
from thriftshop.rpc import errors

HOUR_MS = 3_600_000


def plan() -> topics.Plan:
    """The topic as it is to be. No context reads it."""
    partitions = settings.KAFKA_PARTITIONS or settings.METRICS_PARTITIONS
    return topics.Plan(
        topics.name_of(settings.METRICS_TOPIC), partitions, settings.METRICS_HOURS * HOUR_MS, frozenset()
    )


def publish(payloads: Sequence[bytes], key: str) -> None:
    """Publish messages of a server, which all go to one partition. Raises Unavailable."""
    name = topics.name_of(settings.METRICS_TOPIC)
    try:
        partition = feed.partition_of(key, _partitions(name))
        outgoing = [Outgoing(name, partition, key.encode(), payload, []) for payload in payloads]
        _producer(os.getpid()).publish(outgoing, settings.KAFKA_TIMEOUT_SECONDS)
    except errors.Unavailable:
        _producer.cache_clear()
        _partitions.cache_clear()
        raise


@lru_cache(maxsize=1)
def _producer(process: int) -> Producer:
    """A producer of its own: metrics must not hold up events."""
    return clients.new_producer()


@lru_cache(maxsize=4)
def _partitions(name: str) -> int:
    return topics.get(name).partitions
