"""The processor: takes a consumer group through the next batch of a partition and saves the checkpoint with its effect."""

import logging
import threading
from collections.abc import Mapping, Sequence

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
    leases,
    streams,
)
from thriftshop.events.effects import Consumer
from thriftshop.events.envelope import Recorded
from thriftshop.events.feed import Batch, Cursor, Message
from thriftshop.events.groups import Group, Reaction
from thriftshop.events.relay import Relay
from thriftshop.telemetry import metrics

log = logging.getLogger("thriftshop.events")

SAVE_SECONDS = 0.5
"""How old a move in memory is when the next call saves it; workers call at least once a second."""

_known: dict[str, dict[int, Checkpoint]] = {}  # as this process has just moved them, by group and partition
_turns: dict[str, threading.RLock] = {}


def lane(group: Group) -> str:
    """Groups of one lane are processed one after the other. Reactions and relays wait for others: each has its own lane.

    Projections wait only for the broker of the topic, or for the process that hosts it: those of one share a lane.
    """
    if isinstance(group, Reaction | Relay):
        return group.name
    return "here" if streams.is_hosted(group.topic) and not feed.publisher_of(group.topic) else group.topic


def process(group: Group, ends: Mapping[int, Cursor] | None = None, *, keep: bool = False) -> int:
    """Process the next batch of each partition; return how many events those were.

    It is 0 at the end of the partitions, and if other processes hold their leases. `ends` are the feed's, if they are
    known to the caller. With `keep`, the checkpoints that were moved are kept for the next call, and those of reactions are
    saved once a second. Raises rpc.Unavailable if the topic's process does not answer, UnknownEvent.
    """
    with turn(group), groups.as_caller(group.name):
        known = _known.pop(group.name, None)
        if checkpoints.save(group.name, older_than=SAVE_SECONDS if keep else 0.0):
            known = None
        saved = known if keep and known else checkpoints.load(group, feed.of(group.topic).partitions)
        late = [row for row in saved.values() if ends is None or ends.get(row.partition) != row.cursor]
        processed = sum(_process_partition(group, checkpoint, keep) for checkpoint in late)
        if keep and processed:
            _known[group.name] = saved
        return processed


def is_elsewhere(group: Group) -> bool:
    """Whether other processes hold the leases of a group: its events need not be read."""
    if isinstance(group, Relay) or feed.membership_of(group.topic):
        return False
    return all(leases.is_elsewhere(f"{group.name}/{partition}") for partition in feed.of(group.topic).partitions)


def turn(group: Group) -> threading.RLock:
    """The lock of a group's lane."""
    return _turns.setdefault(lane(group), threading.RLock())


def checkpoints_of(group: Group) -> dict[int, Checkpoint]:
    """The checkpoints of a group as this process has just moved them, or else as they are saved."""
    if group.name not in _known:
        _known[group.name] = checkpoints.load(group, feed.of(group.topic).partitions)
    return _known[group.name]


def forget(*names: str) -> None:
    """Forget the checkpoints that were kept, of these groups or of all."""
    for name in names or list(_known):
        _known.pop(name, None)


def _process_partition(group: Group, checkpoint: Checkpoint, keep: bool) -> int:
    batch = _read(group, checkpoint)
    if batch.cursor == checkpoint.cursor:
        return 0
    if not assignments.holds(group, checkpoint.partition):
        if not assignments.take(group, checkpoint.partition, checkpoint.cursor):
            return 0
        # Another process may have moved the checkpoint, or parked events, before it lost the lease.
        checkpoints.save(group.name)
        checkpoint.refresh_from_db()
        dead_letters.forget(group.name)
        batch = _read(group, checkpoint)
    try:
        return process_batch(group, checkpoint, batch, keep=keep)
    except envelope.UnknownEvent:
        assignments.release(group, checkpoint.partition)
        raise


def _read(group: Group, checkpoint: Checkpoint) -> Batch:
    source = feed.of(group.topic)
    return source.read(checkpoint.partition, Cursor(checkpoint.cursor), group.batch, group.kinds)


