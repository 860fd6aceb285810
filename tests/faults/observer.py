"""A process with the settings of the shop's services that reads their logs and topics: `python -m tests.faults.observer`.

Each line of its input is a command, each line of its output the answer as JSON. It processes no events.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import django

BATCH = 1_000
DELETED_SECONDS = 10.0
POLL_SECONDS = 0.1
DETAILS = ("quantity", "reservation_id", "reference")


def prepare() -> None:
    """Create the tables, the keyspace and the topics."""
    from django.core.management import call_command

    for command in ("migrate", "migrate_streams", "create_topics"):
        call_command(command, verbosity=0, stdout=io.StringIO())


def lags() -> dict[str, int]:
    """How far each consumer group and relay is behind."""
    from thriftshop.events import groups, progress

    return {group.name: lag for group in groups.hosted() if (lag := progress.lag(group))}


def logs() -> list[list[Any]]:
    """Every recorded event."""
    from thriftshop.events import streams

    return [
        [record.topic, record.stream, record.version, record.id, record.kind, _details(record)]
        for topic in _topics()
        for record in streams.of(topic).scan()
    ]


def published() -> list[list[Any]]:
    """Every event in the order in which consumers read it."""
    return [list(message) for topic in _topics() for message in _published(topic)]


def changed_by_rebuild() -> list[str]:
    """The tables that a rebuild would change."""
    from thriftshop.events import groups, rebuild
    from thriftshop.events.groups import Projection

    return [table for group in groups.hosted() if isinstance(group, Projection) for table in rebuild.differences(group)]


def dead_letters() -> list[str]:
    """The events that wait for staff."""
    from thriftshop.event_store.models import DeadLetter

    return [f"{letter}: {letter.problem}" for letter in DeadLetter.objects.filter(replayed_at=None)]


def relay_holder() -> str:
    """The process that relays the events of orders; empty if none does."""
    from thriftshop.event_store.models import Lease

    return "".join(Lease.objects.filter(name="orders.relay/0").values_list("holder", flat=True))


def recreate(topic: str) -> None:
    """Delete a topic and publish it again from the log. For a moment a busy broker still has the ends of the deleted topic."""
    from django.core.management import CommandError, call_command

    from thriftshop.events.feed.kafka import topics

    names = [plan.name for plan in topics.plans(topic)]
    topics.delete(topics.describe(names))
    while topics.describe(names):
        time.sleep(POLL_SECONDS)
    until = time.monotonic() + DELETED_SECONDS
    while True:
        try:
            call_command("publish", topic, stdout=io.StringIO())
        except CommandError:
            if time.monotonic() > until:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return


COMMANDS: dict[str, Callable[..., Any]] = {
    "prepare": prepare,
    "lags": lags,
    "logs": logs,
    "published": published,
    "changed_by_rebuild": changed_by_rebuild,
    "dead_letters": dead_letters,
    "relay_holder": relay_holder,
    "recreate": recreate,
}


def _topics() -> list[str]:
    from thriftshop import contexts

    return [config.topic for config in contexts.hosted() if config.topic]


def _published(topic: str) -> Iterator[tuple[str, str, int, str]]:
    from thriftshop.events import envelope, feed

    source = feed.of(topic)
    for partition in source.partitions:
        cursor = feed.START
        while (batch := source.read(partition, cursor, BATCH)).messages:
            for message in batch.messages:
                header = envelope.peek(message.payload)
                yield topic, message.key, header.version, header.id
            cursor = batch.cursor


def _details(record: Any) -> dict[str, Any]:
    if record.topic != "inventory":
        return {}
    return {name: getattr(record.event, name) for name in DETAILS if hasattr(record.event, name)}


def _answer(command: str) -> dict[str, Any]:
    from django.db import close_old_connections

    try:
        name, *arguments = command.split()
        return {"result": COMMANDS[name](*arguments)}
    except Exception as error:
        close_old_connections()
        return {"error": repr(error)}


def main() -> None:
    """Answer commands until the input ends."""
    django.setup()
    for line in sys.stdin:
        print(json.dumps(_answer(line.strip())), flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main()
