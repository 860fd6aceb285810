"""The topics: their names, their settings by the contracts' annotations, and what the cluster says of them."""

import os
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError

from thriftshop import contracts
from thriftshop.contracts import annotations
from thriftshop.events import readers
from thriftshop.events.feed.kafka import clients
from thriftshop.events.feed.kafka.clients import kafka_python
from thriftshop.rpc import errors

RESTRICTED = ".restricted"
DAY_MS = 86_400_000
FOR_EVER = -1


class Topic(NamedTuple):
    """A topic as the cluster has it. `id` is another one after it was deleted and created again."""

    name: str
    id: str
    partitions: int


class Plan(NamedTuple):
    """A topic as it is to be."""

    name: str
    partitions: int
    retention_ms: int
    readers: frozenset[str]
    """The contexts that need permission to read it."""

    @property
    def configs(self) -> dict[str, str]:
        """Its settings at the brokers."""
        return {
            "retention.ms": str(self.retention_ms),
            "retention.bytes": "-1",
            "cleanup.policy": "delete",
            "min.insync.replicas": str(settings.KAFKA_MIN_IN_SYNC),
            "max.message.bytes": str(clients.MAX_RECORD_BYTES),
            "unclean.leader.election.enable": "false",
        }


def name_of(topic: str) -> str:
    """The topic of Kafka with the events that other contexts may read, and references to the others."""
    return f"{settings.KAFKA_PREFIX}{topic}"


def restricted_name_of(topic: str) -> str:
    """The topic of Kafka with the events that only their own context may read."""
    return f"{name_of(topic)}{RESTRICTED}"


@lru_cache(maxsize=64)
def restricted_kinds(topic: str) -> frozenset[str]:
    """The kinds of events that no other context may read."""
    return frozenset(kind for kind, contexts in readers.of(topic).items() if contexts == {topic})


def plans(topic: str) -> list[Plan]:
    """The topics of Kafka for the events of a context."""
    union = next(part for part in contracts.live()[topic].declarations if part.kind == "union")
    days = annotations.retention_days(union.annotations)
    partitions = settings.KAFKA_PARTITIONS or annotations.partitions(union.annotations)
    retention = FOR_EVER if days is None else days * DAY_MS
    shared = Plan(name_of(topic), partitions, retention, frozenset().union(*readers.of(topic).values()))
    if not restricted_kinds(topic):
        return [shared]
    return [shared, Plan(restricted_name_of(topic), partitions, retention, frozenset({topic}))]


def describe(names: Collection[str]) -> dict[str, Topic]:
    """Those of these topics that the cluster has. Raises Unavailable."""
    with _admin() as admin:
        answers = admin.describe_topics(list(names))
    return {
        answer["name"]: Topic(answer["name"], str(answer["topic_id"])[:8], len(answer["partitions"]))
        for answer in answers
        if not answer["error_code"]
    }


def get(name: str) -> Topic:
    """A topic of the cluster. Raises Unavailable, also if there is none of this name."""
    found = describe([name]).get(name)
    if found is None:
        raise errors.Unavailable(f"Kafka has no topic {name}: run `manage.py create_topics`.")
    return found


def create(plan: Plan) -> str:
    """Create a topic, or change the settings of an existing one; return what was done. Raises Unavailable, ValueError."""
    existing = describe([plan.name]).get(plan.name)
    with _admin() as admin:
        if existing is None:
            _create(admin, plan)
            return "created"
        if existing.partitions != plan.partitions:
            raise ValueError(
                f"{plan.name} has {existing.partitions} partitions, and the contract or KAFKA_PARTITIONS says {plan.partitions}:"
                " the events of a stream would be in two partitions. Set it back, or delete the topic and publish it again."
            )
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, plan.name, configs=plan.configs)])
        return "is up to date"


def delete(names: Collection[str]) -> None:
    """Delete topics. Raises Unavailable."""
    with _admin() as admin:
        admin.delete_topics(list(names))


def _create(admin: Any, plan: Plan) -> None:
    new = NewTopic(plan.name, plan.partitions, settings.KAFKA_REPLICAS, topic_configs=plan.configs)
    try:
        admin.create_topics([new], wait_for_metadata=True)
    except TopicAlreadyExistsError:
        return  # another process was first


_lock = threading.Lock()
_clients: dict[int, Any] = {}  # by process


@contextmanager
def _admin() -> Iterator[Any]:
    """The client of this process, which is replaced after an error."""
    with _lock, kafka_python.translated():
        if os.getpid() not in _clients:
            _clients[os.getpid()] = KafkaAdminClient(**kafka_python.options())
        try:
            yield _clients[os.getpid()]
        except Exception:
            _clients.pop(os.getpid()).close()
            raise


def forget() -> None:
    """Close the connections, after the settings have changed."""
    with _lock:
        while _clients:
            _clients.popitem()[1].close()
