"""The decider: loads a stream's state, applies a decision, and appends its events, with optimistic concurrency."""

import random
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic

from thriftshop.events import event_spans, streams, wakeups
from thriftshop.events.commands import SHARED_FAILURES, Command, Decided, Decision, Group, S
from thriftshop.events.commit_queue import CommitQueue
from thriftshop.events.envelope import Recorded
from thriftshop.events.snapshots import Snapshots
from thriftshop.events.streams import Conflict
from thriftshop.rpc import deadlines
from thriftshop.telemetry import metrics, sampling

MAX_ATTEMPTS = 5
# A generator of its own: tests and libraries may seed the random module's.
_jitter = random.Random()
_deciders: "weakref.WeakSet[Decider[Any]]" = weakref.WeakSet()


def _sample() -> None:
    """Set the gauges of the commands that wait."""
    waiting: dict[str, int] = {}
    for decider in list(_deciders):
        waiting[decider.topic] = waiting.get(decider.topic, 0) + decider.waiting
    for topic, count in waiting.items():
        metrics.COMMANDS_WAITING.labels(topic).set(count)


sampling.register("commands", _sample)


class Decider(Generic[S]):
    """The streams of one topic as states: `initial` for a new stream, `evolve(state, event)` for each event.

    States must be immutable values. The last used ones are cached, so that a decision needs no read: the store
    refuses events decided on a stale state, and a refusal is final only if it was decided on a current one. The commands
    of concurrent threads are decided and committed in groups, so that conflicts come from other processes only: a decision
    may be made in another thread, and must depend on nothing but the state and the call context.

    With `has_snapshots`, the states of long streams are stored too: see thriftshop.events.snapshots.
    """

    def __init__(
        self,
        topic: str,
        initial: S,
        evolve: Callable[[S, Any], S],
        *,
        cache_size: int = 10_000,
        has_snapshots: bool = False,
    ) -> None:
        self.topic = topic
        self._initial = initial
        self._evolve = evolve
        self._cache_size = cache_size
        self._snapshots = Snapshots(topic, initial, evolve) if has_snapshots else None
        self._cache: OrderedDict[str, tuple[S, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._queue: CommitQueue[Command[S]] = CommitQueue(self._commit)
        _deciders.add(self)

    @property
    def waiting(self) -> int:
        """The number of commands that wait for a commit."""
        return len(self._queue)

    def load(self, stream: str) -> tuple[S, int]:
        """A stream's current state and version; the initial state and 0 for one without events."""
        return self.load_many([stream])[stream]

    def load_known(self, stream: str) -> tuple[S, int]:
        """A stream's state as this process last knew it: other processes may have changed it since."""
        return self._cached(stream) or self.load(stream)

    def load_including(self, stream: str, version: int) -> tuple[S, int]:
        """A stream's state that includes this version: as this process last knew it, if that suffices."""
        cached = self._cached(stream)
        return cached if cached is not None and cached[1] >= version else self.load(stream)

    def load_many(self, names: Iterable[str]) -> dict[str, tuple[S, int]]:
        """The current states and versions of many streams."""
        cached = {stream: self._cached(stream) or (self._initial, 0) for stream in names}
        if self._snapshots is None:
            news = streams.of(self.topic).read({stream: version for stream, (_, version) in cached.items()})
        else:
            cached, news = self._snapshots.read(cached)
        states = {stream: self._advance(stream, *cached[stream], news[stream]) for stream in cached}
        if self._snapshots is not None:
            self._snapshots.note_loaded(states, news)
        return states

    def load_at(self, stream: str, moment: int) -> tuple[S, int]:
        """A stream's state and version after the events that occurred by a moment (milliseconds)."""
        state, version = self._initial, 0
        for recorded in streams.of(self.topic).read({stream: 0})[stream]:
            if recorded.occurred_at <= moment:
                state, version = self._evolve(state, recorded.event), recorded.version
        return state, version

    def history(self, stream: str) -> list[Recorded]:
        """All events of a stream, oldest first."""
        return streams.of(self.topic).read({stream: 0})[stream]

    def decide(self, stream: str, decision: Decision[S], key: str | None = None) -> Decided[S]:
        """Record the events that `decision(state)` returns; a refusal that it raises is propagated.

        Idempotent by `key`: a repeated key returns the earlier result, even if the decision would now be refused.
        Raises Conflict after five lost races.
        """
        return self.decide_many({stream: decision}, key)[stream]

    def decide_many(self, decisions: Mapping[str, Decision[S]], key: str | None = None) -> dict[str, Decided[S]]:
        """As `decide` for many streams: nothing is written if any decision is refused on the first attempt.

        Each stream is written separately: if one is refused after a lost race, the caller must undo the others.
        """
        with event_spans.deciding(self.topic, len(decisions)):
            return self._decide_many(decisions, key)

    def _decide_many(self, decisions: Mapping[str, Decision[S]], key: str | None) -> dict[str, Decided[S]]:
        done: dict[str, Decided[S]] = {}
        lost, is_fresh = 0, False
        while lost < MAX_ATTEMPTS:
            command = Command(decisions, key, done, is_fresh=is_fresh)
            self._queue.run(command)
            if command.error is not None:
                raise command.error
            for stream, earlier in command.repeated.items():
                done[stream] = Decided(*self.load(stream), earlier, repeated=True)
            if done:
                deadlines.note_write()
            if len(done) == len(decisions):
                return {stream: done[stream] for stream in decisions}
            is_fresh = True
            if command.has_lost:
                time.sleep(_jitter.uniform(0, 0.002 * 2**lost))
                lost += 1
        raise Conflict(f"{self.topic}: {', '.join(set(decisions) - set(done))} changed {MAX_ATTEMPTS} times meanwhile.")

    def _commit(self, commands: Sequence[Command[S]]) -> None:
        """Decide and append commands together; the outcome of each is noted in it."""
        with deadlines.lifted():
            try:
                group = self._group(commands)
            except Exception as error:
                if len(commands) == 1 or isinstance(error, SHARED_FAILURES):
                    for command in commands:
                        command.error = error
                else:  # for instance a stream with an event that this version does not know
                    for command in commands:
                        self._commit([command])
                return
            for command in commands:
                group.decide(command)
            with event_spans.appending(self.topic, commands):
                written = group.append()
        self._remember(written)
        if written:
            wakeups.notify(self.topic)
            if self._snapshots is not None:
                self._snapshots.note_decided(commands)

    def _group(self, commands: Sequence[Command[S]]) -> Group[S]:
        """A group on the states of the commands' streams: as last known, or as read now where that is required."""
        unread = {stream for command in commands if command.is_fresh for stream in command.pending}
        states: dict[str, tuple[S, int]] = {}
        for stream in {stream for command in commands for stream in command.pending}:
            cached = None if stream in unread else self._cached(stream)
            if cached is None:
                unread.add(stream)
            else:
                states[stream] = cached
        if unread:
            states |= self.load_many(unread)
        return Group(self.topic, self._evolve, states, unread)

    def _advance(self, stream: str, state: S, version: int, news: Sequence[Recorded]) -> tuple[S, int]:
        for recorded in news:
            state, version = self._evolve(state, recorded.event), recorded.version
        self._remember({stream: (state, version)})
        return state, version

    def _remember(self, states: Mapping[str, tuple[S, int]]) -> None:
        """Cache states, unless newer ones are cached."""
        with self._lock:
            for stream, (state, version) in states.items():
                cached = self._cache.get(stream)
                if cached is None or cached[1] <= version:
                    self._cache[stream] = (state, version)
                    self._cache.move_to_end(stream)
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)

    def _cached(self, stream: str) -> tuple[S, int] | None:
        with self._lock:
            return self._cache.get(stream)

    def forget(self) -> None:
        """Clear the cache of states."""
        with self._lock:
            self._cache.clear()


def forget_all() -> None:
    """Clear the cache of every decider, for instance after the store was emptied."""
    for decider in list(_deciders):
        decider.forget()
