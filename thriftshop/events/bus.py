"""The local bus: hands recorded events to the consumer groups of this process, in order, from where each had stopped."""

import importlib
import importlib.util
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import close_old_connections

from thriftshop import circumstances, clock

if TYPE_CHECKING:
    from thriftshop.events.consumers import Group, Sweep
    from thriftshop.events.envelope import Recorded
    from thriftshop.events.models import Consumer

log = logging.getLogger("thriftshop.events")

LEASE_MS = 10_000
POLL_SECONDS = 0.05
FULL_ROUND_SECONDS = 1.0
LONGEST_REST_SECONDS = 5.0
Follower = Callable[["Recorded"], None]

_news = threading.Event()
_pumping = threading.RLock()
_host = socket.gethostname()
_followers: list[Follower] = []
_due: dict[str, float] = {}


def wake() -> None:
    """Says that something was recorded."""
    _news.set()


@lru_cache(maxsize=1)
def groups() -> tuple["Group", ...]:
    """The consumer groups of all contexts hosted here: `PROJECTIONS` and `REACTIONS` of their modules, and the relays."""
    from thriftshop.events import relay

    return (*_declared("projections", "PROJECTIONS"), *_declared("reactions", "REACTIONS"), *relay.relays())


def _declared(module_name: str, variable: str) -> list[Any]:
    """What the hosted contexts declare under a name in one of their modules, where they have that module."""
    found: list[Any] = []
    for context in settings.CONTEXTS:
        name = f"apps.{context}.{module_name}"
        if importlib.util.find_spec(name) is not None:
            found.extend(getattr(importlib.import_module(name), variable, ()))
    return found


def group(name: str) -> "Group":
    """The group of this name. Raises LookupError, naming those there are."""
    for one in groups():
        if one.name == name:
            return one
    raise LookupError(f"No consumer group is called {name!r}; there are: {', '.join(g.name for g in groups())}.")


def follow(follower: Follower) -> Callable[[], None]:
    """Calls `follower` with each event that the relay publishes in this process from now on; gives a way to stop."""
    _followers.append(follower)
    return lambda: _followers.remove(follower)


def publish(records: Sequence["Recorded"]) -> None:
    """Hands relayed events to the followers in this process. A follower that fails is logged and passed over."""
    for record in records:
        for follower in list(_followers):
            try:
                follower(record)
            except Exception:
                log.exception("follower failed", extra={"kind": record.kind})


def pump(one: "Group") -> int:
    """Lets a group take the next batch; gives how many events it took. 0 where there is none or another process has it."""
    from thriftshop.events.consumers import consume
    from thriftshop.events.stores import store

    with _pumping:
        consumer = _consumer(one)
        source = store(one.topic)
        head = source.head()
        rows = source.read_log(consumer.position, one.batch, one.kinds)
        if not rows and head > consumer.position and _hold(consumer):
            # Nothing up to here is of its kinds: not to be looked through again at every round.
            _pass_over(consumer, head)
        if rows and not _holds(consumer):
            if not _hold(consumer):
                return 0
            # Another process may have moved it between the first look and the hold.
            consumer.refresh_from_db()
            if consumer.position >= rows[0][0]:
                rows = source.read_log(consumer.position, one.batch, one.kinds)
        return consume(one, consumer, rows) if rows else 0


def _pass_over(consumer: "Consumer", head: int) -> None:
    from thriftshop.events.models import Consumer

    Consumer.objects.filter(pk=consumer.pk, position=consumer.position).update(position=head)


def _consumer(one: "Group") -> "Consumer":
    from thriftshop.events.models import Consumer

    found, _ = Consumer.objects.get_or_create(group=one.name, topic=one.topic)
    return found


def _holder() -> str:
    """Who holds leases here; workers that were forked are each somebody else."""
    return f"{_host}:{os.getpid()}"


def _holds(consumer: "Consumer") -> bool:
    return consumer.holder == _holder() and consumer.held_until > clock.now() + LEASE_MS // 2


def _hold(consumer: "Consumer") -> bool:
    """Takes or prolongs the lease on a group, so that one process at a time moves it."""
    from django.db.models import Q

    from thriftshop.events.models import Consumer

    if _holds(consumer):
        return True
    now = clock.now()
    free = Consumer.objects.filter(Q(holder=_holder()) | Q(held_until__lt=now), pk=consumer.pk)
    return bool(free.update(holder=_holder(), held_until=now + LEASE_MS))


