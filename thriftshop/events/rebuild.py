"""Rebuilding projections from the events, and checking that the live tables equal the rebuilt ones."""

import hashlib
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import IO, Any

from django.db import OperationalError, models, transaction

from thriftshop.database import transactions
from thriftshop.event_store.models import Checkpoint, DeadLetter
from thriftshop.events import checkpoints, envelope, feed, groups, relayed, streams
from thriftshop.events.envelope import Recorded
from thriftshop.events.feed import Batch, Cursor, Feed
from thriftshop.events.groups import Projection

Progress = Callable[[int], Any]
Cursors = dict[int, Cursor]
Digests = dict[type[models.Model], tuple[int, str]]
LOCK_TRIES = 20
LENGTH = struct.Struct(">I")  # of an event in the copy of a feed


def rebuild(projection: Projection, progress: Progress = lambda _: None) -> int:
    """Empty a projection's tables and apply all events again, in one transaction; return how many events those were.

    `progress` is called with the size of each batch. Readers see the old rows until the transaction commits. Events of
    another process's topic are copied to a file first: no calls are made in a transaction. What was recorded since then
    is left to the processor, also if it had processed it already.
    """
    with groups.as_caller(projection.name), tempfile.TemporaryFile() as file:
        source = _feed(projection)
        copied = None if streams.is_hosted(projection.topic) else _copy(source, projection, file)
        published = relayed.ends(projection.topic) if copied is None else {}
        with _locked(projection) as saved:
            if copied is None:
                log_ends = relayed.log_ends(projection.topic)
                events, ends = _scan(projection, log_ends), relayed.after_scan(projection.topic, published, log_ends)
            else:
                events, ends = _read_back(file), copied
            applied = _replay(projection, events, progress)
            for partition, checkpoint in saved.items():
                checkpoints.move(checkpoint, ends[partition])
            return applied


def differences(projection: Projection, progress: Progress = lambda _: None) -> list[str]:
    """The tables that a rebuild would change; nothing is changed. Events beyond the checkpoint are left out."""
    with groups.as_caller(projection.name), tempfile.TemporaryFile() as file:
        source = _feed(projection)
        with _locked(projection) as saved:
            cursors, before = _cursors(saved), _digests(projection)
            if streams.is_hosted(projection.topic):
                # Before the events beyond the checkpoint are looked for: of those that follow, none may be scanned.
                log_ends = relayed.log_ends(projection.topic)
                events = _up_to(_scan(projection, log_ends), _ahead_of_log(source, projection, cursors))
                return _changed(before, _digests_after(projection, events, progress))
        # All calls are made between the two transactions; the copy has at least what was processed before.
        _copy(source, projection, file)
        events = _up_to(_read_back(file), _ahead(source, projection, cursors))
        with transactions.snapshot():
            return _changed(before, _digests_after(projection, events, progress))


def _feed(projection: Projection) -> Feed:
    """The projection's feed; its checkpoints exist afterwards."""
    source = feed.of(projection.topic)
    checkpoints.load(projection, source.partitions)
    return source


def _scan(projection: Projection, ends: Cursors) -> Iterable[Recorded]:
    return streams.of(projection.topic).scan(projection.kinds, ends)


def _up_to(events: Iterable[Recorded], ahead: Mapping[str, int]) -> Iterator[Recorded]:
    """The events before the first version of each stream that is `ahead`."""
    return (event for event in events if event.version < ahead.get(event.stream, event.version + 1))


def _digests(projection: Projection) -> Digests:
    return {table: digest(table) for table in projection.tables}


def _digests_after(projection: Projection, events: Iterable[Recorded], progress: Progress) -> Digests:
    """The digests of the tables after a replay; the transaction around it is rolled back when it ends."""
    _replay(projection, events, progress)
    digests = _digests(projection)
    # Not a savepoint: SQLite copies each page that changes after one to memory.
    transaction.set_rollback(True)
    return digests


def _changed(before: Digests, after: Digests) -> list[str]:
    return [table._meta.label for table in before if after[table] != before[table]]


def _replay(projection: Projection, events: Iterable[Recorded], progress: Progress) -> int:
    for table in reversed(projection.tables):
        table._default_manager.all()._raw_delete(table._default_manager.db)
    DeadLetter.objects.filter(group=projection.name).delete()
    applied, rest = 0, iter(events)
    while size := _apply_next(projection, rest):
        applied += size
        progress(size)
    return applied


def _apply_next(projection: Projection, events: Iterator[Recorded]) -> int:
    """Apply the next batch and return its size; its events are freed before the next batch is read."""
    batch = list(islice(events, projection.batch))
    if batch:
        projection.apply(batch)
    return len(batch)


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


def _ahead_of_log(source: Feed, projection: Projection, cursors: Cursors) -> dict[str, int]:
    """The first version of each stream beyond these cursors, also of events that are not relayed yet."""
    if not feed.publisher_of(projection.topic):
        return _ahead(source, projection, cursors)
    log, count, versions = feed.of(feed.log_of(projection.topic)), len(cursors), dict[str, int]()
    for partition, cursor in cursors.items():
        place = partition % len(log.partitions), relayed.position(projection.topic, cursor)
        for batch in _batches(log, projection, *place):
            for message in batch.messages:
                if feed.partition_of(message.key, count) == partition:
                    versions.setdefault(message.key, envelope.peek(message.payload).version)
    return versions


def _ahead(source: Feed, projection: Projection, cursors: Cursors) -> dict[str, int]:
    """The first version of each stream beyond these cursors."""
    versions: dict[str, int] = {}
    for partition, cursor in cursors.items():
        for batch in _batches(source, projection, partition, cursor):
            for message in batch.messages:
                versions.setdefault(message.key, envelope.peek(message.payload).version)
    return versions


def _batches(source: Feed, projection: Projection, partition: int, after: Cursor) -> Iterator[Batch]:
    """All events that a partition has now: counted, so that it ends while further events keep arriving."""
    counted = feed.COUNTED
    while counted >= feed.COUNTED:
        left = counted = source.count(partition, after, projection.kinds)
        while True:
            batch = source.read(partition, after, projection.batch, projection.kinds)
            yield batch
            after, left = batch.cursor, left - len(batch.messages)
            if left <= 0 or not batch.messages:
                break


def _copy(source: Feed, projection: Projection, file: IO[bytes]) -> Cursors:
    """Copy what a feed has now to a file; return the cursors after it."""
    ends: Cursors = {}
    for partition in source.partitions:
        for batch in _batches(source, projection, partition, feed.START):
            file.writelines(LENGTH.pack(len(message.payload)) + message.payload for message in batch.messages)
            ends[partition] = batch.cursor
    return ends


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
