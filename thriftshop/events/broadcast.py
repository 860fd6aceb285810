"""Broadcast: any process follows a topic from now on, without a consumer group and without a checkpoint."""

import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import close_old_connections, connections

from thriftshop import call_context, contexts
from thriftshop.events import effects, envelope, feed, freshness, groups, published, streams
from thriftshop.events.envelope import Recorded
from thriftshop.events.feed import Batch, Cursor, Feed
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.events")
failures = repeats.Repeats(log)

TIMEOUT_SECONDS = 0.5
BATCH = 500
# The number of batches of a partition that are read before the next partition.
BATCHES_IN_TURN = 10
MAX_PAUSE_SECONDS = 1.0
ROUND_SECONDS = 0.01
"""The least time between two looks for new events: what is recorded meanwhile is passed on together."""
NEVER = float("-inf")
AWAY, FAILED = "broadcast waits", "broadcast subscriber failed"

Subscriber = Callable[[Recorded], None]
_running: dict[str, "Broadcast"] = {}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A context's wish to follow a topic: each serving process calls `handle(event)` for each event from its start on.

    `name` begins with the context's: `gateway.products`.
    """

    name: str
    topic: str
    handle: Subscriber
    kinds: frozenset[str] | None = None
    # Whether anybody needs the events now; those recorded while nobody does are not read.
    is_wanted: Callable[[], bool] = lambda: True
    # How long to wait for an event before confirming that there is none: `current_at` is at most twice as old.
    patience: float = TIMEOUT_SECONDS


@lru_cache(maxsize=1)
def subscriptions() -> tuple[Subscription, ...]:
    """The subscriptions of the hosted contexts."""
    return tuple(subscription for config in contexts.hosted() for subscription in config.subscriptions)


def start() -> list["Broadcast"]:
    """Start the broadcasts of the hosted contexts: the subscriptions that may read the same events of a topic share one."""
    shared: dict[tuple[str, str], list[Subscription]] = {}
    for subscription in subscriptions():
        # Another process checks which events the caller may read.
        caller = "" if streams.is_hosted(subscription.topic) else groups.context_of(subscription.name)
        shared.setdefault((subscription.topic, caller), []).append(subscription)
    return [_start(members) for members in shared.values()]


def _start(members: Sequence[Subscription]) -> "Broadcast":
    kinds = [member.kinds for member in members]
    broadcast = Broadcast(
        members[0].topic,
        groups.context_of(members[0].name),
        None if None in kinds else frozenset().union(*(requested for requested in kinds if requested is not None)),
        lambda: any(member.is_wanted() for member in members),
    )
    broadcast.patience = min(member.patience for member in members)
    for member in members:
        broadcast.subscribe(member.handle, member.kinds)
        _running[member.name] = broadcast
    broadcast.start()
    return broadcast


def stop() -> None:
    """Stop the broadcasts that `start` started, without waiting for their threads."""
    for broadcast in _running.values():
        broadcast.stop()
    _running.clear()


def current_at(name: str) -> float:
    """The monotonic time until which a subscription of this process has received everything recorded."""
    broadcast = _running.get(name)
    return NEVER if broadcast is None else broadcast.current_at


def is_following(topic: str, within_seconds: float = math.inf) -> bool:
    """Whether this process follows a topic, and has received everything recorded until `within_seconds` ago."""
    followers = [follower for follower in list(_running.values()) if follower.topic == topic]
    return any(follower.has_begun and follower.is_current(within_seconds) for follower in followers)


def cursors() -> dict[str, tuple[Subscription, dict[int, Cursor]]]:
    """How far each running subscription has followed its topic, by name."""
    return {
        subscription.name: (subscription, _running[subscription.name].cursors())
        for subscription in subscriptions()
        if subscription.name in _running
    }


class Broadcast(threading.Thread):
    """Follows a topic for a context and passes each event to the subscribers, at least once while this process lives.

    A subscriber that fails is logged, and the others receive the event. Events of kinds that this version of the code
    does not know are left out: a cache must not depend on them.
    """

    def __init__(
        self,
        topic: str,
        caller: str,
        kinds: Collection[str] | None = None,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(name=f"broadcast {topic}", daemon=True)
        self.topic = topic
        self._caller = caller
        self._label = f"broadcast {caller or 'here'}/{topic}"
        self._kinds = kinds
        self._is_wanted = is_wanted
        self._subscribers: dict[object, tuple[Subscriber, Collection[str] | None]] = {}
        self._stopping = threading.Event()
        self._cursors: dict[int, Cursor] = {}
        self.current_at = NEVER
        self.patience = TIMEOUT_SECONDS
        self._published = published.Published(topic, caller, self._stopping) if feed.publisher_of(topic) else None

    def subscribe(self, subscriber: Subscriber, kinds: Collection[str] | None = None) -> Callable[[], None]:
        """Add a subscriber for the events from now on; return a function that removes it, once or repeatedly."""
        key = object()
        self._subscribers[key] = (subscriber, kinds)

        def leave() -> None:
            self._subscribers.pop(key, None)

        return leave

    def cursors(self) -> dict[int, Cursor]:
        """How far it has followed each partition."""
        return dict(self._cursors)

    @property
    def has_begun(self) -> bool:
        """Whether it has found the ends of the partitions, from which it follows them."""
        return bool(self._cursors)

    def is_current(self, within_seconds: float) -> bool:
        """Whether all events recorded until `within_seconds` ago have been passed on."""
        return time.monotonic() - self.current_at <= within_seconds

    def stop(self) -> None:
        """End the thread after its current wait."""
        self._stopping.set()

    def run(self) -> None:
        """Follow the topic until stopped."""
        rest = feed.POLL_SECONDS
        if self._published:
            self._published.start()
        try:
            while not self._stopping.is_set():
                try:
                    self.follow(self.patience)
                except Exception as error:
                    unexpected = None if isinstance(error, effects.TRANSIENT) else error
                    details = {"topic": self.topic, "problem": repr(error)}
                    failures.report(logging.WARNING, AWAY, self.topic, unexpected, details)
                    close_old_connections()
                    self._stopping.wait(rest)
                    rest = min(rest * 2, MAX_PAUSE_SECONDS)
                else:
                    failures.recovered(AWAY, self.topic, {"topic": self.topic})
                    rest = feed.POLL_SECONDS
        finally:
            connections.close_all()

    def follow(self, patience: float) -> None:
        """Wait for new events, for `patience` seconds at most, and pass them on."""
        with call_context.within(call_context.CallContext(caller=self._caller)):
            source = feed.of(self.topic)
            began_at = time.monotonic()
            if not self._cursors:
                self._cursors = source.ends()
                self.current_at = self._until(began_at)
                return
            ends, looked_at = self._wait(source, patience)
            if ends == self._cursors:
                self.current_at = self._until(looked_at)
                # A process that is too busy to wait answers at once: it must not be polled in a tight loop.
                if time.monotonic() - began_at < patience / 2:
                    self._stopping.wait(feed.POLL_SECONDS)
                return
            # Asked after the ends are known: who wants them from now on reads a state that includes what is skipped.
            if not self._is_wanted():
                self._cursors, self.current_at = dict(ends), self._until(looked_at)
                self._stopping.wait(feed.POLL_SECONDS)
                return
            reached = [self._follow_partition(source, partition, end) for partition, end in ends.items()]
            if all(reached):
                self.current_at = self._until(looked_at)
                self._stopping.wait(ROUND_SECONDS)

    def _until(self, looked_at: float) -> float:
        """Up to when everything recorded has arrived, if everything that the feed had at this moment has."""
        return min(looked_at, self._published.until) if self._published else looked_at

    def _wait(self, source: Feed, patience: float) -> tuple[Mapping[int, Cursor], float]:
        """The ends, as soon as there are new events or after some time, and a moment before they were read."""
        looked_at = time.monotonic()
        if not streams.is_hosted(self.topic) or feed.publisher_of(self.topic):
            return source.wait(self._cursors, patience), looked_at
        # Here the ends are read at a known moment after the wait, so that it may take twice as long.
        ends = source.wait(self._cursors, min(2 * patience, TIMEOUT_SECONDS))
        if ends == self._cursors:
            looked_at = time.monotonic()
            ends = source.ends()
        return ends, looked_at

    def _follow_partition(self, source: Feed, partition: int, end: Cursor) -> bool:
        """Deliver the events of a partition up to `end` or further; return whether it reached it.

        A batch may hold fewer events than were asked for: another process limits the bytes of its answers. Events that
        are recorded meanwhile lead past `end`: only an empty batch says so.
        """
        cursor = self._cursors.get(partition, feed.START)
        for _ in range(BATCHES_IN_TURN):
            if cursor == end:
                return True
            batch = source.read(partition, cursor, BATCH, self._kinds)
            self._pass_on(batch)
            self._cursors[partition] = cursor = batch.cursor
            if not batch.messages:
                return True
        return cursor == end

    def _pass_on(self, batch: Batch) -> None:
        for message in batch.messages:
            try:
                record = envelope.decode_shared(message.payload)
            except envelope.UnknownEvent:
                continue
            for subscriber, kinds in list(self._subscribers.values()):
                if kinds is None or record.kind in kinds:
                    self._call(subscriber, record)
            freshness.note(self._label, [record])

    def _call(self, subscriber: Subscriber, record: Recorded) -> None:
        try:
            subscriber(record)
        except Exception as error:
            failures.report(logging.ERROR, FAILED, record.kind, error, {"kind": record.kind})
