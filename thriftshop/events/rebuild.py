"""Rebuilding projections from the events, and proving that what was applied live equals what is rebuilt."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models, transaction

from thriftshop.events import envelope
from thriftshop.events.consumers import Projection
from thriftshop.events.models import Consumer, DeadLetter
from thriftshop.events.stores import store

Progress = Callable[[int], Any]


class _Rollback(Exception):
    """Ends the trial transaction of `differences`."""


def rebuild(projection: Projection, progress: Progress = lambda _: None) -> int:
    """Empties a projection's tables and applies every event again, in one transaction; gives how many events those were.

    `progress` is called with the size of each batch. Readers see the old tables until the new ones stand.
    """
    with transaction.atomic():
        consumer, _ = Consumer.objects.select_for_update().get_or_create(group=projection.name, topic=projection.topic)
        return _replay(projection, consumer, store(projection.topic).head(), progress)


def _replay(projection: Projection, consumer: Consumer, until: int, progress: Progress) -> int:
    for table in reversed(projection.tables):
        table._default_manager.all()._raw_delete(table._default_manager.db)
    DeadLetter.objects.filter(group=projection.name).delete()
    position = applied = 0
    source = store(projection.topic)
    while rows := [row for row in source.read_log(position, projection.batch, projection.kinds) if row[0] <= until]:
        projection.apply([envelope.decode(payload) for _, payload in rows])
        position, applied = rows[-1][0], applied + len(rows)
        progress(len(rows))
    Consumer.objects.filter(pk=consumer.pk).update(position=position)
    return applied


def differences(projection: Projection, progress: Progress = lambda _: None) -> list[str]:
    """The tables in which a rebuild would differ from what stands; nothing is changed. The projection must be caught up."""
    before = {table: digest(table) for table in projection.tables}
    changed: list[str] = []
    try:
        with transaction.atomic():
            consumer, _ = Consumer.objects.get_or_create(group=projection.name, topic=projection.topic)
            _replay(projection, consumer, consumer.position, progress)
            changed = [table._meta.label for table in projection.tables if digest(table) != before[table]]
            raise _Rollback
    except _Rollback:
        return changed


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