def process_batch(group: Group, checkpoint: Checkpoint, batch: Batch, *, keep: bool = False) -> int:
    """Process a batch that was read after the checkpoint; return how many of its events were processed or parked.

    Transient errors are raised, with the checkpoint where it was. An event that fails otherwise is tried five times and
    then parked as a dead letter, with all later ones of its stream. If another process has moved the checkpoint since,
    the rest of the batch is left to it.
    """
    done = 0
    try:
        if isinstance(group, Relay):
            return _publish(group, checkpoint, batch)
        if _together(group, checkpoint, batch, keep and isinstance(group, Reaction)):
            return len(batch.messages)
        if checkpoints.save(group.name):
            raise checkpoints.CheckpointMoved
        for message in batch.messages:
            _alone(group, checkpoint, message)
            done += 1
        checkpoints.move(checkpoint, batch.cursor)
        checkpoint.cursor = batch.cursor
    except checkpoints.CheckpointMoved:
        log.warning(
            "checkpoint moved by another process", extra={"group": group.name, "left": len(batch.messages) - done}
        )
    return done


def _publish(group: Relay, checkpoint: Checkpoint, batch: Batch) -> int:
    if batch.messages:
        with effects.timed(group.name), event_spans.publishing(group, batch.messages):
            group.publish(group.topic, batch.messages)
    checkpoints.move(checkpoint, batch.cursor)
    checkpoint.cursor = batch.cursor
    metrics.EVENTS_CONSUMED.labels(group.name).inc(len(batch.messages))
    return len(batch.messages)


def _together(group: Consumer, checkpoint: Checkpoint, batch: Batch, in_memory: bool) -> bool:
    """Process the whole batch at once; False if any of its events must wait or fails."""
    move = checkpoints.move_in_memory if in_memory else checkpoints.move
    if not batch.messages:
        move(checkpoint, batch.cursor)
        checkpoint.cursor = batch.cursor
        return True
    parked = dead_letters.streams(group.name)
    if any(message.key in parked for message in batch.messages):
        return False
    try:
        records = _decode(batch.messages)
        effects.run(group, records, lambda: move(checkpoint, batch.cursor))
    except envelope.UnknownEvent:
        return False
    except (*effects.TRANSIENT, checkpoints.CheckpointMoved):
        raise
    except Exception as error:
        log.warning("batch failed", extra={"group": group.name, "problem": repr(error)})
        return False
    # After the commit: if the transaction fails, the checkpoint has not moved.
    checkpoint.cursor, checkpoint.waiting_for = batch.cursor, ""
    metrics.EVENTS_CONSUMED.labels(group.name).inc(len(batch.messages))
    freshness.note(group.name, records)
    return True


def _decode(messages: Sequence[Message]) -> list[Recorded]:
    return [envelope.decode_shared(message.payload) for message in messages]


def _alone(group: Consumer, checkpoint: Checkpoint, message: Message) -> None:
    """Process one event; park it if its stream waits already, or if it fails five times. Raises UnknownEvent."""

    def save() -> None:
        checkpoints.move(checkpoint, message.cursor)

    if message.key in dead_letters.streams(group.name):
        dead_letters.park(group, message.payload, dead_letters.BEHIND, 0, save)
    elif problem := _attempt(group, checkpoint, message, save):
        dead_letters.park(group, message.payload, problem, effects.TRIES, save)
    else:
        metrics.EVENTS_CONSUMED.labels(group.name).inc()
    checkpoint.cursor, checkpoint.waiting_for = message.cursor, ""


def _attempt(group: Consumer, checkpoint: Checkpoint, message: Message, save: effects.Save) -> str:
    """As `effects.attempt`. The event may be unknown, or another one that the reaction's service reads about it."""
    try:
        return effects.attempt(group, envelope.decode_shared(message.payload), save)
    except envelope.UnknownEvent as error:
        checkpoints.wait_for(checkpoint, str(error))
        raise
