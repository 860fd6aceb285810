"""Streams in memory: for tests, and as the smallest implementation."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence

from thriftshop.events import envelope
from thriftshop.events.envelope import Recorded
from thriftshop.events.streams import Outcome, Refused, Repeated, Snapshot, Write, Written, in_order, starts

Encoded = Sequence[tuple[Recorded, bytes]]


class MemoryStreams:
    """The streams of one topic in lists, and one list of all events in the order in which they were recorded."""

    log_feed = "thriftshop.events.feed.memory.MemoryFeed"

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self._lock = threading.Lock()
        self._streams: dict[str, list[bytes]] = {}
        self._keys: dict[tuple[str, str], int] = {}
        self._snapshots: dict[str, Snapshot] = {}
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

    def read_from_snapshots(
        self, streams: Mapping[str, int], fingerprint: str
    ) -> tuple[list[Snapshot], dict[str, list[Recorded]]]:
        """As `read`, from the snapshots of this fingerprint for the streams to be read from their start."""
        new = [stream for stream, version in streams.items() if not version]
        snapshots = [self._snapshots[stream] for stream in new if stream in self._snapshots]
        snapshots = [snapshot for snapshot in snapshots if snapshot.fingerprint == fingerprint]
        return snapshots, self.read({**streams, **starts(snapshots)})

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Store snapshots in place of earlier ones of their streams."""
        self._snapshots |= {snapshot.stream: snapshot for snapshot in snapshots}

    def recorded_under(self, stream: str, key: str) -> tuple[Recorded, ...]:
        """The first event that a stream recorded under a key; empty if it does not have the key."""
        version = self._keys.get((stream, key))
        return (envelope.decode(self._streams[stream][version - 1]),) if version else ()

    def scan(self, kinds: Collection[str] | None = None, ends: Mapping[int, str] | None = None) -> Iterator[Recorded]:
        """Every event up to the ends, which are the same for all partitions, in the order in which they were recorded."""
        end = len(self.log) if ends is None else int(ends[0] or 0)
        for _, kind, payload in self.log[:end]:
            if kinds is None or kind in kinds:
                yield envelope.decode(payload)

    def count(self) -> int:
        """The number of events."""
        return len(self.log)
