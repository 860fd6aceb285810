"""The threads that process consumer groups, one for each lane: a group that waits delays no other lane."""

import logging
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from django.db import close_old_connections, connections

from thriftshop.database import disk
from thriftshop.events import batches, effects, feed, groups, processor
from thriftshop.events.feed import Cursor
from thriftshop.events.groups import Group, Projection
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.events")
failures = repeats.Repeats(log)

# The duration of one request to another process to wait for new events.
TIMEOUT_SECONDS = 0.5
FULL_ROUND_SECONDS = 1.0
FIRST_REST_SECONDS = 0.05
MAX_PAUSE_SECONDS = 5.0
MAX_PAUSE_WHILE_UNREACHABLE_SECONDS = 1.0
PROJECTION_SECONDS = 0.025
"""The least time between two batches of projections: what is recorded meanwhile is projected in one transaction."""

WAITS, FAILED = "group waits", "group failed"


class Worker(threading.Thread):
    """Processes the groups of one lane. A group that fails pauses, longer each time; the others continue."""

    def __init__(self, name: str, members: Sequence[Group], stopping: threading.Event) -> None:
        super().__init__(name=f"events {name}", daemon=True)
        self.groups = members
        self._stopping = stopping
        self._woken = threading.Event()
        self._pending = {group.name for group in members}
        self._pending_lock = threading.Lock()
        self._full_round_at = float("-inf")
        self._resting: dict[str, tuple[float, float]] = {}  # until when, and for how long

    def wake(self, names: Iterable[str] = ()) -> None:
        """Tell the worker that there are new events for these groups."""
        self._keep_pending(names)
        self._woken.set()

    def _keep_pending(self, names: Iterable[str]) -> None:
        with self._pending_lock:
            self._pending.update(names)

    def run(self) -> None:
        """Process the groups until stopped."""
        rest = PROJECTION_SECONDS if isinstance(self.groups[0], Projection) else 0.0
        try:
            while not self._stopping.is_set():
                processed = self.round()
                if not processed:
                    self._woken.wait(self._pause())
                    self._woken.clear()
                elif processed < self.groups[0].batch:
                    self._stopping.wait(rest)
        finally:
            connections.close_all()

    def round(self) -> int:
        """Let the groups that have new events process a batch, once a second every group; return how many events those were."""
        due = self._due()
        members = [group for group in self.groups if group.name in due and not processor.is_elsewhere(group)]
        processed = self._process_together(members)
        return sum(processed.values()) + sum(self.process(group) for group in members if group.name not in processed)

    def _process_together(self, members: Iterable[Group]) -> dict[str, int]:
        """Let the projections that do not rest process a batch in one transaction; return how many events, by group."""
        projections = [group for group in members if isinstance(group, Projection) and group.name not in self._resting]
        if len(projections) < 2:
            return {}
        processed = batches.process(projections)
        self._keep_pending(name for name, count in processed.items() if count >= Projection.batch)
        return processed

    def _due(self) -> set[str]:
        """The groups to process now."""
        if time.monotonic() >= self._full_round_at:
            self._full_round_at = time.monotonic() + FULL_ROUND_SECONDS
            self._keep_pending(group.name for group in self.groups)
        with self._pending_lock:
            due, self._pending = self._pending, set()
        return due

    def _pause(self) -> float:
        """The seconds until the next full round, or until a group has rested."""
        now = time.monotonic()
        return min([FULL_ROUND_SECONDS, *(max(0.0, until - now) for until, _ in self._resting.values())])

    def process(self, group: Group, ends: Mapping[int, Cursor] | None = None) -> int:
        """Let a group process a batch, unless it rests; return how many events that were."""
        until, rest = self._resting.get(group.name, (0.0, FIRST_REST_SECONDS))
        if time.monotonic() < until:
            self._keep_pending([group.name])
            return 0
        try:
            processed = processor.process(group, ends, keep=True)
        except Exception as error:
            self._let_rest(group, rest, error)
            return 0
        if processed >= group.batch:  # there may be more
            self._keep_pending([group.name])
        if self._resting.pop(group.name, None):
            for message in (WAITS, FAILED):
                failures.recovered(message, group.name, {"group": group.name})
        return processed

    def _let_rest(self, group: Group, rest: float, error: Exception) -> None:
        disk.note(error)
        details = {"group": group.name, "rests_seconds": rest, "problem": repr(error)}
        if isinstance(error, effects.TRANSIENT):
            failures.report(logging.WARNING, WAITS, group.name, extra=details)
        else:
            failures.report(logging.ERROR, FAILED, group.name, error, details)
        self._keep_pending([group.name])
        self._resting[group.name] = (time.monotonic() + rest, min(rest * 2, MAX_PAUSE_SECONDS))
        close_old_connections()


class RemoteWorker(Worker):
    """Processes groups whose topic another process hosts, and asks that process to answer when there are new events.

    While it does not answer it is asked less and less often, down to once a second.
    """

    def __init__(self, name: str, members: Sequence[Group], stopping: threading.Event) -> None:
        super().__init__(name, members, stopping)
        self.topic = members[0].topic
        self.ends: dict[int, Cursor] = {}
        """The last known ends of the topic; empty while the other process does not answer."""
        self._away_for = 0.0

    def run(self) -> None:
        """Process the groups until stopped."""
        try:
            while not self._stopping.is_set():
                self._stopping.wait(self._poll())
        finally:
            connections.close_all()

    def _poll(self) -> float:
        """Wait for new events and process them; return the seconds to rest before the next look."""
        known_ends, polled_at, patience = self.ends, time.monotonic(), min(TIMEOUT_SECONDS, self._pause())
        try:
            with groups.as_caller(self.groups[0].name):
                self.ends = feed.of(self.topic).wait(known_ends, patience)
        except Exception as error:
            return self._miss(error)
        if self._away_for:
            log.info("the topic's process answers again", extra={"topic": self.topic})
            self._away_for = 0.0
        while sum(self.process(group, self.ends) for group in self.groups) and not self._stopping.is_set():
            pass
        # A process that is too busy to wait answers immediately: it must not be polled in a tight loop.
        waited = self.ends != known_ends or time.monotonic() - polled_at >= patience / 2
        return 0.0 if waited else feed.POLL_SECONDS

    def _miss(self, error: Exception) -> float:
        self.ends = {}
        if not self._away_for:
            details = {"topic": self.topic, "problem": repr(error)}
            unexpected = None if isinstance(error, effects.TRANSIENT) else error
            log.warning("the topic's process does not answer", exc_info=unexpected, extra=details)
        self._away_for = min(self._away_for * 2 or FIRST_REST_SECONDS, MAX_PAUSE_WHILE_UNREACHABLE_SECONDS)
        close_old_connections()
        return self._away_for


def by_lane(members: Iterable[Group]) -> Iterable[tuple[str, Iterable[Group]]]:
    return groupby(sorted(members, key=processor.lane), key=processor.lane)


def worker(name: str, members: Sequence[Group], stopping: threading.Event) -> Worker:
    """A worker for groups of one lane, whose topics are all read here or all at one other process."""
    kind = Worker if feed.is_local(members[0].topic) else RemoteWorker
    return kind(name, members, stopping)
