"""The threads in which a server moves its groups: a lane each for what may wait, so that nothing waits for anybody else."""

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import close_old_connections, connections

from thriftshop import disk, migrating
from thriftshop.events import bus, stores
from thriftshop.events.consumers import PASSING, Group
from thriftshop.events.stalls import Stall, Stalls
from thriftshop.events.stores.remote import RemoteStore
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.events")
failures = repeats.Repeats(log)

# How often the own logs are looked at, for what another process of this context recorded.
POLL_SECONDS = 0.05
# So long the owner of a log is asked to wait for something new, at a time.
PATIENCE_SECONDS = 0.5
FULL_ROUND_SECONDS = 1.0
# How often it is looked whether the groups move.
STALL_LOOK_SECONDS = 1.0
SWEEP_LOOK_SECONDS = 0.25
LONGEST_REST_SECONDS = 5.0
MIGRATED_LOOK_SECONDS = 1.0
LONGEST_REST_WHILE_AWAY_SECONDS = 1.0


UNREACHABLE = "the database does not answer"
WAITS, FAILED = "group waits", "group failed"


class Runner(threading.Thread):
    """Moves all groups of this process, from where they stopped, whatever became of the last process.

    This thread looks at the heads of the logs kept here and tells the lanes whose logs have gone on; while nothing is
    recorded that look is all that is done, and a full round once a second, for what another process left behind.
    """

    def __init__(self) -> None:
        super().__init__(name="bus", daemon=True)
        self._stopping = threading.Event()
        self._lanes = [_made(name, list(groups), self._stopping) for name, groups in _by_lane(bus.groups())]
        self._sweeper = Sweeper(self._stopping) if bus.sweeps() else None
        self._heads: dict[str, int] = {}
        self._stalls = Stalls()
        self._stalls_seen_at = time.monotonic()

    def stalled(self) -> tuple[Stall, ...]:
        """The groups that nobody moves though they are behind."""
        return self._stalls.found()

    def run(self) -> None:
        """Starts the lanes, and tells them what is new until told to stop."""
        here = [one for lane in self._lanes if not isinstance(lane, RemoteLane) for one in lane.groups]
        try:
            self._wait_until_migrated()
            for thread in self._threads():
                thread.start()
            while not self._stopping.is_set():
                self._look(here)
                bus.wait_for_news(POLL_SECONDS)
        finally:
            connections.close_all()

    def _wait_until_migrated(self) -> None:
        """Moves nothing in a database that is not migrated: each group would fail again and again."""
        told = False
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
                if not told:
                    apps = ", ".join(sorted({app for app, _ in missing}))
                    about = {"missing": len(missing), "of": apps, "run": "manage.py migrate"}
                    log.error(
                        "the database is not migrated: this process is not ready, and no events move", extra=about
                    )
                    told = True
            self._stopping.wait(MIGRATED_LOOK_SECONDS)
        if told and not self._stopping.is_set():
            log.info("the database is migrated")

    def _look(self, here: Sequence[Group]) -> None:
        try:
            self._tell(here)
            if time.monotonic() - self._stalls_seen_at >= STALL_LOOK_SECONDS:
                self._look_for_stalls()
        except Exception as error:
            failures.report(logging.ERROR, "bus round failed", "", error)
            close_old_connections()
        else:
            failures.recovered("bus round failed", "")

    def _look_for_stalls(self) -> None:
        self._stalls_seen_at = time.monotonic()
        remote = {topic: head for lane in self._lanes if isinstance(lane, RemoteLane) for topic, head in lane.heads()}
        self._stalls.look([one for lane in self._lanes for one in lane.groups], self._heads | remote)

    def _tell(self, here: Sequence[Group]) -> None:
        heads = bus.heads_of(here)
        moved = {topic for topic, head in heads.items() if head != self._heads.get(topic)}
        self._heads = heads
        for lane in self._lanes:
            if any(one.topic in moved for one in lane.groups):
                lane.tell()

    def _threads(self) -> list[threading.Thread]:
        return [*self._lanes, *([self._sweeper] if self._sweeper else [])]

    def stop(self, timeout: float = 5.0) -> None:
        """Ends the threads after the batches in hand, and gives back what they held."""
        self._stopping.set()
        bus.wake()
        until = time.monotonic() + timeout
        for lane in self._lanes:
            lane.tell()
        for thread in (self, *self._threads()):
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
        bus.release()


