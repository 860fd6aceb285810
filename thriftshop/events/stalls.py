"""Stalled consumer groups: behind the end of their log, at a position that nobody moves, whoever holds the lease."""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings

from thriftshop import clock
from thriftshop.events.consumers import Group
from thriftshop.events.models import Consumer
from thriftshop.telemetry import metrics

log = logging.getLogger("thriftshop.events")


class Stall(NamedTuple):
    """A stalled group: where it is and for how long, and who holds its lease for how long still."""

    group: str
    topic: str
    seconds: int
    position: int
    head: int
    holder: str
    lease_ends_in_seconds: int


@dataclass(slots=True)
class _Standing:
    """A group that is behind: at which position, since when, and whether that was reported."""

    position: int
    since: float
    reported: bool = False


class Stalls:
    """Watches the groups of a process by their stored positions."""

    def __init__(self) -> None:
        self._standing: dict[str, _Standing] = {}
        self._found: tuple[Stall, ...] = ()

    def found(self) -> tuple[Stall, ...]:
        """The groups that were stalled at the last look."""
        return self._found

    def look(self, groups: Iterable[Group], heads: Mapping[str, int]) -> None:
        """Compares the groups' positions with the ends of their logs; a log whose end is not known is left out."""
        rows = {(row.group, row.topic): row for row in Consumer.objects.all()}
        looked = [
            self._look_at(one, rows.get((one.name, one.topic)), heads[one.topic])
            for one in groups
            if one.topic in heads
        ]
        self._found = tuple(stall for stall in looked if stall is not None)

    def _look_at(self, group: Group, consumer: Consumer | None, head: int) -> Stall | None:
        position, now = consumer.position if consumer else 0, time.monotonic()
        standing = self._standing.get(group.name)
        if position >= head or standing is None or standing.position != position:
            if standing is not None and standing.reported:
                log.info("group moves again", extra={"group": group.name, "position": position})
            self._standing[group.name] = standing = _Standing(position, now)
        seconds = int(now - standing.since) if position < head else 0
        metrics.CONSUMER_STALLED.labels(group.name).set(seconds)
        if seconds < settings.CONSUMER_STALLED_SECONDS or position >= head:
            return None
        holder, ends = (consumer.holder, consumer.held_until - clock.now()) if consumer else ("", 0)
        stall = Stall(group.name, group.topic, seconds, position, head, holder, max(0, ends // 1000))
        if not standing.reported:
            log.error("group stalled", extra=stall._asdict())
            standing.reported = True
        return stall
