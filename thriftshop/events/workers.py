"""The threads in which a server processes its consumer groups and jobs: a group that waits delays no other."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence

from django.db import close_old_connections, connections

from thriftshop.database import migrating
from thriftshop.events import (
    assignments,
    broadcast,
    checkpoints,
    effects,
    feed,
    groups,
    lanes,
    leases,
    processor,
    schedule,
    streams,
    wakeups,
)
from thriftshop.events.groups import Group
from thriftshop.events.news import News
from thriftshop.events.stalls import Stall, Stalls
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.events")
failures = repeats.Repeats(log)

STALL_CHECK_SECONDS = 1.0
JOB_CHECK_SECONDS = 0.25
MIGRATED_CHECK_SECONDS = 1.0
ROUND_SECONDS = 0.01
"""The least time between two looks for new events: what is recorded meanwhile is processed in one batch."""

UNREACHABLE = "the database does not answer"
ROUND_FAILED = "round failed"


class Supervisor(threading.Thread):
    """Starts a worker per lane, watches the topics hosted here for all of them, and looks for stalled groups."""

    def __init__(self, members: Sequence[Group] | None = None, *, is_server: bool = True) -> None:
        """Process these groups, or all that are hosted; a server also runs jobs and broadcasts."""
        super().__init__(name="events", daemon=True)
        self._is_server = is_server
        self._stopping = threading.Event()
        self._workers = [
            lanes.worker(name, list(of_lane), self._stopping)
            for name, of_lane in lanes.by_lane(groups.hosted() if members is None else members)
        ]
        self._scheduler = Scheduler(self._stopping) if is_server and schedule.jobs() else None
        self._news = News(
            [
                group
                for worker in self._workers
                if not isinstance(worker, lanes.RemoteWorker)
                for group in worker.groups
            ],
            {member.topic for member in broadcast.subscriptions() if streams.is_hosted(member.topic)},
        )
        self._broadcasts: list[broadcast.Broadcast] = []
        self._leave: Callable[[], None] = lambda: None
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
            self._leave = assignments.start([group for worker in self._workers for group in worker.groups])
            for thread in self._threads():
                thread.start()
            if self._is_server:
                self._broadcasts = broadcast.start()
            while not self._stopping.is_set():
                count = wakeups.count()
                self._poll()
                self._stopping.wait(ROUND_SECONDS)
                wakeups.wait(count, feed.POLL_SECONDS - ROUND_SECONDS)
        finally:
            broadcast.stop()  # also if `stop` was called while they were started
            self._leave()
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
            worker.topic: worker.ends
            for worker in self._workers
            if isinstance(worker, lanes.RemoteWorker) and worker.ends
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
        for threads in ([self], self._threads(), self._broadcasts):
            for thread in threads:
                if thread.ident is not None:
                    thread.join(max(0.0, until - time.monotonic()))
        checkpoints.save()
        leases.release()


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
            schedule.run(only_due=True, report=_report)
        except Exception:
            close_old_connections()


def _report(job: schedule.Job, error: Exception) -> None:
    if isinstance(error, effects.TRANSIENT):
        failures.report(logging.WARNING, "job waits", job.name, extra={"job": job.name, "problem": repr(error)})
    else:
        failures.report(logging.ERROR, "job failed", job.name, error, {"job": job.name})
