"""Checkpoints: how far each consumer group has processed each partition; moved by compare-and-set.

A worker moves those of reactions in memory and saves them once a second, because each would need a commit of its own. What
was not saved when a process dies is handled again: reactions are idempotent.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS

from thriftshop.database import statements
from thriftshop.event_store.models import Checkpoint
from thriftshop.events.feed import Cursor
from thriftshop.events.groups import Group

log = logging.getLogger("thriftshop.events")

COLUMNS = ("id", "group", "topic", "partition", "cursor", "waiting_for")
SAVED = (
    'SELECT id, "group", topic, "partition", cursor, waiting_for FROM events_checkpoint'
    ' WHERE "group" = %s AND topic = %s'
)
MOVE = "UPDATE events_checkpoint SET cursor = %s, waiting_for = '' WHERE id = %s AND cursor = %s"


class _Move(NamedTuple):
    """A move that is not saved: of which group, from the saved cursor to which, and since when."""

    group: str
    saved: str
    cursor: Cursor
    since: float


_moves: dict[int, _Move] = {}  # by the key of the checkpoint


class CheckpointMoved(Exception):
    """Another process has moved the checkpoint: the rest of the batch belongs to it."""


class PartitionsChanged(Exception):
    """The checkpoints of a group belong to another number of partitions than its topic has."""


def load(group: Group, partitions: Sequence[int]) -> dict[int, Checkpoint]:
    """The checkpoints of a group by partition, created at the start of the topic. Raises PartitionsChanged."""
    checkpoints = _saved(group)
    if checkpoints and checkpoints.keys() != set(partitions):
        raise PartitionsChanged(
            f"{group.name} has read {group.topic} in {len(checkpoints)} partitions, and now there are {len(partitions)}:"
            " set EVENT_PARTITIONS back, let all groups catch up, then run `manage.py repartition`."
        )
    if not checkpoints:
        new = [Checkpoint(group=group.name, topic=group.topic, partition=partition) for partition in partitions]
        Checkpoint.objects.bulk_create(new, ignore_conflicts=True)
        return _saved(group)
    return checkpoints


def _saved(group: Group) -> dict[int, Checkpoint]:
    # For each group at least once a second: plain SQL, without building a query.
    rows = statements.fetch(SAVED, [group.name, group.topic])
    saved = [Checkpoint.from_db(DEFAULT_DB_ALIAS, COLUMNS, row) for row in rows]
    for checkpoint in saved:
        checkpoint.cursor = current(checkpoint.pk, checkpoint.cursor)
    return {checkpoint.partition: checkpoint for checkpoint in saved}


def cursors(groups: Iterable[Group]) -> dict[str, dict[int, Cursor]]:
    """The saved cursors by group and partition; a group that has none yet has no entry."""
    names = {group.name for group in groups}
    cursors_by_group: dict[str, dict[int, Cursor]] = {}
    for key, name, partition, cursor in Checkpoint.objects.values_list("pk", "group", "partition", "cursor"):
        if name in names:
            cursors_by_group.setdefault(name, {})[partition] = current(key, cursor)
    return cursors_by_group


def move(checkpoint: Checkpoint, cursor: Cursor) -> None:
    """Move a checkpoint on from the cursor it was loaded with. Raises CheckpointMoved if that is no longer its cursor."""
    if cursor == checkpoint.cursor:
        return
    # With each batch of each group: plain SQL, without building a query.
    if not statements.execute(MOVE, [cursor, checkpoint.pk, checkpoint.cursor]):
        raise CheckpointMoved


def move_in_memory(checkpoint: Checkpoint, cursor: Cursor) -> None:
    """Move a checkpoint without saving it."""
    earlier = _moves.get(checkpoint.pk)
    saved, since = (earlier.saved, earlier.since) if earlier else (checkpoint.cursor, time.monotonic())
    _moves[checkpoint.pk] = _Move(checkpoint.group, saved, cursor, since)


def current(key: int, saved: str) -> Cursor:
    """The cursor of a checkpoint of this process, moved in memory perhaps, if its row has the cursor `saved`."""
    moved = _moves.get(key)
    return moved.cursor if moved is not None and moved.saved == saved else Cursor(saved)


def save(group: str | None = None, *, older_than: float = 0.0) -> bool:
    """Save the moves in memory, of one group or of all; return whether another process has moved one of the checkpoints."""
    until, kept = time.monotonic() - older_than, True
    for key, moved in list(_moves.items()):
        if group in (None, moved.group) and moved.since <= until:
            kept &= _save(key, moved)
    return not kept


def _save(key: int, moved: _Move) -> bool:
    is_saved = statements.execute(MOVE, [moved.cursor, key, moved.saved]) > 0
    if not is_saved:
        log.warning("checkpoint moved by another process", extra={"group": moved.group})
    _moves.pop(key, None)
    return is_saved


def forget() -> None:
    """Forget the moves in memory, for instance after the tables were emptied."""
    _moves.clear()


def wait_for(checkpoint: Checkpoint, event: str) -> None:
    """Note the event that this version of the code does not know. A newer version clears it by moving the checkpoint."""
    if checkpoint.waiting_for != event:
        Checkpoint.objects.filter(pk=checkpoint.pk, cursor=checkpoint.cursor).update(waiting_for=event[:200])
