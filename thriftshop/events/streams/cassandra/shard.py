"""What a process knows of a shard: its head, the versions and keys of streams, and the entries not yet in the index."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from cassandra.cluster import EXEC_PROFILE_DEFAULT, ResponseFuture

from thriftshop.events.streams.cassandra import log
from thriftshop.events.streams.cassandra.log import Entry, Position

MAX_STREAMS = 20_000
MAX_KEYS = 500
"""The keys of a stream with more are looked up in the index."""
FOREIGN_SECONDS = 1.0
"""The time another process has to index what it wrote before this one does."""


CatchingUp = tuple[Position, ResponseFuture, object]


@dataclass(slots=True)
class Known:
    """A stream as of the shard's known head. `keys` are the versions by key: all of them if `has_all_keys`."""

    version: int
    keys: dict[str, int] = field(default_factory=dict)
    has_all_keys: bool = False
    changed_at: int = 0


class Look(NamedTuple):
    """The version of a stream, and which of some keys it has; if not `is_complete`, it may have others of them too."""

    version: int
    used: dict[str, int]
    is_complete: bool


class Pending(NamedTuple):
    """An entry that this process has not indexed, and when it may."""

    entry: Entry
    due: float


class Shard:
    """What this process knows of a shard of a topic. Its methods may be called by any thread."""

    def __init__(self, topic: str, number: int) -> None:
        self.topic = topic
        self.number = number
        self.indexed = log.watermark(topic, number)
        self.end = self.indexed
        """The place after the last entry that this process knows of."""
        self.bucket_head = log.head_of(topic, number, self.indexed.bucket)
        if self.bucket_head is not None:
            self.bucket_head = min(self.bucket_head, self.indexed.sequence)
        self._lock = threading.Lock()
        self._streams: OrderedDict[str, Known] = OrderedDict()
        self._pending: deque[Pending] = deque()
        self._evicted_at = self.indexed.sequence

    def apply(self, entries: Iterable[Entry], *, own: bool = False) -> None:
        """Take note of entries; those that are known already are skipped, and those beyond a gap."""
        due = 0.0 if own else time.monotonic() + FOREIGN_SECONDS
        with self._lock:
            for entry in entries:
                if entry.sequence == self.end.sequence + 1:
                    self._apply(entry, due)
            self._evict()

    def _apply(self, entry: Entry, due: float) -> None:
        known = self._streams.get(entry.stream)
        if known is None:
            known = self._streams[entry.stream] = Known(0, has_all_keys=entry.version == 1)
        known.version, known.changed_at = entry.version, entry.sequence
        if entry.key is not None:
            known.keys[entry.key] = entry.version
        self._streams.move_to_end(entry.stream)
        self._pending.append(Pending(entry, due))
        self.end = entry.next
        self.bucket_head = None if entry.ends_bucket else entry.sequence

    def _evict(self) -> None:
        while len(self._streams) > MAX_STREAMS:
            stream, known = next(iter(self._streams.items()))
            if known.changed_at > self.indexed.sequence:
                return
            del self._streams[stream]
            self._evicted_at = max(self._evicted_at, known.changed_at)

    def look(self, stream: str, keys: Collection[str] = ()) -> Look | None:
        """A stream as of the known head, and the versions recorded under these keys; None if it is not known."""
        with self._lock:
            known = self._streams.get(stream)
            if known is None:
                return None
            return Look(known.version, {key: known.keys[key] for key in keys if key in known.keys}, known.has_all_keys)

    def learn(self, stream: str, version: int, since: Position) -> None:
        """Take note of a stream's version as it was read when `since` was the end; ignored if the stream may have changed."""
        with self._lock:
            if stream not in self._streams and self._evicted_at <= since.sequence:
                self._streams[stream] = Known(version, has_all_keys=version == 0)
                self._evict()

    def pending(self, streams: Collection[str]) -> list[Entry]:
        """The entries of these streams that may be missing in the index."""
        with self._lock:
            return [pending.entry for pending in self._pending if pending.entry.stream in streams]

    def due(self, limit: int) -> list[Entry]:
        """The next entries to index: those of this process at once, those of others if they have not done it in time."""
        now = time.monotonic()
        entries: list[Entry] = []
        with self._lock:
            for pending in self._pending:
                if pending.due > now or len(entries) == limit:
                    break
                entries.append(pending.entry)
        return entries

    def is_foreign_due(self) -> bool:
        """Whether the next entry to index is of another process and may have been indexed there."""
        with self._lock:
            return bool(self._pending) and 0.0 < self._pending[0].due <= time.monotonic()

    def mark_indexed(self, position: Position) -> None:
        """Take note that the log is in the index up to here."""
        with self._lock:
            while self._pending and self._pending[0].entry.sequence <= position.sequence:
                self._limit_keys(self._pending.popleft().entry)
            if position.sequence > self.indexed.sequence:
                self.indexed = min(position, self.end)

    def _limit_keys(self, indexed: Entry) -> None:
        """Forget the key of an indexed entry if its stream has many."""
        known = self._streams.get(indexed.stream)
        if known and indexed.key is not None and len(known.keys) > MAX_KEYS:
            known.keys.pop(indexed.key, None)
            known.has_all_keys = False

    def waiting(self) -> int:
        """How many entries are not in the index as far as this process knows."""
        return len(self._pending)

    def head(self) -> tuple[Position, int | None]:
        """The known end and the head of its bucket. Ask before the versions: a write is conditional on this head."""
        with self._lock:
            return self.end, self.bucket_head

    def start_catching_up(self, profile: object = EXEC_PROFILE_DEFAULT) -> CatchingUp:
        """Request what follows the known end: `catch_up` waits for it."""
        end, _ = self.head()
        return end, log.start_page(self.topic, self.number, end, profile=profile), profile

    def catch_up(self, request: CatchingUp) -> None:
        """Take note of what follows the end that was known at the request."""
        end, future, profile = request
        for entries in log.pages(self.topic, self.number, end, future, profile=profile):
            self.apply(entries)
