"""The index by stream: written after the log, so it lags behind it; complete up to the watermark of each shard."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from cassandra.cluster import ResponseFuture

from thriftshop.events.streams import Snapshot
from thriftshop.events.streams.cassandra import session
from thriftshop.events.streams.cassandra.log import Entry

PART_VERSIONS = 10_000
"""The versions of a stream in one partition."""
MAX_BATCH_PARTITIONS, MAX_BATCH_BYTES = 10, 4096
"""Of a batch for several partitions; Cassandra's defaults warn above 10 and 5 KiB."""
ROW_BYTES = 250
"""What an event's rows take beside its payload."""
MAX_STORING = 20
"""The snapshots that are sent at once."""
KEYS = 0
"""The version of the rows that hold the keys of commands."""

INSERT = "INSERT INTO {keyspace}.streams (topic, stream, part, version, key, at, payload) VALUES (?, ?, ?, ?, ?, ?, ?)"
EVENTS = "SELECT version, payload FROM {keyspace}.streams WHERE topic = ? AND stream = ? AND part = ? AND version > ?"
EVENT = "SELECT payload FROM {keyspace}.streams WHERE topic = ? AND stream = ? AND part = ? AND version = ?"
VERSIONS = (
    "SELECT version FROM {keyspace}.streams WHERE topic = ? AND stream = ? AND part IN ? AND version >= ? LIMIT 2"
)
USED = (
    "SELECT key, at FROM {keyspace}.streams WHERE topic = ? AND stream = ? AND part IN ? AND version = 0 AND key IN ?"
)

SNAPSHOT = "SELECT snapshot FROM {keyspace}.snapshots WHERE topic = ? AND stream = ?"
SAVE_SNAPSHOT = "INSERT INTO {keyspace}.snapshots (topic, stream, snapshot) VALUES (?, ?, ?)"


def part_of(version: int) -> int:
    """The partition of a stream that has a version."""
    return max(0, version - 1) // PART_VERSIONS


def write(topic: str, entries: Iterable[Entry]) -> list[ResponseFuture]:
    """Send entries to the index: in a batch several partitions, as far as Cassandra takes it without a warning."""
    requests: list[ResponseFuture] = []
    rows: list[tuple[str, Sequence[Any]]] = []
    partitions, size = set[tuple[str, int]](), 0
    for entry in sorted(entries, key=_partition):
        is_full = len(partitions) == MAX_BATCH_PARTITIONS or size + _size(entry) > MAX_BATCH_BYTES
        if is_full and _partition(entry) not in partitions:
            requests.append(session.batch(rows))
            rows, partitions, size = [], set(), 0
        rows += _rows(topic, entry)
        partitions.add(_partition(entry))
        size += _size(entry)
    return [*requests, session.batch(rows)] if rows else requests


def _size(entry: Entry) -> int:
    return len(entry.payload) + ROW_BYTES


def _partition(entry: Entry) -> tuple[str, int]:
    return entry.stream, part_of(entry.version)


def _rows(topic: str, entry: Entry) -> list[tuple[str, Sequence[Any]]]:
    place = (topic, entry.stream, part_of(entry.version))
    rows: list[tuple[str, Sequence[Any]]] = [(INSERT, (*place, entry.version, "", session.UNSET, entry.payload))]
    if entry.key is not None:
        rows.append((INSERT, (*place, KEYS, entry.key, entry.version, session.UNSET)))
    return rows


def start_events(topic: str, stream: str, after: int) -> ResponseFuture:
    """Request the events of a stream after a version: `events` waits for them."""
    return session.start(EVENTS, (topic, stream, part_of(after + 1), after))


def events(topic: str, stream: str, after: int, future: ResponseFuture) -> dict[int, bytes]:
    """The events requested by `start_events` by version, and those of the following partitions."""
    found = dict(session.rows(future))
    last = max(found, default=after)
    while last and last % PART_VERSIONS == 0:
        news = dict(session.rows(start_events(topic, stream, last)))
        if not news:
            break
        found |= news
        last = max(news)
    return found


def event(topic: str, stream: str, version: int) -> bytes | None:
    """One event of a stream."""
    found = session.execute(EVENT, (topic, stream, part_of(version), version))
    return found[0][0] if found else None


def snapshots(topic: str, streams: Iterable[str]) -> list[Snapshot]:
    """The snapshots of these streams, as far as they have one."""
    requests = [session.start(SNAPSHOT, (topic, stream)) for stream in streams]
    return [msgspec.msgpack.decode(row[0], type=Snapshot) for request in requests for row in session.rows(request)]


def save_snapshots(topic: str, made: Sequence[Snapshot]) -> None:
    """Store snapshots in place of earlier ones of their streams."""
    for start in range(0, len(made), MAX_STORING):
        part = made[start : start + MAX_STORING]
        requests = [session.start(SAVE_SNAPSHOT, (topic, one.stream, msgspec.msgpack.encode(one))) for one in part]
        for request in requests:
            session.rows(request)


def start_version(topic: str, stream: str, expected: int) -> ResponseFuture:
    """Request whether a stream is at a version: `is_at` waits for the result."""
    parts = sorted({part_of(expected), part_of(expected + 1)})
    return session.start(VERSIONS, (topic, stream, parts, max(expected, 1)))


def is_at(expected: int, future: ResponseFuture) -> bool:
    """Whether the index has a stream up to this version and no further."""
    versions = [version for (version,) in session.rows(future)]
    return versions == ([expected] if expected else [])


def start_used(topic: str, stream: str, version: int, keys: Collection[str]) -> ResponseFuture:
    """Request which of these keys a stream of this version has: `used` waits for them."""
    return session.start(USED, (topic, stream, list(range(part_of(version) + 1)), list(keys)))


def used(future: ResponseFuture) -> dict[str, int]:
    """The versions of the events by the keys requested by `start_used`."""
    return dict(session.rows(future))


def find_key(topic: str, stream: str, key: str) -> int:
    """The version of the event recorded under a key; 0 if the stream does not have it."""
    part = 0
    while True:
        found = used(session.start(USED, (topic, stream, [part], [key])))
        is_last = not found and not session.execute(EVENT, (topic, stream, part, (part + 1) * PART_VERSIONS))
        if found or is_last:
            return found.get(key, 0)
        part += 1
