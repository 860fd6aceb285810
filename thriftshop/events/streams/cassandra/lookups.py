"""Versions and keys of streams: from what the process knows of the shard, and otherwise from the index.

What the process knows is asked first: an entry that it has dropped in between is in the index by then.
"""

from collections.abc import Iterable, Sequence

from cassandra.cluster import ResponseFuture

from thriftshop.events.envelope import Recorded
from thriftshop.events.streams import Write
from thriftshop.events.streams.cassandra import index
from thriftshop.events.streams.cassandra.log import Position
from thriftshop.events.streams.cassandra.shard import Shard


def look_up(shard: Shard, writes: Sequence[Write], end: Position) -> tuple[dict[str, int], set[tuple[str, str | None]]]:
    """The versions of the streams of these writes, and their used keys, as of `end`, which is the known end or before it.

    A stream is left out if the index does not have it at the version that its first write expects.
    """
    versions: dict[str, int] = {}
    used: set[tuple[str, str | None]] = set()
    version_requests: dict[str, tuple[int, ResponseFuture]] = {}
    key_requests: dict[str, ResponseFuture] = {}
    for stream, own in _by_stream(writes).items():
        keys, expected = {write.key for write in own if write.key is not None}, own[0].expected_version
        known = shard.look(stream, keys)
        if known is None:
            version_requests[stream] = expected, index.start_version(shard.topic, stream, expected)
        else:
            versions[stream] = known.version
            used |= {(stream, key) for key in known.used}
            keys -= known.used.keys()
        is_new = known is None and expected == 0
        if keys and not is_new and not (known and known.is_complete):
            version = known.version if known else expected
            key_requests[stream] = index.start_used(shard.topic, stream, version, keys)
    for stream, (expected, request) in version_requests.items():
        if index.is_at(expected, request):
            versions[stream] = expected
            shard.learn(stream, expected, end)
    used |= {(stream, key) for stream, request in key_requests.items() for key in index.used(request)}
    return versions, used


def _by_stream(writes: Iterable[Write]) -> dict[str, list[Write]]:
    by_stream: dict[str, list[Write]] = {}
    for write in writes:
        by_stream.setdefault(write.stream, []).append(write)
    return by_stream


def used_at(shard: Shard, stream: str, key: str) -> int:
    """The version that a stream recorded under a key, as of the known end; 0 if it does not have the key."""
    known = shard.look(stream, [key])
    if known and (known.used or known.is_complete):
        return known.used.get(key, 0)
    return index.find_key(shard.topic, stream, key)


def is_recorded(shard: Shard, record: Recorded, payload: bytes) -> bool:
    """Whether an event was recorded as of the known end: the bytes of each event are unique by its id."""
    known = shard.look(record.stream)
    if known and known.version < record.version:
        return False
    for entry in shard.pending([record.stream]):
        if entry.version == record.version:
            return entry.payload == payload
    return index.event(shard.topic, record.stream, record.version) == payload
