"""What a relay does with a batch: publishes it in the order of the log, to the partitions of its streams."""

from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings

from thriftshop.events import envelope, feed
from thriftshop.events.feed import Message
from thriftshop.events.feed.kafka import clients, topics
from thriftshop.events.feed.kafka.records import KIND, POSITION, PREVIOUS, RESTRICTED, Outgoing
from thriftshop.rpc import errors
from thriftshop.telemetry import metrics


def publish(source: str, messages: Sequence[Message]) -> None:
    """Publish the next messages of a log. Raises Unavailable unless all are acknowledged, UnknownEvent.

    What this version does not know is left to a newer one: it cannot tell who may read it.
    """
    topic = feed.topic_of(source)
    name, kinds = topics.name_of(topic), [envelope.decode_shared(message.payload).kind for message in messages]
    restricted = topics.restricted_kinds(topic)
    count = _partitions(name, len(feed.of(source).partitions))
    references = _publish_restricted(topic, messages, [kind in restricted for kind in kinds], count)
    previous: dict[int, str] = {}
    outgoing = []
    for number, (message, kind) in enumerate(zip(messages, kinds, strict=True)):
        partition = feed.partition_of(message.key, count)
        headers = [(POSITION, message.cursor.encode()), (KIND, kind.encode())]
        if partition in previous:
            headers.append((PREVIOUS, previous[partition].encode()))
        previous[partition] = message.cursor
        if number in references:
            headers.append((RESTRICTED, str(references[number]).encode()))
            outgoing.append(Outgoing(name, partition, None, b"", headers))
        else:
            outgoing.append(Outgoing(name, partition, message.key.encode(), message.payload, headers))
    _send(outgoing)
    metrics.EVENTS_PUBLISHED.labels(topic).inc(len(outgoing))


def _publish_restricted(
    topic: str, messages: Sequence[Message], are_restricted: Sequence[bool], count: int
) -> dict[int, int]:
    """Publish the restricted ones of these messages; return their offsets by their numbers."""
    if not any(are_restricted):
        return {}
    name = topics.restricted_name_of(topic)
    _partitions(name, count)  # that it exists: a new version may have the first restricted kind of its context
    chosen = [number for number, is_restricted in enumerate(are_restricted) if is_restricted]
    outgoing = [
        Outgoing(
            name,
            feed.partition_of(message.key, count),
            message.key.encode(),
            message.payload,
            [(POSITION, message.cursor.encode())],
        )
        for message in (messages[number] for number in chosen)
    ]
    return dict(zip(chosen, _send(outgoing), strict=True))


def _send(outgoing: Sequence[Outgoing]) -> list[int]:
    """The offsets of records that were published. After a failure the next attempt is made by a new producer."""
    try:
        return clients.producer().publish(outgoing, settings.KAFKA_TIMEOUT_SECONDS)
    except errors.Unavailable:
        clients.forget()
        raise


@lru_cache(maxsize=256)
def _partitions(name: str, of_log: int) -> int:
    """The number of partitions of a topic, which never changes. Raises Unavailable, ValueError."""
    count = topics.get(name).partitions
    if count % of_log:
        raise ValueError(
            f"{name} has {count} partitions, and its log {of_log}: a partition of the topic must have events of one partition"
            " of the log, whose order it keeps. Use a multiple (EVENT_PARTITIONS, CASSANDRA_SHARDS, KAFKA_PARTITIONS)."
        )
    return count
