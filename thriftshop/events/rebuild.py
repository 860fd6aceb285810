"""Rebuilding projections from the events, and proving that what was applied live equals what is rebuilt."""

import hashlib
import os
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from django.db import OperationalError, models

from thriftshop import transactions
from thriftshop.event_store.models import Checkpoint, DeadLetter
from thriftshop.events import checkpoints, envelope, feed, groups, streams
from thriftshop.events.envelope import Recorded
from thriftshop.events.feed import Batch, Cursor, Feed
from thriftshop.events.groups import Projection

Progress = Callable[[int], Any]
Cursors = dict[int, Cursor]
LOCK_TRIES = 20
LENGTH = struct.Struct(">I")  # of an event in the copy of a feed


@dataclass(frozen=True, slots=True)
class History:
    """The events of a projection, ordered within a stream only."""

    ends: Cursors
    events: Callable[[], Iterable[Recorded]]
    """All events up to the ends."""
    ahead: Callable[[], Mapping[str, int]]
    """The first version of each stream beyond the projection's checkpoints."""


class _Rollback(Exception):
    """Ends the trial transaction of `differences`."""


def rebuild(projection: Projection, progress: Progress = lambda _: None) -> int:
    """Empties a projection's tables and applies all events again, in one transaction; returns how many events those were.

    `progress` is called with the size of each batch. Readers see the old rows until the transaction commits.
    """
    with _held(projection) as (saved, history):
        applied = _replay(projection, history.events(), progress)
        for partition, checkpoint in saved.items():
            checkpoints.move(checkpoint, history.ends[partition])
        return applied


def differences(projection: Projection, progress: Progress = lambda _: None) -> list[str]:
    """The tables that a rebuild would change; nothing is changed. Events beyond the checkpoint are left out."""
    changed: list[str] = []
    try:
        with _held(projection) as (_, history):
            before = {table: digest(table) for table in projection.tables}
            ahead = history.ahead()
            known = (one for one in history.events() if one.version < ahead.get(one.stream, one.version + 1))
            _replay(projection, known, progress)
            changed = [table._meta.label for table in projection.tables if digest(table) != before[table]]
            raise _Rollback
    except _Rollback:
        return changed


def _replay(projection: Projection, events: Iterable[Recorded], progress: Progress) -> int:
    for table in reversed(projection.tables):
        table._default_manager.all()._raw_delete(table._default_manager.db)
    DeadLetter.objects.filter(group=projection.name).delete()
    applied, rest = 0, iter(events)
    while batch := list(islice(rest, projection.batch)):
        projection.apply(batch)
        applied += len(batch)
        progress(len(batch))
    return applied


@contextmanager
def _held(projection: Projection) -> Iterator[tuple[dict[int, Checkpoint], History]]:
    """A snapshot in which no other process moves the projection's checkpoints, and the events to replay."""
    with groups.as_caller(projection.name):
        source = feed.of(projection.topic)
        if not streams.is_hosted(projection.topic):
            with _held_with_copy(projection, source) as held:
                yield held
            return
        checkpoints.load(projection, source.partitions)
        with _locked(projection) as saved:
            scan = streams.of(projection.topic).scan
            yield (
                saved,
                History(
                    source.ends(), lambda: scan(projection.kinds), lambda: _ahead(source, projection, _cursors(saved))
                ),
            )


@contextmanager
def _held_with_copy(projection: Projection, source: Feed) -> Iterator[tuple[dict[int, Checkpoint], History]]:
    """The same for the feed of another process, which is copied to a file first: no calls are made in a transaction."""
    held = False
    with tempfile.TemporaryFile() as file:
        ends: Cursors = {}
        while not held:
            # What the projection processed since the last look is copied as well.
            cursors = _cursors(checkpoints.load(projection, source.partitions))
            _copy(source, projection, ends, file)
            ahead = _ahead(source, projection, cursors)
            with _locked(projection) as saved:
                held = _cursors(saved) == cursors
                if held:
                    yield saved, History(ends, lambda: _read_back(file), lambda: ahead)  # noqa: B023 - used before the next look


@contextmanager
def _locked(projection: Projection) -> Iterator[dict[int, Checkpoint]]:
    """The checkpoints of a projection, locked in a snapshot."""
    with ExitStack() as stack:
        yield _begin(projection, stack)


def _begin(projection: Projection, stack: ExitStack) -> dict[int, Checkpoint]:
    for tries_left in reversed(range(LOCK_TRIES)):
        try:
            with ExitStack() as attempt:
                attempt.enter_context(transactions.snapshot())
                rows = Checkpoint.objects.select_for_update().filter(group=projection.name, topic=projection.topic)
                saved = {row.partition: row for row in rows}
                stack.push(attempt.pop_all())
                return saved
        except OperationalError:
            # PostgreSQL refuses to lock a row that was changed after the snapshot was taken.
            if not tries_left:
                raise
    raise AssertionError("unreachable")


def _cursors(saved: Mapping[int, Checkpoint]) -> Cursors:
    return {partition: Cursor(checkpoint.cursor) for partition, checkpoint in saved.items()}


def _ahead(source: Feed, projection: Projection, cursors: Cursors) -> dict[str, int]:
    """The first version of each stream beyond these cursors."""
    found: dict[str, int] = {}
    for partition, cursor in cursors.items():
        for batch in _batches(source, projection, partition, cursor):
            for message in batch.messages:
                found.setdefault(message.key, envelope.peek(message.payload).version)
    return found


def _batches(source: Feed, projection: Projection, partition: int, after: Cursor) -> Iterator[Batch]:
    """The batches of a partition, the last one without messages."""
    while True:
        batch = source.read(partition, after, projection.batch, projection.kinds)
        yield batch
        if not batch.messages:
            return
        after = batch.cursor


def _copy(source: Feed, projection: Projection, ends: Cursors, file: IO[bytes]) -> None:
    """Copies what a feed has beyond `ends` to the end of a file, and moves `ends` on."""
    file.seek(0, os.SEEK_END)
    for partition in source.partitions:
        for batch in _batches(source, projection, partition, ends.get(partition, feed.START)):
            file.writelines(LENGTH.pack(len(one.payload)) + one.payload for one in batch.messages)
            ends[partition] = batch.cursor


def _read_back(file: IO[bytes]) -> Iterator[Recorded]:
    file.seek(0)
    while length := file.read(LENGTH.size):
        yield envelope.decode(file.read(LENGTH.unpack(length)[0]))


def digest(table: type[models.Model]) -> tuple[int, str]:
    """How many rows a table has and a digest of them all, whatever their order and their automatic keys."""
    fields = [field.attname for field in table._meta.concrete_fields if not isinstance(field, models.AutoField)]
    total, count = 0, 0
    for row in _rows(table, fields):
        total = (total + int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=16).digest(), "big")) % (
            1 << 128
        )
        count += 1
    return count, f"{total:032x}"


def _rows(table: type[models.Model], fields: list[str]) -> Iterable[tuple[Any, ...]]:
    rows: Iterable[tuple[Any, ...]] = table._default_manager.order_by().values_list(*fields).iterator(chunk_size=5000)
    return rows
