"""The threads in which a server processes its consumer groups and jobs: a group that waits delays no other."""

import logging
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from django.db import close_old_connections, connections

from thriftshop.database import disk, migrating
from thriftshop.events import broadcast, effects, feed, groups, leases, processor, schedule, streams, wakeups
from thriftshop.events.feed import Cursor
from thriftshop.events.groups import Group
from thriftshop.events.news import News
from thriftshop.events.stalls import Stall, Stalls
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.events")
failures = repeats.Repeats(log)

# The duration of one request to another process to wait for new events.
TIMEOUT_SECONDS = 0.5
FULL_ROUND_SECONDS = 1.0
STALL_CHECK_SECONDS = 1.0
JOB_CHECK_SECONDS = 0.25
FIRST_REST_SECONDS = 0.05
MAX_PAUSE_SECONDS = 5.0
MAX_PAUSE_WHILE_UNREACHABLE_SECONDS = 1.0
MIGRATED_CHECK_SECONDS = 1.0
ROUND_SECONDS = 0.01
"""The least time between two looks for new events: what is recorded meanwhile is processed in one batch."""

UNREACHABLE = "the database does not answer"
ROUND_FAILED = "round failed"
WAITS, FAILED = "group waits", "group failed"


class Supervisor(threading.Thread):
    """Starts a worker per lane, watches the topics hosted here for all of them, and looks for stalled groups."""

    def __init__(self) -> None:
        super().__init__(name="events", daemon=True)
        self._stopping = threading.Event()
        self._workers = [_worker(name, list(members), self._stopping) for name, members in _by_lane(groups.hosted())]
        self._scheduler = Scheduler(self._stopping) if schedule.jobs() else None
        self._news = News(
            [group for worker in self._workers if not isinstance(worker, RemoteWorker) for group in worker.groups]
        )
        self._broadcasts: list[broadcast.Broadcast] = []
        self._stalls = Stalls()
        self._stalls_seen_at = time.monotonic()

    def stalled(self) -> tuple[Stall, ...]:
        """The groups that are behind and not moved by any process."""
        return self._stalls.current()

    def run(self) -> None:
        """Start the threads, and wake them for new events until stopped."""
        try:
            self._wait_until_migrated()
            processor.forget()
            for thread in self._threads():
                thread.start()
            self._broadcasts = broadcast.start()
            while not self._stopping.is_set():
                count = wakeups.count()
                self._poll()
                self._stopping.wait(ROUND_SECONDS)
                wakeups.wait(count, feed.POLL_SECONDS - ROUND_SECONDS)
        finally:
            connections.close_all()

    def _wait_until_migrated(self) -> None:
        """Process nothing in a database that is not migrated: each group would fail again and again."""
        reported = False
        while not self._stopping.is_set():
            try:
                missing = migrating.missing()
            except Exception as error:
                failures.report(logging.ERROR, UNREACHABLE, "", error)
                close_old_connections()
            else:
                failures.recovered(UNREACHABLE, "")
                if not missing:
                    break
                if not reported:
                    apps = ", ".join(sorted({app for app, _ in missing}))
                    details = {"missing": len(missing), "of": apps, "run": "manage.py migrate"}
                    log.error("the database is not migrated: not ready, and no events are processed", extra=details)
                    reported = True
            self._stopping.wait(MIGRATED_CHECK_SECONDS)
        if reported and not self._stopping.is_set():
            log.info("the database is migrated")

    def _poll(self) -> None:
        try:
            self._wake(self._news.groups())
            if time.monotonic() - self._stalls_seen_at >= STALL_CHECK_SECONDS:
                self._check_stalls()
        except Exception as error:
            failures.report(logging.ERROR, ROUND_FAILED, "", error)
            close_old_connections()
        else:
            failures.recovered(ROUND_FAILED, "")

    def _check_stalls(self) -> None:
        self._stalls_seen_at = time.monotonic()
        remote = {
            worker.topic: worker.ends for worker in self._workers if isinstance(worker, RemoteWorker) and worker.ends
        }
        self._stalls.check([group for worker in self._workers for group in worker.groups], self._news.ends | remote)

    def _wake(self, names: Collection[str]) -> None:
        for worker in self._workers:
            if affected := [group.name for group in worker.groups if group.name in names]:
                worker.wake(affected)

    def _threads(self) -> list[threading.Thread]:
        return [*self._workers, *([self._scheduler] if self._scheduler else [])]

    def stop(self, timeout: float = 5.0) -> None:
        """End the threads after the batches they process, and release their leases."""
        self._stopping.set()
        broadcast.stop()
        wakeups.notify()
        until = time.monotonic() + timeout
        for worker in self._workers:
            worker.wake()
        for thread in (self, *self._threads(), *self._broadcasts):
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
        leases.release()


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
        try:
            while not self._stopping.is_set():
                if not self.round():
                    self._woken.wait(self._pause())
                    self._woken.clear()
        finally:
            connections.close_all()

    def round(self) -> int:
        """Let the groups that have new events process a batch, once a second every group; return how many events those were."""
        due = self._due()
        return sum(self.process(group) for group in self.groups if group.name in due)

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


class Scheduler(threading.Thread):
    """Runs the jobs that are due. A failure is logged, and the job runs again at its next time."""

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__(name="jobs", daemon=True)
        self._stopping = stopping

    def run(self) -> None:
        """Run jobs until stopped."""
        try:
            while not self._stopping.is_set():
                self._run_due()
                self._stopping.wait(JOB_CHECK_SECONDS)
        finally:
            connections.close_all()

    def _run_due(self) -> None:
        try:
            schedule.run(only_due=True)
        except effects.TRANSIENT as error:
            failures.report(logging.WARNING, "job waits", "", extra={"problem": repr(error)})
            close_old_connections()
        except Exception as error:
            failures.report(logging.ERROR, "job failed", "", error)
            close_old_connections()


def _by_lane(members: Iterable[Group]) -> Iterable[tuple[str, Iterable[Group]]]:
    return groupby(sorted(members, key=processor.lane), key=processor.lane)


def _worker(name: str, members: Sequence[Group], stopping: threading.Event) -> Worker:
    """A worker for groups of one lane, whose topics are all hosted here or all by one other process."""
    kind = Worker if streams.is_hosted(members[0].topic) else RemoteWorker
    return kind(name, members, stopping)
