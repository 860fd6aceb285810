"""Checkpoints: how far each consumer group has processed each partition; moved by compare-and-set."""

from collections.abc import Iterable, Sequence

from django.db import connection

from thriftshop.event_store.models import Checkpoint
from thriftshop.events.feed import Cursor
from thriftshop.events.groups import Group

COLUMNS = ("id", "group", "topic", "partition", "cursor", "waiting_for")
SAVED = (
    'SELECT id, "group", topic, "partition", cursor, waiting_for FROM events_checkpoint'
    ' WHERE "group" = %s AND topic = %s'
)
MOVE = "UPDATE events_checkpoint SET cursor = %s, waiting_for = '' WHERE id = %s AND cursor = %s"


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
    with connection.cursor() as executed:
        executed.execute(SAVED, [group.name, group.topic])
        rows = executed.fetchall()
    return {row[3]: Checkpoint.from_db(connection.alias, COLUMNS, row) for row in rows}


def cursors(groups: Iterable[Group]) -> dict[str, dict[int, Cursor]]:
    """The saved cursors by group and partition; a group that has none yet has no entry."""
    names = {group.name for group in groups}
    cursors_by_group: dict[str, dict[int, Cursor]] = {}
    for name, partition, cursor in Checkpoint.objects.values_list("group", "partition", "cursor"):
        if name in names:
            cursors_by_group.setdefault(name, {})[partition] = Cursor(cursor)
    return cursors_by_group


def move(checkpoint: Checkpoint, cursor: Cursor) -> None:
    """Move a checkpoint on from the cursor it was loaded with. Raises CheckpointMoved if that is no longer its cursor."""
    if cursor == checkpoint.cursor:
        return
    # With each batch of each group: plain SQL, without building a query.
    with connection.cursor() as executed:
        executed.execute(MOVE, [cursor, checkpoint.pk, checkpoint.cursor])
        if not executed.rowcount:
            raise CheckpointMoved


def wait_for(checkpoint: Checkpoint, event: str) -> None:
    """Note the event that this version of the code does not know. A newer version clears it by moving the checkpoint."""
    if checkpoint.waiting_for != event:
        Checkpoint.objects.filter(pk=checkpoint.pk, cursor=checkpoint.cursor).update(waiting_for=event[:200])
