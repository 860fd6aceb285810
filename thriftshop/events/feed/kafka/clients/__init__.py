"""Kafka's clients behind one interface: kafka-python by default, confluent-kafka by the setting KAFKA_CLIENT."""

import importlib
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from django.conf import settings

from thriftshop.events.feed.kafka.records import Outgoing, Record
from thriftshop.rpc import errors

PACKAGE = "thriftshop.events.feed.kafka.clients"
MODULES = {"kafka-python": f"{PACKAGE}.kafka_python", "confluent-kafka": f"{PACKAGE}.confluent"}
MAX_RECORDS = 2_000
"""The most records that a consumer returns at once."""
MAX_RECORD_BYTES = 8 * 1024 * 1024
FETCH_BYTES = 1024 * 1024
LINGER_MS = 1
"""How long a producer waits for more records: a relay passes on whole batches, and then waits for the broker."""
REQUEST_SECONDS = 3.0
SESSION_SECONDS = 10.0
"""After this time without a sign of life, the other members of a group get a member's partitions."""

Partition = tuple[str, int]
"""A topic of Kafka and the number of a partition."""


class Restart(Exception):
    """A consumer's offset is not in the topic: it was deleted and created again, or has lost its end."""


class Bounds(NamedTuple):
    """The first offset of a partition, and the one after the last."""

    first: int
    end: int


class Consumer(Protocol):
    """Reads partitions, without a group. Used by one thread at a time."""

    def follow(self, offsets: Mapping[Partition, int]) -> None:
        """Read these partitions, and no others, from these offsets on."""

    def poll(self, seconds: float) -> list[Record]:
        """The next records, or none after `seconds`. Raises Restart, Unavailable."""

    def bounds(self, topic: str, partitions: Collection[int]) -> dict[int, Bounds]:
        """The bounds of partitions as their leaders know them. Raises Unavailable."""

    def close(self) -> None:
        """Close the connections. Raises Unavailable."""


class Producer(Protocol):
    """Publishes records. May be used by several threads."""

    def publish(self, records: Sequence[Outgoing], seconds: float) -> list[int]:
        """The offsets of records, which all in-sync replicas have. Raises Unavailable if they have not all after `seconds`."""


Assigned = Callable[[Collection[Partition]], None]


class Member(Protocol):
    """A member of a group, which assigns partitions to it; it reads nothing. Used by one thread."""

    def poll(self, seconds: float) -> None:
        """Take part in the group for some time. Raises Unavailable."""

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Tell the group how far its partitions are processed, for tools that show its lag."""

    def close(self) -> None:
        """Leave the group. Raises Unavailable."""


def consumer(wait_ms: int) -> Consumer:
    """A new consumer, whose requests for records the broker may answer so much later. Raises Unavailable.

    The broker answers nothing else on the connection meanwhile.
    """
    opened: Consumer = _module().Consumer(wait_ms)
    return opened


def member(group: str, topics: Collection[str], assigned: Assigned) -> Member:
    """A new member of a group, which calls `assigned` with all its partitions whenever they change. Raises Unavailable."""
    opened: Member = _module().Member(group, topics, assigned)
    return opened


def producer() -> Producer:
    """The producer of this process. Raises Unavailable."""
    return _producer(settings.KAFKA_CLIENT, tuple(settings.KAFKA_SERVERS), os.getpid())


@lru_cache(maxsize=4)
def _producer(client: str, servers: tuple[str, ...], process: int) -> Producer:
    return new_producer()


def new_producer() -> Producer:
    """A new producer. Raises Unavailable."""
    opened: Producer = _module().Producer()
    return opened


def forget() -> None:
    """Forget the producers: after the settings have changed, or because one has failed."""
    _producer.cache_clear()


def _module() -> Any:
    return importlib.import_module(MODULES[settings.KAFKA_CLIENT])


def unavailable(problem: object) -> errors.Unavailable:
    """The error for anything that Kafka does not do now."""
    return errors.Unavailable(f"Kafka at {', '.join(settings.KAFKA_SERVERS)} does not answer: {problem}.")
