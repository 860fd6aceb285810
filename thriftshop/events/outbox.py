"""The outbox of state-stored contexts: events in the model's own transaction, in the same log as all others."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from thriftshop import contexts
from thriftshop.contexts import EventStore
from thriftshop.database import prepared
from thriftshop.event_store.models import Event
from thriftshop.events import appends, event_spans, wakeups
from thriftshop.events.streams import Outcome, Write, Written
from thriftshop.events.streams.database import DatabaseStreams


class OutsideTransaction(Exception):
    """An event was recorded outside of the transaction that changes the model, so one could be stored without the other."""


class NotAnOutbox(Exception):
    """An event-sourced context records its events by a Decider, not in an outbox."""


def record(topic: str, stream: str, events: Sequence[Any]) -> None:
    """Record events of a state-stored object, in the open transaction that changes it.

    The row of the stream must be locked, or have a version of its own, so that its events get consecutive versions.
    """
    record_many(topic, {stream: events})


def record_many(topic: str, events: dict[str, Sequence[Any]]) -> None:
    """As `record`, for many streams at once."""
    versions = last_versions(topic, list(events))
    outcomes = write(
        topic, [Write(stream, versions.get(stream, 0), added) for stream, added in events.items() if added]
    )
    if not all(isinstance(outcome, Written) for outcome in outcomes):
        raise RuntimeError(f"Another transaction recorded {topic} events for the same row: lock the row first.")


def write(topic: str, writes: Sequence[Write]) -> list[Outcome]:
    """Make writes in the open transaction, and return what became of each; for events with keys, or times of their own."""
    if contexts.get(topic).event_store is not EventStore.OUTBOX:
        raise NotAnOutbox(f"{topic} does not declare event_store = EventStore.OUTBOX in apps/{topic}/apps.py.")
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"Record {topic} events inside transaction.atomic(), with the change itself.")
    with event_spans.recording(topic, len(writes)):
        outcomes = appends.append(DatabaseStreams(topic), writes)
    transaction.on_commit(partial(wakeups.notify, topic))
    return outcomes


def last_versions(topic: str, streams: Sequence[str]) -> dict[str, int]:
    """The versions of those streams that have events."""
    versions: dict[str, int] = {}
    for start in range(0, len(streams), 500):
        part = streams[start : start + 500]
        versions.update(_last_versions(topic=topic, streams=part))
    return versions


@prepared.query
def _last_versions(topic: str, streams: Collection[str]) -> "QuerySet[Event, tuple[str, int]]":
    rows = Event.objects.filter(topic=topic, stream__in=streams).order_by()
    return rows.values_list("stream").annotate(last=Max("version"))
