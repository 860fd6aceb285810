"""The log of a shard: partitions (buckets) of events in the order in which they were committed."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cassandra.cluster import EXEC_PROFILE_DEFAULT, ResponseFuture

from thriftshop.events.streams.cassandra import session

PAGE = 1_000
MAX_BUCKET, MAX_SEQUENCE, MAX_LENGTH = 2**31 - 1, 2**63 - 1, 40
BUCKET_EVENTS = 20_000
"""A bucket that has this many events is ended by the batch that reaches it: some 10 MB."""

MOVE_HEAD = "UPDATE {keyspace}.log SET head = ? WHERE topic = ? AND shard = ? AND bucket = ? IF head = ?"
INSERT = (
    "INSERT INTO {keyspace}.log (topic, shard, bucket, sequence, stream, version, kind, key, payload, ends_bucket)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
AFTER = (
    "SELECT bucket, sequence, stream, version, kind, key, payload, ends_bucket FROM {keyspace}.log"
    " WHERE topic = ? AND shard = ? AND bucket = ? AND sequence > ? LIMIT ?"
)
HEAD = "SELECT head FROM {keyspace}.log WHERE topic = ? AND shard = ? AND bucket = ? LIMIT 1"
WATERMARK = "SELECT bucket, sequence FROM {keyspace}.watermarks WHERE topic = ? AND shard = ?"
# Ordered by the sequence, not by clocks: a slower process cannot move the watermark back.
MOVE_WATERMARK = (
    "UPDATE {keyspace}.watermarks USING TIMESTAMP ? SET bucket = ?, sequence = ? WHERE topic = ? AND shard = ?"
)
BEGIN_TOPIC = "INSERT INTO {keyspace}.topics (topic, shards) VALUES (?, ?) IF NOT EXISTS"
TOPIC = "SELECT shards FROM {keyspace}.topics WHERE topic = ?"


class Position(NamedTuple):
    """A place in the log of a shard. Sequences continue from bucket to bucket."""

    bucket: int = 0
    sequence: int = 0

    def __str__(self) -> str:
        return f"{self.bucket}:{self.sequence}" if self.sequence else ""


def position(text: str) -> Position:
    """The position that was written as this text. Raises ValueError."""
    if not text:
        return Position()
    bucket, _, sequence = text.partition(":")
    if not (bucket.isdecimal() and sequence.isdecimal() and len(text) <= MAX_LENGTH):
        raise ValueError(text)
    if int(bucket) > MAX_BUCKET or int(sequence) > MAX_SEQUENCE:
        raise ValueError(text)
    return Position(int(bucket), int(sequence))


class Entry(NamedTuple):
    """A row of the log."""

    bucket: int
    sequence: int
    stream: str
    version: int
    kind: str
    key: str | None
    payload: bytes
    ends_bucket: bool | None

    @property
    def next(self) -> Position:
        """The place after this entry."""
        return Position(self.bucket + 1 if self.ends_bucket else self.bucket, self.sequence)


def shard_of(stream: str, shards: int) -> int:
    """The shard of a stream: the same in every process and for ever."""
    digest = hashlib.md5(stream.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "big") % shards


def shards_of(topic: str, configured: int) -> int:
    """The number of shards of a topic, which its first user sets."""
    known = session.execute(TOPIC, (topic,))
    if not known:
        session.execute(BEGIN_TOPIC, (topic, configured))
        known = session.execute(TOPIC, (topic,), session.SERIAL)
    return int(known[0][0])


def append(topic: str, shard: int, entries: Sequence[Entry], head: int | None) -> ResponseFuture:
    """Send entries of one bucket as a batch that is applied only if the bucket's head is still this."""
    bucket = entries[0].bucket
    moved: tuple[str, Sequence[Any]] = (MOVE_HEAD, (entries[-1].sequence, topic, shard, bucket, head))
    inserted = [(INSERT, (topic, shard, *map(_set, entry))) for entry in entries]
    return session.batch([moved, *inserted], conditional=True)


def _set(value: object) -> object:
    return session.UNSET if value is None else value


def start_page(
    topic: str, shard: int, after: Position, limit: int = PAGE, profile: object = EXEC_PROFILE_DEFAULT
) -> ResponseFuture:
    """Request the entries of a bucket after a place: `page` waits for them."""
    return session.start(AFTER, (topic, shard, after.bucket, after.sequence, limit), profile)


def page(future: ResponseFuture, after: Position) -> list[Entry]:
    """The entries requested by `start_page`, up to the first gap: what is beyond one is not acknowledged yet."""
    entries = [Entry(*row) for row in session.rows(future)]
    for number, entry in enumerate(entries, start=1):
        if entry.sequence != after.sequence + number:
            return entries[: number - 1]
    return entries


def pages(
    topic: str,
    shard: int,
    after: Position,
    future: ResponseFuture | None = None,
    size: int = PAGE,
    profile: object = EXEC_PROFILE_DEFAULT,
) -> Iterator[list[Entry]]:
    """The entries of a shard after a place, page by page, to its end; `future` may be the request of the first page."""
    future = future or start_page(topic, shard, after, size, profile)
    while entries := page(future, after):
        is_end = len(entries) < size and not entries[-1].ends_bucket
        after = entries[-1].next
        if not is_end:
            future = start_page(topic, shard, after, size, profile)
        yield entries
        if is_end:
            return


def pages_until(topic: str, shard: int, end: Position | None) -> Iterator[list[Entry]]:
    """The entries of a shard from its start up to this place, or to its end, page by page."""
    for entries in pages(topic, shard, Position()):
        if end is not None and entries[-1].sequence >= end.sequence:
            yield [entry for entry in entries if entry.sequence <= end.sequence]
            return
        yield entries


def head_of(topic: str, shard: int, bucket: int) -> int | None:
    """The last sequence of a bucket; None if it has no events."""
    found = session.execute(HEAD, (topic, shard, bucket))
    return found[0][0] if found else None


def watermark(topic: str, shard: int) -> Position:
    """Up to where the log of a shard is in the index."""
    found = session.execute(WATERMARK, (topic, shard))
    return Position(*found[0]) if found else Position()


def move_watermark(topic: str, shard: int, position: Position) -> None:
    """Record that the log of a shard is in the index up to here."""
    parameters = (position.sequence, position.bucket, position.sequence, topic, shard)
    session.execute(MOVE_WATERMARK, parameters)
