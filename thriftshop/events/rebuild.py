"""Rebuilding projections from the events, and proving that what was applied live equals what is rebuilt."""

import hashlib
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.db import models, transaction

from thriftshop.events import bus, envelope
from thriftshop.events.consumers import Projection
from thriftshop.events.models import Consumer, DeadLetter
from thriftshop.events.stores import Store, is_kept_here, store

Progress = Callable[[int], Any]
Rows = list[tuple[int, bytes]]
ENTRY = struct.Struct(">qI")  # an event in the copy of a log: its position and how long its bytes are


@dataclass(frozen=True, slots=True)
class Log:
    """A log to replay from: where it ends, and its events in batches."""

    head: int
    batches: Callable[[], Iterable[Rows]]


class _Rollback(Exception):
    """Ends the trial transaction of `differences`."""


def rebuild(projection: Projection, progress: Progress = lambda _: None) -> int:
    """Empties a projection's tables and applies every event again, in one transaction; gives how many events those were.

    `progress` is called with the size of each batch. Readers see the old tables until the new ones stand.
    """
    with _held(projection) as (consumer, log):
        return _replay(projection, consumer, log, log.head, progress)


def _replay(projection: Projection, consumer: Consumer, log: Log, until: int, progress: Progress) -> int:
    for table in reversed(projection.tables):
        table._default_manager.all()._raw_delete(table._default_manager.db)
    DeadLetter.objects.filter(group=projection.name).delete()
    position = applied = 0
    for batch in log.batches():
        rows = [row for row in batch if row[0] <= until]
        if not rows:
            break
        projection.apply([envelope.decode(payload) for _, payload in rows])
        position, applied = rows[-1][0], applied + len(rows)
        progress(len(rows))
    Consumer.objects.filter(pk=consumer.pk).update(position=position)
    return applied


def differences(projection: Projection, progress: Progress = lambda _: None) -> list[str]:
    """The tables in which a rebuild would differ from what stands; nothing is changed. The projection must be caught up."""
    changed: list[str] = []
    try:
        with _held(projection) as (consumer, log):
            before = {table: digest(table) for table in projection.tables}
            _replay(projection, consumer, log, consumer.position, progress)
            changed = [table._meta.label for table in projection.tables if digest(table) != before[table]]
            raise _Rollback
    except _Rollback:
        return changed


@contextmanager
def _held(projection: Projection) -> Iterator[tuple[Consumer, Log]]:
    """A transaction in which nobody else moves the projection, and the log that it is to be replayed from.

    A log that another process keeps is copied to a file first: there are no calls inside a transaction.
    """
    source = store(projection.topic)
    if is_kept_here(projection.topic):
        with transaction.atomic():
            consumer = _lock(projection)
            yield consumer, Log(source.head(), lambda: _batches(source, projection))
        return
    held = False
    while not held:
        with tempfile.TemporaryFile() as file:
            log = _copied(source, projection, file)
            with transaction.atomic():
                consumer = _lock(projection)
                # Where it has moved beyond the copy meanwhile, the copy is made anew.
                held = consumer.position <= log.head
                if held:
                    yield consumer, log


def _lock(projection: Projection) -> Consumer:
    found, _ = Consumer.objects.select_for_update().get_or_create(group=projection.name, topic=projection.topic)
    return found


def _batches(source: Store, projection: Projection) -> Iterator[Rows]:
    position = 0
    while rows := source.read_log(position, projection.batch, projection.kinds):
        yield rows
        position = rows[-1][0]


def _copied(source: Store, projection: Projection, file: IO[bytes]) -> Log:
    with bus.asking_for(projection):
        head = source.head()
        for rows in _batches(source, projection):
            for position, payload in rows:
                file.write(ENTRY.pack(position, len(payload)) + payload)
    return Log(head, lambda: _read_back(file, projection.batch))


def _read_back(file: IO[bytes], size: int) -> Iterator[Rows]:
    file.seek(0)
    rows: Rows = []
    while entry := file.read(ENTRY.size):
        position, length = ENTRY.unpack(entry)
        rows.append((position, file.read(length)))
        if len(rows) == size:
            yield rows
            rows = []
    if rows:
        yield rows


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
