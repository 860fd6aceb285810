"""Streams in memory: for tests, and as the smallest implementation."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence

from thriftshop.events import envelope
from thriftshop.events.envelope import Recorded
from thriftshop.events.streams import Outcome, Refused, Repeated, Write, Written, in_order

Encoded = Sequence[tuple[Recorded, bytes]]


class MemoryStreams:
    """The streams of one topic in lists, and one list of all events in the order in which they were recorded."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self._lock = threading.Lock()
        self._streams: dict[str, list[bytes]] = {}
        self._keys: dict[tuple[str, str], int] = {}
        self.log: list[tuple[str, str, bytes]] = []  # stream, kind, payload

    def append(self, writes: Sequence[Write]) -> list[Outcome]:
        """Make several writes, each atomically and on its own, those of one stream in their order."""
        records = [write.recorded(self.topic) for write in writes]
        encoded = [[(record, envelope.encode(record)) for record in made] for made in records]
        with self._lock:
            return in_order(zip(writes, encoded, strict=True), self._append)

    def _append(self, write: Write, encoded: Encoded) -> Outcome:
        stream = self._streams.get(write.stream, [])
        if write.key and (write.stream, write.key) in self._keys:
            return Repeated(self.recorded_under(write.stream, write.key))
        if len(stream) != write.expected_version:
            return Refused()
        self._streams[write.stream] = [*stream, *(payload for _, payload in encoded)]
        self.log.extend((record.stream, record.kind, payload) for record, payload in encoded)
        if write.key:
            self._keys[write.stream, write.key] = write.expected_version + 1
        return Written(tuple(record for record, _ in encoded))

    def read(self, streams: Mapping[str, int]) -> dict[str, list[Recorded]]:
        """The events of each stream after the given version, in order."""
        return {
            stream: [envelope.decode(payload) for payload in self._streams.get(stream, [])[after:]]
            for stream, after in streams.items()
        }

    def recorded_under(self, stream: str, key: str) -> tuple[Recorded, ...]:
        """The first event that a stream recorded under a key; empty if it does not have the key."""
        version = self._keys.get((stream, key))
        return (envelope.decode(self._streams[stream][version - 1]),) if version else ()

    def scan(self, kinds: Collection[str] | None = None) -> Iterator[Recorded]:
        """Every event, stream by stream."""
        for stream in list(self._streams):
            for payload in self._streams[stream]:
                record = envelope.decode(payload)
                if kinds is None or record.kind in kinds:
                    yield record

    def count(self) -> int:
        """The number of events."""
        return len(self.log)