class Lane(threading.Thread):
    """Moves some groups one after the other. A group that fails rests for a while, longer each time; the others go on."""

    def __init__(self, name: str, groups: Sequence[Group], stopping: threading.Event) -> None:
        super().__init__(name=f"bus {name}", daemon=True)
        self.groups = groups
        self._stopping = stopping
        self._news = threading.Event()
        self._resting: dict[str, tuple[float, float]] = {}  # until when, and for how long

    def tell(self) -> None:
        """Says that a log of these groups has gone on."""
        self._news.set()

    def run(self) -> None:
        """Moves the groups until told to stop."""
        try:
            while not self._stopping.is_set():
                if not self.round():
                    self._news.wait(self._pause())
                    self._news.clear()
        finally:
            connections.close_all()

    def round(self) -> int:
        """Lets each group take a batch; gives how many events were taken."""
        return sum(self.pump(one) for one in self.groups)

    def _pause(self) -> float:
        """Until the next full round, or until somebody has rested enough."""
        now = time.monotonic()
        return min([FULL_ROUND_SECONDS, *(max(0.0, until - now) for until, _ in self._resting.values())])

    def pump(self, one: Group, head: int | None = None) -> int:
        """Lets a group take a batch, unless it rests; gives how many events it took."""
        until, rest = self._resting.get(one.name, (0.0, POLL_SECONDS))
        if time.monotonic() < until:
            return 0
        try:
            moved = bus.pump(one, head)
        except Exception as error:
            self._let_rest(one, rest, error)
            return 0
        if self._resting.pop(one.name, None):
            for message in (WAITS, FAILED):
                failures.recovered(message, one.name, {"group": one.name})
        return moved

    def _let_rest(self, one: Group, rest: float, error: Exception) -> None:
        disk.note(error)
        about = {"group": one.name, "rests_seconds": rest, "problem": repr(error)}
        if isinstance(error, PASSING):
            failures.report(logging.WARNING, WAITS, one.name, extra=about)
        else:
            failures.report(logging.ERROR, FAILED, one.name, error, about)
        self._resting[one.name] = (time.monotonic() + rest, min(rest * 2, LONGEST_REST_SECONDS))
        close_old_connections()


class RemoteLane(Lane):
    """Moves groups that take a log which another process keeps: has its owner say when it has gone on.

    An owner that is away is asked less and less often, down to once a second; it is logged when it goes and comes.
    """

    def __init__(self, name: str, groups: Sequence[Group], stopping: threading.Event) -> None:
        super().__init__(name, groups, stopping)
        self._seen = -1  # where the log ended when nothing was left to take
        self._end: int | None = None  # where it ended when its owner last said so
        self._away_for = 0.0  # how long to rest, while the owner is away

    def run(self) -> None:
        """Moves the groups until told to stop."""
        try:
            while not self._stopping.is_set():
                self._stopping.wait(self._look())
        finally:
            connections.close_all()

    def heads(self) -> list[tuple[str, int]]:
        """Where the log of this lane ends, as its topic and position; nothing where its owner is away."""
        return [] if self._end is None else [(self.groups[0].topic, self._end)]

    def _look(self) -> float:
        """Waits for the log to go on and takes what there is; gives how long to rest before the next look."""
        asked_at, patience = time.monotonic(), min(PATIENCE_SECONDS, self._pause())
        try:
            head = self._head(patience)
        except Exception as error:
            return self._miss(error)
        if self._away_for:
            log.info("owner is back", extra={"topic": self.groups[0].topic})
            self._away_for = 0.0
        self._end = head
        while sum(self.pump(one, head) for one in self.groups) and not self._stopping.is_set():
            pass
        # Who had no time to wait answers at once: then the log is looked at again and again.
        waited = head != self._seen or time.monotonic() - asked_at >= patience / 2
        self._seen = head
        return 0.0 if waited else POLL_SECONDS

    def _head(self, patience: float) -> int:
        source = stores.store(self.groups[0].topic)
        with bus.asking_for(self.groups[0]):
            return source.await_head(self._seen, patience) if isinstance(source, RemoteStore) else source.head()

    def _miss(self, error: Exception) -> float:
        self._end = None
        if not self._away_for:
            problem = {"topic": self.groups[0].topic, "problem": repr(error)}
            log.warning("owner is away", exc_info=None if isinstance(error, PASSING) else error, extra=problem)
        self._away_for = min(self._away_for * 2 or POLL_SECONDS, LONGEST_REST_WHILE_AWAY_SECONDS)
        close_old_connections()
        return self._away_for


class Sweeper(threading.Thread):
    """Runs the contexts' periodic work when it is due. What fails is logged, and due again at its time."""

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__(name="bus sweeps", daemon=True)
        self._stopping = stopping

    def run(self) -> None:
        """Sweeps until told to stop."""
        try:
            while not self._stopping.is_set():
                self._sweep()
                self._stopping.wait(SWEEP_LOOK_SECONDS)
        finally:
            connections.close_all()

    def _sweep(self) -> None:
        try:
            bus.sweep(only_due=True)
        except PASSING as error:
            failures.report(logging.WARNING, "sweep waits", "", extra={"problem": repr(error)})
            close_old_connections()
        except Exception as error:
            failures.report(logging.ERROR, "sweep failed", "", error)
            close_old_connections()


def _by_lane(groups: Iterable[Group]) -> Iterable[tuple[str, Iterable[Group]]]:
    return groupby(sorted(groups, key=bus.lane), key=bus.lane)


def _made(name: str, groups: Sequence[Group], stopping: threading.Event) -> Lane:
    """A lane for groups that share one; those that share one take logs kept here, or all the same owner's."""
    kind = Lane if stores.is_kept_here(groups[0].topic) else RemoteLane
    return kind(name, groups, stopping)
