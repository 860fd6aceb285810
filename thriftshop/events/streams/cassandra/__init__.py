"""Streams in Cassandra: a log per shard of many streams, and an index by stream (docs/decisions/0042-cassandra-partitions.md).

A stream's shard is a hash of its name. The writes of a shard are committed in groups by one conditional batch, whose
condition is the head of the shard's log: a writer that did not know the newest entries is refused, reads them and decides again.
"""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence

from django.conf import settings

from thriftshop.events import envelope
from thriftshop.events.envelope import Recorded
from thriftshop.events.streams import Failed, Outcome, Refused, Repeated, Snapshot, Write, Written, starts
from thriftshop.events.streams.cassandra import index, log, lookups, reading
from thriftshop.events.streams.cassandra.indexer import Indexer
from thriftshop.events.streams.cassandra.shard import Shard
from thriftshop.events.streams.cassandra.writer import AlreadyUsed, Command, Writer


class CassandraStreams:
    """The streams of one topic in Cassandra."""

    log_feed = "thriftshop.events.feed.cassandra.CassandraFeed"

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.name = f"{settings.CASSANDRA_PREFIX}{topic}"
        self._lock = threading.Lock()
        self._shard_count = 0
        self._shards: dict[int, Shard] = {}
        self._writers: dict[int, Writer] = {}
        self._indexer = Indexer(self.name)

    def append(self, writes: Sequence[Write]) -> list[Outcome]:
        """Append to several streams; those of a shard are committed together. Raises NoAnswer."""
        commands = _commands(self.topic, writes)
        by_shard = self._by_shard([write.stream for write in writes])
        for number in by_shard:
            self._shard(number)
        for number, own in by_shard.items():
            self._writers[number].submit([commands[position] for position in own if commands[position].payloads])
        for command in commands:
            if command.payloads:
                command.done.wait()
        self._indexer.wake()
        return [self._outcome(command) for command in commands]

    def _outcome(self, command: Command) -> Outcome:
        match command.outcome:
            case None:
                return Written(())
            case Refused():
                return command.outcome
            case AlreadyUsed():
                return Repeated(self.recorded_under(command.write.stream, command.write.key or ""))
            case Written():
                for record, payload in zip(command.recorded, command.payloads, strict=True):
                    envelope.keep(payload, record)
                return command.outcome
            case error:
                return Failed(error)

    def read(self, streams: Mapping[str, int]) -> dict[str, list[Recorded]]:
        """The events of each stream after the given version, in order. Raises Unavailable."""
        names = list(streams)
        found: dict[str, dict[int, bytes]] = {}
        requests = []
        for number, own in self._by_shard(names).items():
            requests.append(
                reading.Request(self._shard(number), {names[position]: streams[names[position]] for position in own})
            )
        for request in requests:
            found |= request.result()
        self._indexer.wake()
        return {stream: _decode_next(found[stream], after) for stream, after in streams.items()}

    def read_from_snapshots(
        self, streams: Mapping[str, int], fingerprint: str
    ) -> tuple[list[Snapshot], dict[str, list[Recorded]]]:
        """As `read`, from the snapshots of this fingerprint for the streams to be read from their start. Raises Unavailable.

        A stream that this process knows to be new has none; for the others that takes two requests, one after the other.
        """
        new = [stream for stream, version in streams.items() if not version and self._may_have_events(stream)]
        snapshots = [found for found in index.snapshots(self.name, new) if found.fingerprint == fingerprint]
        return snapshots, self.read({**streams, **starts(snapshots)})

    def _may_have_events(self, stream: str) -> bool:
        known = self._shard(log.shard_of(stream, self.count_shards())).look(stream)
        return known is None or known.version > 0

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Store snapshots in place of earlier ones of their streams. Raises Unavailable."""
        index.save_snapshots(self.name, snapshots)

    def recorded_under(self, stream: str, key: str) -> tuple[Recorded, ...]:
        """The first event that a stream recorded under a key; empty if it does not have the key. Raises Unavailable."""
        shard = self._shard(log.shard_of(stream, self.count_shards()))
        shard.catch_up(shard.start_catching_up())
        version = lookups.used_at(shard, stream, key)
        return tuple(self.read({stream: version - 1})[stream][:1]) if version else ()

    def scan(self, kinds: Collection[str] | None = None, ends: Mapping[int, str] | None = None) -> Iterator[Recorded]:
        """Every event of the shards up to the ends, read side by side; ordered within a shard. Raises Unavailable."""
        running = [
            log.pages_until(self.name, number, None if ends is None else log.position(ends[number]))
            for number in range(self.count_shards())
        ]
        while running:
            for pages in list(running):
                entries = next(pages, None)
                if entries is None:
                    running.remove(pages)
                for entry in entries or ():
                    if kinds is None or entry.kind in kinds:
                        yield envelope.decode(entry.payload)

    def count(self) -> int:
        """The number of events. Raises Unavailable."""
        return sum(shard.end.sequence for shard in self.caught_up())

    def caught_up(self) -> list[Shard]:
        """The shards, of which this process knows all that was acknowledged before the call. Raises Unavailable."""
        shards = [self._shard(number) for number in range(self.count_shards())]
        requests = [(shard, shard.start_catching_up()) for shard in shards]
        for shard, request in requests:
            shard.catch_up(request)
        self._indexer.wake()
        return shards

    def close(self) -> None:
        """End the threads of this topic."""
        self._indexer.stop()
        for writer in self._writers.values():
            writer.stop()

    def _by_shard(self, names: Sequence[str]) -> dict[int, list[int]]:
        """The positions of these streams by shard."""
        positions: dict[int, list[int]] = {}
        for position, name in enumerate(names):
            positions.setdefault(log.shard_of(name, self.count_shards()), []).append(position)
        return positions

    def count_shards(self) -> int:
        """The number of shards of the topic. Raises Unavailable."""
        if not self._shard_count:
            self._shard_count = log.shards_of(self.name, settings.CASSANDRA_SHARDS)
        return self._shard_count

    def _shard(self, number: int) -> Shard:
        """A shard with its writer; first, what the index does not have yet is read."""
        with self._lock:
            shard = self._shards.get(number)
            if shard is None:
                shard = Shard(self.name, number)
                shard.catch_up(shard.start_catching_up())
                self._writers[number] = Writer(shard)
                self._shards[number] = shard
                self._indexer.add(shard)
        return shard


def _commands(topic: str, writes: Sequence[Write]) -> list[Command]:
    """The writes with their payloads, each with the one before it in its stream."""
    last: dict[str, Command] = {}
    commands = []
    for write in writes:
        recorded = write.recorded(topic)
        payloads = [envelope.encode(record) for record in recorded]
        commands.append(Command(write, recorded, payloads, last.get(write.stream)))
        if payloads:
            last[write.stream] = commands[-1]
    return commands


def _decode_next(payloads: Mapping[int, bytes], after: int) -> list[Recorded]:
    """The events that follow a version without a gap."""
    records = []
    while (payload := payloads.get(after + 1)) is not None:
        records.append(envelope.decode(payload))
        after += 1
    return records
