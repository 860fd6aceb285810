"""Load, decide, save: the one way in which an event-sourced context changes anything."""

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

TRIES = 5
GATES = 64
# Not the random module's own generator, which tests and libraries may have seeded.
_jitter = random.Random()
_deciders: "weakref.WeakSet[Decider[Any]]" = weakref.WeakSet()


@dataclass(frozen=True, slots=True)
class Decided(Generic[S]):
    """How a decision ended: the state after it, its version, what was recorded, and whether its key had been seen."""

    state: S
    version: int
    recorded: tuple[Recorded, ...]
    repeated: bool = False


class Decider(Generic[S]):
    """The streams of one topic as states: `initial` for a new stream, `evolve(state, event)` for each event.

    States must be immutable values. Those last used are remembered, so that a decision needs no read: the
    store refuses what was decided on an old one, and a refusal is only believed after a fresh look. Threads of
    this process take turns at a stream, so that races are lost to other processes only.
    """

    def __init__(self, topic: str, initial: S, evolve: Callable[[S, Any], S], *, remember: int = 10_000) -> None:
        self.topic = topic
        self._initial = initial
        self._evolve = evolve
        self._remember = remember
        self._known: OrderedDict[str, tuple[S, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._gates = tuple(threading.Lock() for _ in range(GATES))
        _deciders.add(self)

    def load(self, stream: str) -> tuple[S, int]:
        """A stream's state and version now; the initial state and 0 for one that has no events."""
        return self.load_many([stream])[stream]

    def load_many(self, names: Iterable[str]) -> dict[str, tuple[S, int]]:
        """The states and versions of many streams now."""
        known = {stream: self._recall(stream) or (self._initial, 0) for stream in names}
        news = streams.of(self.topic).read({stream: version for stream, (_, version) in known.items()})
        return {stream: self._advance(stream, *known[stream], news[stream]) for stream in known}

    def load_at(self, stream: str, moment: int) -> tuple[S, int]:
        """A stream's state and version as of what had happened by a moment (milliseconds)."""
        state, version = self._initial, 0
        for recorded in streams.of(self.topic).read({stream: 0})[stream]:
            if recorded.occurred_at <= moment:
                state, version = self._evolve(state, recorded.event), recorded.version
        return state, version

    def history(self, stream: str) -> list[Recorded]:
        """All that was recorded in a stream, oldest first."""
        return streams.of(self.topic).read({stream: 0})[stream]

    def decide(self, stream: str, decision: Decision[S], key: str | None = None) -> Decided[S]:
        """Records what `decision(state)` returns; a refusal that it raises goes through.

        A key that the stream has seen is not taken again, even where the decision would now be refused. Raises
        Conflict after five lost races.
        """
        return self.decide_many({stream: decision}, key)[stream]

    def decide_many(self, decisions: Mapping[str, Decision[S]], key: str | None = None) -> dict[str, Decided[S]]:
        """As `decide` for many streams: nothing is written if any decision refuses at first.

        Each stream is written on its own: a refusal after a lost race leaves the others written; the caller undoes those.
        """
        with self._turn(decisions):
            return self._decide_in_turn(decisions, key)

    @contextmanager
    def _turn(self, names: Iterable[str]) -> Iterator[None]:
        """Holds the gates of these streams, taken in one order by everybody."""
        held: list[threading.Lock] = []
        try:
            for number in sorted({hash(name) % GATES for name in names}):
                self._gates[number].acquire()
                held.append(self._gates[number])
            yield
        finally:
            for gate in held:
                gate.release()

    def _decide_in_turn(self, decisions: Mapping[str, Decision[S]], key: str | None) -> dict[str, Decided[S]]:
        done: dict[str, Decided[S]] = {}
        fresh = False
        for attempt in range(TRIES):
            open_ = {stream: decision for stream, decision in decisions.items() if stream not in done}
            states = self.load_many(open_) if fresh else self._recall_or_load(open_)
            writes = self._decide_all(open_, states, key, fresh, done)
            if writes is None:
                fresh = True
                continue
            self._save(writes, states, done)
            if len(done) == len(decisions):
                wakeups.notify()
                return {stream: done[stream] for stream in decisions}
            fresh = True
            time.sleep(_jitter.uniform(0, 0.002 * 2**attempt))
        raise Conflict(f"{self.topic}: {', '.join(set(decisions) - set(done))} changed {TRIES} times meanwhile.")

    def _decide_all(
        self,
        decisions: Mapping[str, Decision[S]],
        states: Mapping[str, tuple[S, int]],
        key: str | None,
        fresh: bool,
        done: dict[str, Decided[S]],
    ) -> list[Write] | None:
        """The writes, or None where a refusal, or finding nothing to do, rests on remembered states: look again.

        A stream whose decision is refused, but which has seen the key, is done: that was decided before.
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
        silent = [write for write in writes if not write.events]
        for write in silent:
            state, version = states[write.stream]
            done[write.stream] = Decided(state, version, ())
        loud = [write for write in writes if write.events]
        outcomes = streams.of(self.topic).append(loud) if loud else []
        for write, outcome in zip(loud, outcomes, strict=True):
            self._settle(write, outcome, states[write.stream], done)

    def _settle(self, write: Write, outcome: Outcome, known: tuple[S, int], done: dict[str, Decided[S]]) -> None:
        if isinstance(outcome, Refused):
            return
        if isinstance(outcome, Repeated):
            state, version = self.load(write.stream)
            done[write.stream] = Decided(state, version, outcome.recorded, repeated=True)
            return
        state, version = self._advance(write.stream, *known, outcome.recorded)
        done[write.stream] = Decided(state, version, tuple(outcome.recorded))

    def _recall_or_load(self, names: Iterable[str]) -> dict[str, tuple[S, int]]:
        known = {stream: self._recall(stream) for stream in names}
        missing = [stream for stream, state in known.items() if state is None]
        loaded = self.load_many(missing) if missing else {}
        return {stream: state if state is not None else loaded[stream] for stream, state in known.items()}

    def _advance(self, stream: str, state: S, version: int, news: Sequence[Recorded]) -> tuple[S, int]:
        for recorded in news:
            state, version = self._evolve(state, recorded.event), recorded.version
        with self._lock:
            remembered = self._known.get(stream)
            if remembered is None or remembered[1] <= version:
                self._known[stream] = (state, version)
                self._known.move_to_end(stream)
            if len(self._known) > self._remember:
                self._known.popitem(last=False)
        return state, version

    def _recall(self, stream: str) -> tuple[S, int] | None:
        with self._lock:
            return self._known.get(stream)

    def forget(self) -> None:
        """Drops all remembered states."""
        with self._lock:
            self._known.clear()


def forget_all() -> None:
    """Drops what every decider remembers, as after the store was emptied under it."""
    for decider in list(_deciders):
        decider.forget()