def release() -> None:
    """Gives back all leases of this process."""
    from thriftshop.events.models import Consumer

    Consumer.objects.filter(holder=_holder()).update(holder="", held_until=0)


def lag(one: "Group") -> int:
    """How many events a group has yet to take; counted up to 10,000."""
    from thriftshop.events.stores import store

    return len(store(one.topic).read_log(_consumer(one).position, 10_000, one.kinds))


def drain(timeout: float = 60.0, of: Sequence["Group"] | None = None) -> int:
    """Lets all groups, or those `of` a choice, take all there is, and what follows; gives how many events were taken.

    Raises TimeoutError, naming the groups that are behind, where that takes longer than `timeout` seconds.
    """
    until, taken = time.monotonic() + timeout, 0
    while behind := _behind(groups() if of is None else of):
        moved = sum(pump(one) for one in behind)
        taken += moved
        if moved == 0:
            late = [one.name for one in behind if lag(one)]
            if not late:
                return taken
            if time.monotonic() > until:
                raise TimeoutError(f"Still behind after {timeout:g} s: {', '.join(late)}.")
            time.sleep(0.02)
    return taken


def _behind(among: Sequence["Group"]) -> list["Group"]:
    """The groups whose logs have gone on since they last looked."""
    from thriftshop.events.models import Consumer
    from thriftshop.events.stores import store

    heads = {topic: store(topic).head() for topic in {one.topic for one in among}}
    positions = {row[:2]: row[2] for row in Consumer.objects.values_list("group", "topic", "position")}
    return [one for one in among if positions.get((one.name, one.topic), 0) < heads[one.topic]]


def sweep(only_due: bool = False) -> list[str]:
    """Runs the contexts' periodic work, all of it or what is due; gives the names of what ran."""
    ran = []
    for one in sweeps():
        if only_due and time.monotonic() < _due.get(one.name, 0):
            continue
        _due[one.name] = time.monotonic() + one.every_seconds
        with circumstances.within(circumstances.Circumstances(caller=one.name.partition(".")[0])):
            one.run()
        ran.append(one.name)
    return ran


@lru_cache(maxsize=1)
def sweeps() -> tuple["Sweep", ...]:
    """The periodic work of all contexts hosted here."""
    return tuple(_declared("reactions", "SWEEPS"))


class Runner(threading.Thread):
    """The thread in which a server moves its groups; starts where they stopped, whatever became of the last process.

    A group that fails rests for a while, longer each time; the others go on. While nothing is recorded, a look at
    the heads of the logs is all that is done, and a full round once a second, for what another process left behind.
    """

    def __init__(self) -> None:
        super().__init__(name="bus", daemon=True)
        self._stopping = threading.Event()
        self._resting: dict[str, tuple[float, float]] = {}  # until when, and for how long
        self._quiet: tuple[tuple[int, ...], float] = ((), 0.0)  # the heads when nothing was left, and until when

    def run(self) -> None:
        """Moves all groups until told to stop."""
        while not self._stopping.is_set():
            try:
                moved = self._round()
                sweep(only_due=True)
            except Exception:
                log.exception("bus round failed")
                moved = 0
                close_old_connections()
            if moved == 0:
                _news.wait(POLL_SECONDS)
                _news.clear()

    def _round(self) -> int:
        heads = _heads()
        if heads == self._quiet[0] and time.monotonic() < self._quiet[1]:
            return 0
        moved = sum(self._pump(one) for one in groups())
        self._quiet = (heads, time.monotonic() + FULL_ROUND_SECONDS) if moved == 0 else ((), 0.0)
        return moved

    def _pump(self, one: "Group") -> int:
        until, rest = self._resting.get(one.name, (0.0, POLL_SECONDS))
        if time.monotonic() < until:
            return 0
        try:
            moved = pump(one)
        except Exception:
            log.exception("group failed", extra={"group": one.name, "rests_seconds": rest})
            self._resting[one.name] = (time.monotonic() + rest, min(rest * 2, LONGEST_REST_SECONDS))
            close_old_connections()
            return 0
        self._resting.pop(one.name, None)
        return moved

    def stop(self, timeout: float = 5.0) -> None:
        """Ends the thread after the batch in hand."""
        self._stopping.set()
        wake()
        self.join(timeout)
        release()


def _heads() -> tuple[int, ...]:
    """How far the logs of all topics that anybody here takes have come."""
    from thriftshop.events.stores import store

    return tuple(store(topic).head() for topic in sorted({one.topic for one in groups()}))
