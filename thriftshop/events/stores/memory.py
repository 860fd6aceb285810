"""The event store in memory: for tests, and for showing how little a store is."""

import threading
from collections.abc import Collection, Mapping, Sequence

from thriftshop.events import envelope
from thriftshop.events.envelope import Recorded
from thriftshop.events.stores import COUNTED, Outcome, Refused, Repeated, Write, Written


class MemoryStore:
    """Events of one topic in lists; gone with the process."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self._lock = threading.Lock()
        self._streams: dict[str, list[bytes]] = {}
        self._keys: dict[tuple[str, str], int] = {}
        self._log: list[tuple[str, bytes]] = []

    def append(self, writes: Sequence[Write]) -> list[Outcome]:
        """Appends to several streams, each atomically and on its own."""
        with self._lock:
            return [self._append_one(write) for write in writes]

    def _append_one(self, write: Write) -> Outcome:
        stream = self._streams.get(write.stream, [])
        if write.key and (write.stream, write.key) in self._keys:
            return Repeated(self.recorded_under(write.stream, write.key))
        if len(stream) != write.expected_version:
            return Refused()
        first = write.expected_version + 1
        made = envelope.wrap(self.topic, write.stream, write.expected_version, write.events, envelope.stamp())
        payloads = [envelope.encode(one) for one in made]
        self._streams[write.stream] = [*stream, *payloads]
        self._log.extend(zip((one.kind for one in made), payloads, strict=True))
        if write.key:
            self._keys[write.stream, write.key] = first
        return Written(made)

    def read(self, streams: Mapping[str, int]) -> dict[str, list[Recorded]]:
        """The events of each stream after the version given for it, in order."""
        return {
            stream: [envelope.decode(payload) for payload in self._streams.get(stream, [])[after:]]
            for stream, after in streams.items()
        }

    def recorded_under(self, stream: str, key: str) -> tuple[Recorded, ...]:
        """The first event that a stream recorded under a key; nothing where it has not seen the key."""
        version = self._keys.get((stream, key))
        return (envelope.decode(self._streams[stream][version - 1]),) if version else ()

    def read_log(self, after: int, limit: int, kinds: Collection[str] | None = None) -> list[tuple[int, bytes]]:
        """Positions and payloads after a position, in the order in which they were recorded."""
        found = []
        for position, (kind, payload) in enumerate(self._log[after:], start=after + 1):
            if kinds is None or kind in kinds:
                found.append((position, payload))
                if len(found) == limit:
                    break
        return found

    def count_log(self, after: int, kinds: Collection[str] | None = None) -> int:
        """How many events `read_log` would give in all, counted up to COUNTED."""
        return len(self.read_log(after, COUNTED, kinds))

    def head(self) -> int:
        """The position of the last event; 0 where there is none."""
        return len(self._log)

    def count(self) -> int:
        """How many events there are."""
        return len(self._log)
