"""Stalled consumer groups: behind the end of a partition, with a checkpoint that no process moves."""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings

from thriftshop import clock
from thriftshop.event_store.models import Checkpoint, Lease
from thriftshop.events import checkpoints, feed
from thriftshop.events.feed import Cursor
from thriftshop.events.groups import Group
from thriftshop.telemetry import metrics

log = logging.getLogger("thriftshop.events")


class Stall(NamedTuple):
    """A stalled group: its position, its duration, the reason if known, and the holder of its lease."""

    group: str
    topic: str
    partition: int
    seconds: int
    cursor: str
    end: str
    waiting_for: str
    holder: str
    lease_ends_in_seconds: int


@dataclass(slots=True)
class _Position:
    """Since when a checkpoint has stood at a cursor, and whether that was reported."""

    cursor: str
    since: float
    reported: bool = False


class Stalls:
    """Watches the saved checkpoints of the groups of a process."""

    def __init__(self) -> None:
        self._positions: dict[tuple[str, int], _Position] = {}
        self._current: tuple[Stall, ...] = ()

    def current(self) -> tuple[Stall, ...]:
        """The groups that were stalled at the last check."""
        return self._current

    def check(self, groups: Iterable[Group], ends: Mapping[str, Mapping[int, Cursor]]) -> None:
        """Compare the checkpoints with the ends of their topics, as far as those are known."""
        rows = {(row.group, row.topic, row.partition): row for row in Checkpoint.objects.all()}
        checked = [
            self._check(group, partition, rows.get((group.name, group.topic, partition)), end)
            for group in groups
            for partition, end in ends.get(group.topic, {}).items()
        ]
        self._current = tuple(stall for stall in checked if stall is not None)

    def _check(self, group: Group, partition: int, row: Checkpoint | None, end: Cursor) -> Stall | None:
        cursor, now = checkpoints.current(row.pk, row.cursor) if row else feed.START, time.monotonic()
        position = self._positions.get((group.name, partition))
        if cursor == end or position is None or position.cursor != cursor:
            if position is not None and position.reported:
                log.info("group moves again", extra={"group": group.name, "partition": partition, "cursor": cursor})
            self._positions[group.name, partition] = position = _Position(cursor, now)
        seconds = int(now - position.since) if cursor != end else 0
        metrics.CONSUMER_STALLED.labels(group.name).set(seconds)
        if cursor == end or seconds < settings.CONSUMER_STALLED_SECONDS:
            return None
        stall = _stall(group, partition, seconds, row, end)
        if not position.reported:
            log.error("group stalled", extra=stall._asdict())
            position.reported = True
        return stall


def _stall(group: Group, partition: int, seconds: int, row: Checkpoint | None, end: Cursor) -> Stall:
    lease = Lease.objects.filter(pk=f"{group.name}/{partition}").first()
    ends_in = max(0, lease.held_until - clock.now()) // 1000 if lease else 0
    cursor, waiting_for = (row.cursor, row.waiting_for) if row else (feed.START, "")
    return Stall(
        group.name, group.topic, partition, seconds, cursor, end, waiting_for, lease.holder if lease else "", ends_in
    )
