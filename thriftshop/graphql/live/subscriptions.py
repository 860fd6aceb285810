"""One subscription: what it follows, what it has sent, and what it still has to look at."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import orjson

from thriftshop.events import Recorded
from thriftshop.graphql.execution import Ready
from thriftshop.graphql.live.connections import Connection
from thriftshop.graphql.live.sources import Source, State, Stream


@dataclass(frozen=True, slots=True)
class Push:
    """A result to send. A newer one of the same object replaces it while it waits."""

    field: str
    key: str
    payload: bytes
    version: int | None = None
    recorded_at: int | None = None  # of the event that caused it; None for the first state


Deliver = Callable[[Push], None]


@dataclass(eq=False, slots=True)
class Subscription:
    """A subscription of a connection. `deliver` takes its results."""

    name: str  # of the field
    ready: Ready
    source: Source
    connection: Connection
    deliver: Deliver
    keys: set[str] = field(init=False)
    streams: set[Stream] = field(init=False)
    # The objects to look at, with the oldest event that has not been sent.
    dirty: dict[str, Recorded | None] = field(init=False)
    signature: Hashable = field(init=False)
    is_busy: bool = False
    is_ended: bool = False
    _states: dict[str, State | None] = field(default_factory=dict)
    _payloads: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys, self.streams = set(), set()
        self.dirty = dict.fromkeys(self.source.keys)
        for key in self.source.keys:
            self.follow(key)
        if self.source.announced_as is not None:
            self.streams.add(self.source.announced_as)
        operation = self.ready.operation
        variables = orjson.dumps(dict(operation.variables), option=orjson.OPT_SORT_KEYS)
        self.signature = (operation.text, operation.name, variables)

    def follow(self, key: str) -> list[Stream]:
        """Follow an object; return its streams."""
        self.keys.add(key)
        streams = self.source.streams(key)
        self.streams.update(streams)
        return streams

    def note(self, key: str, record: Recorded | None) -> None:
        """Note that an object may have changed."""
        self.dirty[key] = self.dirty.get(key) or record

    def take(self) -> dict[str, Recorded | None]:
        """The objects to look at; from now on, others are noted."""
        objects, self.dirty = self.dirty, {}
        return objects

    def put_back(self, objects: dict[str, Recorded | None]) -> None:
        """Return objects that could not be looked at."""
        self.dirty = {**self.dirty, **{key: record or self.dirty.get(key) for key, record in objects.items()}}

    def is_due(self, key: str, state: State | None) -> bool:
        """Whether this state is to be sent; it is compared with the next one."""
        before = self._states.get(key)
        self._states[key] = state
        if state is None or self.is_ended:
            return False
        after = self.source.after
        is_known = after is not None and state.version is not None and state.version <= after
        return not is_known and self.source.is_sent(before, state)

    def send(self, key: str, payload: bytes, state: State, record: Recorded | None) -> None:
        """Deliver a result, unless it equals the last one of this object or the subscription has ended."""
        digest = hash(payload)
        if self.is_ended or (self.source.skips_equal and self._payloads.get(key) == digest):
            return
        self._payloads[key] = digest
        version = state.version if self.source.is_resumable else None
        self.deliver(Push(self.name, key, payload, version, record.recorded_at if record else None))
