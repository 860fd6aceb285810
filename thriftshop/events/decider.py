"""The decider: loads a stream's state, applies a decision, and appends its events, with optimistic concurrency."""

import random
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from thriftshop.events import streams, wakeups
from thriftshop.events.envelope import Recorded
from thriftshop.events.streams import Conflict, Outcome, Refused, Repeated, Write

S = TypeVar("S")
Decision = Callable[[S], Sequence[Any]]

MAX_ATTEMPTS = 5
STREAM_LOCKS = 64
# A generator of its own: tests and libraries may seed the random module's.
_jitter = random.Random()
_deciders: "weakref.WeakSet[Decider[Any]]" = weakref.WeakSet()


@dataclass(frozen=True, slots=True)
class Decided(Generic[S]):
    """The result of a decision: the state after it, its version, the recorded events, and whether it repeats an earlier one."""

    state: S
    version: int
    recorded: tuple[Recorded, ...]
    repeated: bool = False


class Decider(Generic[S]):
    """The streams of one topic as states: `initial` for a new stream, `evolve(state, event)` for each event.

    States must be immutable values. The last used ones are cached, so that a decision needs no read: the store
    refuses events decided on a stale state, and a refusal is final only if it was decided on a fresh one. A lock
    per stream serialises the threads of this process, so that conflicts come from other processes only.
    """

    def __init__(self, topic: str, initial: S, evolve: Callable[[S, Any], S], *, cache_size: int = 10_000) -> None:
        self.topic = topic
        self._initial = initial
        self._evolve = evolve
        self._cache_size = cache_size
        self._cache: OrderedDict[str, tuple[S, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._stream_locks = tuple(threading.Lock() for _ in range(STREAM_LOCKS))
        _deciders.add(self)

    def load(self, stream: str) -> tuple[S, int]:
        """A stream's current state and version; the initial state and 0 for one without events."""
        return self.load_many([stream])[stream]

    def load_known(self, stream: str) -> tuple[S, int]:
        """A stream's state as this process last knew it: other processes may have changed it since."""
        return self._cached(stream) or self.load(stream)

    def load_many(self, names: Iterable[str]) -> dict[str, tuple[S, int]]:
        """The current states and versions of many streams."""
        cached = {stream: self._cached(stream) or (self._initial, 0) for stream in names}
        news = streams.of(self.topic).read({stream: version for stream, (_, version) in cached.items()})
        return {stream: self._advance(stream, *cached[stream], news[stream]) for stream in cached}

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
        with self._locked(decisions):
            return self._decide_locked(decisions, key)

    @contextmanager
    def _locked(self, names: Iterable[str]) -> Iterator[None]:
        """Hold the locks of these streams, acquired in a fixed order to prevent deadlocks."""
        acquired: list[threading.Lock] = []
        try:
            for number in sorted({hash(name) % STREAM_LOCKS for name in names}):
                self._stream_locks[number].acquire()
                acquired.append(self._stream_locks[number])
            yield
        finally:
            for lock in acquired:
                lock.release()

    def _decide_locked(self, decisions: Mapping[str, Decision[S]], key: str | None) -> dict[str, Decided[S]]:
        done: dict[str, Decided[S]] = {}
        fresh = False
        for attempt in range(MAX_ATTEMPTS):
            pending = {stream: decision for stream, decision in decisions.items() if stream not in done}
            states = self.load_many(pending) if fresh else self._cached_or_loaded(pending)
            writes = self._decide_all(pending, states, key, fresh, done)
            if writes is None:
                fresh = True
                continue
            self._save(writes, states, done)
            if len(done) == len(decisions):
                wakeups.notify(self.topic)
                return {stream: done[stream] for stream in decisions}
            fresh = True
            time.sleep(_jitter.uniform(0, 0.002 * 2**attempt))
        raise Conflict(f"{self.topic}: {', '.join(set(decisions) - set(done))} changed {MAX_ATTEMPTS} times meanwhile.")

    def _decide_all(
        self,
        decisions: Mapping[str, Decision[S]],
        states: Mapping[str, tuple[S, int]],
        key: str | None,
        fresh: bool,
        done: dict[str, Decided[S]],
    ) -> list[Write] | None:
        """The writes; None if a refusal, or a decision without events, needs to be confirmed on a fresh state.

        A stream whose decision is refused, but which has recorded events under the key, is done: the call is a repetition.
        """
        writes: list[Write] = []
        for stream, decision in decisions.items():
            state, version = states[stream]
            try:
                events = decision(state)
                if not events and not fresh:
                    return None
                writes.append(Write(stream, version, events, key))
            except Exception:
                if not fresh:
                    return None
                earlier = streams.of(self.topic).recorded_under(stream, key) if key else ()
                if not earlier:
                    raise
                done[stream] = Decided(state, version, earlier, repeated=True)
        return writes

    def _save(self, writes: Sequence[Write], states: Mapping[str, tuple[S, int]], done: dict[str, Decided[S]]) -> None:
        for write in writes:
            if not write.events:
                state, version = states[write.stream]
                done[write.stream] = Decided(state, version, ())
        with_events = [write for write in writes if write.events]
        outcomes = streams.of(self.topic).append(with_events) if with_events else []
        for write, outcome in zip(with_events, outcomes, strict=True):
            self._apply_outcome(write, outcome, states[write.stream], done)

    def _apply_outcome(
        self, write: Write, outcome: Outcome, before: tuple[S, int], done: dict[str, Decided[S]]
    ) -> None:
        if isinstance(outcome, Refused):
            return
        if isinstance(outcome, Repeated):
            state, version = self.load(write.stream)
            done[write.stream] = Decided(state, version, outcome.recorded, repeated=True)
            return
        state, version = self._advance(write.stream, *before, outcome.recorded)
        done[write.stream] = Decided(state, version, tuple(outcome.recorded))

    def _cached_or_loaded(self, names: Iterable[str]) -> dict[str, tuple[S, int]]:
        cached = {stream: self._cached(stream) for stream in names}
        missing = [stream for stream, state in cached.items() if state is None]
        loaded = self.load_many(missing) if missing else {}
        return {stream: state if state is not None else loaded[stream] for stream, state in cached.items()}

    def _advance(self, stream: str, state: S, version: int, news: Sequence[Recorded]) -> tuple[S, int]:
        for recorded in news:
            state, version = self._evolve(state, recorded.event), recorded.version
        with self._lock:
            cached = self._cache.get(stream)
            if cached is None or cached[1] <= version:
                self._cache[stream] = (state, version)
                self._cache.move_to_end(stream)
            if len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
        return state, version

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
