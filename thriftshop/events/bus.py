"""The local bus: hands recorded events to the consumer groups of this process, in order, from where each had stopped."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING

from thriftshop import call_context, clock, contexts
from thriftshop.events import waiting
from thriftshop.telemetry import repeats

if TYPE_CHECKING:
    from thriftshop.events.consumers import Group, Sweep
    from thriftshop.events.envelope import Recorded
    from thriftshop.events.models import Consumer

log = logging.getLogger("thriftshop.events")
_repeats = repeats.Repeats(log)

LEASE_MS = 10_000
Follower = Callable[["Recorded"], None]

_news = threading.Event()
_turns: dict[str, threading.RLock] = {}
_host = socket.gethostname()
_followers: list[Follower] = []
_due: dict[str, float] = {}


def wake() -> None:
    """Says that something was recorded."""
    _news.set()
    waiting.tell()


def wait_for_news(seconds: float) -> None:
    """Waits until something is recorded in this process, so many seconds at most."""
    _news.wait(seconds)
    _news.clear()


@lru_cache(maxsize=1)
def groups() -> tuple["Group", ...]:
    """The projections, reactions and relays of the hosted contexts."""
    from thriftshop.events import relay

    hosted = contexts.hosted()
    projections = [one for config in hosted for one in config.projections]
    reactions = [one for config in hosted for one in config.reactions]
    return (*projections, *reactions, *relay.relays())


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
            except Exception as error:
                _repeats.report(logging.ERROR, "follower failed", record.kind, error, {"kind": record.kind})


def lane(one: "Group") -> str:
    """Which groups are moved one after the other: a reaction waits for others, so that each has a lane of its own.

    Projections and relays wait for nobody but the log's owner: those of one owner share a lane.
    """
    from thriftshop.events.consumers import Reaction
    from thriftshop.events.stores import is_kept_here

    if isinstance(one, Reaction):
        return one.name
    return "here" if is_kept_here(one.topic) else one.topic


def asking_for(one: "Group") -> AbstractContextManager[None]:
    """Puts the group's context in force as the caller: a log that others keep is read on its behalf."""
    return call_context.within(call_context.CallContext(caller=one.name.partition(".")[0]))


def pump(one: "Group", head: int | None = None) -> int:
    """Lets a group take the next batch; gives how many events it took. 0 where there is none or another process has it.

    `head` is where the log ends, for who has just looked. Raises rpc.Unavailable where the log's owner is away.
    """
    from thriftshop.events.consumers import consume

    with _turns.setdefault(lane(one), threading.RLock()):
        consumer = _consumer(one)
        rows = _next_rows(one, consumer, head)
        return consume(one, consumer, rows) if rows else 0


def _next_rows(one: "Group", consumer: "Consumer", head: int | None) -> Sequence[tuple[int, bytes]]:
    """What a group is to take next; nothing where there is nothing, or where another process has the group in hand."""
    from thriftshop.events.stores import store

    source = store(one.topic)
    with asking_for(one):
        end = source.head() if head is None else head
        if end <= consumer.position:
            return ()
        if not _holds(consumer):
            if not _hold(consumer):
                return ()
            # Another process may have moved it between the first look and the hold.
            consumer.refresh_from_db()
        rows = source.read_log(consumer.position, one.batch, one.kinds)
    if not rows:
        # Nothing up to here is of its kinds: not to be looked through again at every round.
        _pass_over(consumer, end)
    return rows


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
    now = clock.now()
    return consumer.holder == _holder() and now + LEASE_MS // 2 < consumer.held_until <= _latest_end(now)


def _hold(consumer: "Consumer") -> bool:
    """Takes or renews the lease on a group, so that one process at a time moves it.

    A lease that ends later than any taken now was taken by a wrong clock, and is free: if its holder died, nobody would
    move the group until then. Where the holder lives, both take batches: a position moves by compare-and-set, so each
    batch counts once, and a reaction repeats calls that are idempotent.
    """
    from django.db.models import Q

    from thriftshop.events.models import Consumer

    if _holds(consumer):
        return True
    now = clock.now()
    free = Q(holder=_holder()) | Q(held_until__lt=now) | Q(held_until__gt=_latest_end(now))
    taken = Consumer.objects.filter(free, pk=consumer.pk).update(holder=_holder(), held_until=now + LEASE_MS)
    if taken and consumer.held_until > _latest_end(now):
        _report_lease_from_the_future(consumer, now)
    return bool(taken)


def _latest_end(now: int) -> int:
    """No lease ends later, unless a clock is wrong."""
    return now + LEASE_MS + clock.SKEW_MS


def _report_lease_from_the_future(consumer: "Consumer", now: int) -> None:
    details = {
        "group": consumer.group,
        "holder": consumer.holder,
        "ends_in_seconds": (consumer.held_until - now) // 1000,
        "problem": "this machine's clock or the holder's is wrong",
    }
    _repeats.report(logging.WARNING, "lease from the future taken over", consumer.group, extra=details)


def release() -> None:
    """Gives back all leases of this process."""
    from thriftshop.events.models import Consumer

    Consumer.objects.filter(holder=_holder()).update(holder="", held_until=0)


def position(one: "Group") -> int:
    """The position of the last event that a group took or passed over; 0 where it took none."""
    return _consumer(one).position


def lag(one: "Group") -> int:
    """How many events a group has yet to take; counted up to 10,000."""
    from thriftshop.events.stores import store

    with asking_for(one):
        return store(one.topic).count_log(position(one), one.kinds)


def drain(timeout: float = 60.0, of: Sequence["Group"] | None = None) -> int:
    """Lets all groups, or those `of` a choice, take all there is, and what follows; gives how many events were taken.

    Raises TimeoutError, naming the groups that are behind, where that takes longer than `timeout` seconds.
    """
    until, taken = time.monotonic() + timeout, 0
    while late := behind(groups() if of is None else of):
        moved = sum(pump(one) for one in late)
        taken += moved
        if moved == 0:
            still = [one.name for one in late if lag(one)]
            if not still:
                return taken
            if time.monotonic() > until:
                raise TimeoutError(f"Still behind after {timeout:g} s: {', '.join(still)}.")
            time.sleep(0.02)
    return taken


def behind(among: Sequence["Group"]) -> list["Group"]:
    """The groups whose logs have gone on since they last looked."""
    from thriftshop.events.models import Consumer

    if not among:
        return []
    heads = heads_of(among)
    positions = {row[:2]: row[2] for row in Consumer.objects.values_list("group", "topic", "position")}
    return [one for one in among if positions.get((one.name, one.topic), 0) < heads[one.topic]]


def heads_of(among: Sequence["Group"]) -> dict[str, int]:
    """Where the logs that these groups take end, by topic."""
    from thriftshop.events.stores import store

    heads: dict[str, int] = {}
    for one in among:
        if one.topic not in heads:
            with asking_for(one):
                heads[one.topic] = store(one.topic).head()
    return heads


def sweep(only_due: bool = False) -> list[str]:
    """Runs the contexts' periodic work, all of it or what is due; gives the names of what ran."""
    ran = []
    for one in sweeps():
        if only_due and time.monotonic() < _due.get(one.name, 0):
            continue
        _due[one.name] = time.monotonic() + one.every_seconds
        with call_context.within(call_context.CallContext(caller=one.name.partition(".")[0])):
            one.run()
        ran.append(one.name)
    return ran


@lru_cache(maxsize=1)
def sweeps() -> tuple["Sweep", ...]:
    """The periodic jobs of the hosted contexts."""
    return tuple(job for config in contexts.hosted() for job in config.jobs)
