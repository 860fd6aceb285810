"""The embedded streams: one append-only table in the context's own database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import IntegrityError, connection, transaction

from thriftshop.database import statements
from thriftshop.event_store import horizon
from thriftshop.event_store.models import Event
from thriftshop.events import envelope
from thriftshop.events.envelope import Recorded
from thriftshop.events.streams import Outcome, Refused, Repeated, Snapshot, Write, Written, in_order

COLUMNS = "topic, stream, version, kind, key, occurred_at, payload"
# The unique key refuses a version that exists; the join refuses to skip one.
PREVIOUS = (
    "LEFT JOIN events_event AS previous ON previous.topic = new.topic AND previous.stream = new.stream"
    " AND previous.version = new.version - 1 WHERE new.version = 1 OR previous.version IS NOT NULL"
)
INSERT = (
    f"INSERT INTO events_event ({COLUMNS}) WITH new({COLUMNS}) AS (VALUES (%s, %s, %s, %s, %s, %s, %s))"  # noqa: S608
    f" SELECT new.* FROM new {PREVIOUS}"
)
# An event never has a lower transaction id than the one before it in its stream, so that the feed keeps the stream's
# order even if a transaction began early and waited for a lock.
INSERT_POSTGRESQL = (
    f"INSERT INTO events_event ({COLUMNS}, transaction_id)"  # noqa: S608
    f" WITH new({COLUMNS}) AS (VALUES (%s, %s, %s::bigint, %s, %s, %s::bigint, %s))"
    " SELECT new.*, greatest(pg_current_xact_id()::text::bigint, previous.transaction_id)"
    f" FROM new {PREVIOUS}"
)
# SQLite keeps the order of a CROSS JOIN: each stream is one search of the index. With streams in an OR it scans the topic.
JOINED = "FROM requested CROSS JOIN events_event AS event WHERE event.topic = %s AND event.stream = requested.stream"
# One statement for the snapshots and the events from them on. A stream without any has a row too, since its snapshot is wrong.
FROM_SNAPSHOTS = (
    " SELECT requested.stream, snapshot.version, snapshot.event_id,"
    " CASE WHEN event.version = snapshot.version THEN snapshot.state END, event.payload"
    " FROM requested LEFT JOIN events_snapshot AS snapshot ON requested.version = 0 AND snapshot.topic = %s"
    " AND snapshot.stream = requested.stream AND snapshot.fingerprint = %s"
    " LEFT JOIN events_event AS event ON event.topic = %s AND event.stream = requested.stream"
    " AND event.version >= coalesce(snapshot.version, requested.version + 1)"
)
SAVE_SNAPSHOT = (
    "INSERT INTO events_snapshot (topic, stream, version, event_id, fingerprint, state) VALUES (%s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (topic, stream) DO UPDATE SET version = excluded.version, event_id = excluded.event_id,"
    " fingerprint = excluded.fingerprint, state = excluded.state"
)
STREAMS_PER_QUERY = 200
SCAN_SIZE = 500
Row = tuple[Any, ...]


class DatabaseStreams:
    """The streams of one topic in the table `events_event`."""

    log_feed = "thriftshop.events.feed.database.DatabaseFeed"

    def __init__(self, topic: str) -> None:
        self.topic = topic

    def append(self, writes: Sequence[Write]) -> list[Outcome]:
        """All writes in one commit where none conflicts; each on its own where one does."""
        records = [write.recorded(self.topic) for write in writes]
        rows = [_rows(write, made) for write, made in zip(writes, records, strict=True)]
        try:
            self._insert([row for made in rows for row in made])
        except IntegrityError:
            if len(writes) > 1:
                return in_order(zip(writes, zip(records, rows, strict=True), strict=True), self._append)
            return [self._failure(writes[0])]
        return [Written(made) for made in records]

    def _append(self, write: Write, made: tuple[tuple[Recorded, ...], Sequence[Row]]) -> Outcome:
        records, rows = made
        try:
            self._insert(rows)
        except IntegrityError:
            return self._failure(write)
        return Written(records)

    def _failure(self, write: Write) -> Outcome:
        earlier = self.recorded_under(write.stream, write.key) if write.key else ()
        return Repeated(earlier) if earlier else Refused()

    def _insert(self, rows: Sequence[Row]) -> None:
        """Insert rows in one transaction. Raises IntegrityError if a stream is not at the version before its row's."""
        statement = INSERT
        if connection.vendor == "postgresql":
            # In a fixed order of streams: two transactions that write to the same ones wait for each other, without a deadlock.
            statement, rows = INSERT_POSTGRESQL, sorted(rows, key=lambda row: row[1:3])
        if len(rows) == 1 and not connection.in_atomic_block:  # a transaction by itself
            _check_count(statements.execute(statement, rows[0]), rows)
        else:
            with transaction.atomic():
                _check_count(statements.execute_many(statement, rows), rows)

    def recorded_under(self, stream: str, key: str) -> tuple[Recorded, ...]:
        """The first event that a stream recorded under a key; empty if it does not have the key."""
        first = Event.objects.filter(topic=self.topic, stream=stream, key=key).first()
        return (envelope.decode(bytes(first.payload)),) if first else ()

    def read(self, streams: Mapping[str, int]) -> dict[str, list[Recorded]]:
        """The events of each stream after the given version, in order."""
        records: dict[str, list[Recorded]] = {stream: [] for stream in streams}
        for part in _parts(streams):
            self._read_part(part, records)
        return records

    def _read_part(self, streams: Mapping[str, int], records: dict[str, list[Recorded]]) -> None:
        parameters = [value for pair in streams.items() for value in pair]
        rows = statements.fetch(
            f"{_with_requested(len(streams))} SELECT event.stream, event.payload {JOINED}"
            " AND event.version > requested.version ORDER BY event.stream, event.version",
            [*parameters, self.topic],
        )
        for stream, payload in rows:
            records[stream].append(envelope.decode(bytes(payload)))

    def read_from_snapshots(
        self, streams: Mapping[str, int], fingerprint: str
    ) -> tuple[list[Snapshot], dict[str, list[Recorded]]]:
        """As `read`, from the snapshots of this fingerprint for the streams to be read from their start."""
        snapshots: dict[str, Snapshot] = {}
        records: dict[str, list[Recorded]] = {stream: [] for stream in streams}
        for part in _parts(streams):
            parameters = [*(value for pair in part.items() for value in pair), self.topic, fingerprint, self.topic]
            rows = statements.fetch(_with_requested(len(part)) + FROM_SNAPSHOTS, parameters)
            for stream, version, event_id, state, payload in rows:
                if payload is not None:
                    records[stream].append(envelope.decode(bytes(payload)))
                if version is not None and (state is not None or stream not in snapshots):
                    snapshots[stream] = Snapshot(stream, version, event_id, fingerprint, bytes(state or b""))
        for own in records.values():
            own.sort(key=attrgetter("version"))
        return list(snapshots.values()), records

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Store snapshots in place of earlier ones of their streams."""
        rows = [(self.topic, *astuple(snapshot)) for snapshot in sorted(snapshots, key=attrgetter("stream"))]
        with transaction.atomic():
            statements.execute_many(SAVE_SNAPSHOT, rows)

    def scan(self, kinds: Collection[str] | None = None, ends: Mapping[int, str] | None = None) -> Iterator[Recorded]:
        """Every event that the feed has, stream by stream. In the snapshot in which `ends` were read there are no others."""
        # Page by page, so that no cursor is open while a rebuild writes on the same connection.
        after = ("", 0)
        while rows := self._page(after, kinds):
            yield from (envelope.decode(bytes(payload)) for _, _, payload in rows)
            after = rows[-1][:2]

    def _page(self, after: tuple[str, int], kinds: Collection[str] | None) -> list[tuple[str, int, bytes]]:
        condition = "topic = %s AND (stream, version) > (%s, %s)"
        parameters: list[Any] = [self.topic, *after]
        if kinds is not None:
            condition += f" AND kind IN ({', '.join(['%s'] * len(kinds)) or 'NULL'})"
            parameters += sorted(kinds)
        if connection.vendor == "postgresql":
            condition += f" AND transaction_id < {horizon.SQL}"
        statement = f"SELECT stream, version, payload FROM events_event WHERE {condition}"  # noqa: S608 - constants
        rows: list[Any] = statements.fetch(f"{statement} ORDER BY stream, version LIMIT {SCAN_SIZE}", parameters)
        return rows

    def count(self) -> int:
        """The number of events."""
        return Event.objects.filter(topic=self.topic).count()


def _check_count(count: int, rows: Sequence[Row]) -> None:
    if count != len(rows):
        raise IntegrityError("A stream is not at the expected version.")


def _parts(streams: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """The streams in the portions in which they are queried."""
    names = list(streams)
    for start in range(0, len(names), STREAMS_PER_QUERY):
        yield {name: streams[name] for name in names[start : start + STREAMS_PER_QUERY]}


@lru_cache(maxsize=STREAMS_PER_QUERY)
def _with_requested(count: int) -> str:
    return f"WITH requested(stream, version) AS (VALUES {', '.join(['(%s, %s)'] * count)})"


def _rows(write: Write, records: tuple[Recorded, ...]) -> list[Row]:
    """The first event of a command has its key: that suffices to refuse the command a second time."""
    return [_row(record, None if number else write.key) for number, record in enumerate(records)]


def _row(record: Recorded, key: str | None) -> Row:
    payload = envelope.encode(record)
    envelope.keep(payload, record)
    return record.topic, record.stream, record.version, record.kind, key, record.occurred_at, payload
