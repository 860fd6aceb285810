"""The next batches of several projections in one transaction, each topic's events read once for all of them."""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from thriftshop.event_store.models import Checkpoint
from thriftshop.events import (
    assignments,
    checkpoints,
    dead_letters,
    effects,
    envelope,
    event_spans,
    feed,
    freshness,
    groups,
    processor,
    streams,
)
from thriftshop.events.envelope import Recorded
from thriftshop.events.feed import Batch, Cursor
from thriftshop.events.groups import Projection
from thriftshop.telemetry import metrics

log = logging.getLogger("thriftshop.events")


Shared = dict[tuple[str, int, str, str], Batch]
"""Batches that were read, by topic, partition, cursor and reading context."""


class _Step(NamedTuple):
    """A projection, a checkpoint of it, the batch after it, and the events of the projection's kinds in that."""

    group: Projection
    checkpoint: Checkpoint
    batch: Batch
    records: Sequence[Recorded]


def process(projections: Sequence[Projection]) -> dict[str, int]:
    """Process the next batch of these projections of one lane; return by group how many events were read.

    Projections that need more than that are left out, for `processor.process`: those that have no lease yet, that have dead
    letters, or whose next event is unknown. If any of them fails, nothing is done: each is processed by itself.
    """
    with processor.turn(projections[0]):
        steps: dict[str, list[_Step]] = {}
        try:
            shared = Shared()
            for projection in projections:
                if _is_leased(projection) and not dead_letters.streams(projection.name):
                    steps[projection.name] = _steps(projection, shared)
            _apply([step for of_group in steps.values() for step in of_group])
        except Exception as error:
            log.debug("projections are processed one by one", extra={"problem": repr(error)})
            processor.forget(*(projection.name for projection in projections))
            return {}
        return {name: _note(name, of_group) for name, of_group in steps.items()}


def _is_leased(projection: Projection) -> bool:
    return all(
        assignments.holds(projection, partition) or assignments.is_elsewhere(projection, partition)
        for partition in processor.checkpoints_of(projection)
    )


def _steps(projection: Projection, shared: Shared) -> list[_Step]:
    return [
        _Step(projection, checkpoint, batch, _records(projection, batch))
        for checkpoint in processor.checkpoints_of(projection).values()
        if assignments.holds(projection, checkpoint.partition)
        and (batch := _read(projection, checkpoint, shared)).cursor != checkpoint.cursor
    ]


def _read(projection: Projection, checkpoint: Checkpoint, shared: Shared) -> Batch:
    # A context reads of another's topic what it may read.
    reader = "" if streams.is_hosted(projection.topic) else groups.context_of(projection.name)
    key = (projection.topic, checkpoint.partition, checkpoint.cursor, reader)
    if key not in shared:
        source = feed.of(projection.topic)
        with groups.as_caller(projection.name):
            shared[key] = source.read(checkpoint.partition, Cursor(checkpoint.cursor), projection.batch)
    return shared[key]


def _records(projection: Projection, batch: Batch) -> list[Recorded]:
    records = [envelope.decode_shared(message.payload) for message in batch.messages]
    return [record for record in records if projection.kinds is None or record.kind in projection.kinds]


def _apply(steps: Sequence[_Step]) -> None:
    if not steps:
        return
    with transaction.atomic():
        for step in steps:
            with groups.as_caller(step.group.name):
                checkpoints.move(step.checkpoint, step.batch.cursor)
                if step.records:
                    records = step.records
                    with (
                        effects.timed(step.group.name),
                        event_spans.projecting(step.group.name, step.group.topic, records),
                    ):
                        step.group.apply(records)


def _note(name: str, steps: Sequence[_Step]) -> int:
    """After the commit: if the transaction fails, no checkpoint has moved."""
    for step in steps:
        step.checkpoint.cursor, step.checkpoint.waiting_for = step.batch.cursor, ""
        metrics.EVENTS_CONSUMED.labels(name).inc(len(step.records))
        freshness.note(name, step.records)
    if not steps:
        processor.forget(name)
    return sum(len(step.batch.messages) for step in steps)
