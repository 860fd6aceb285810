"""The embedded streams: one append-only table in the context's own database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, connection, transaction

from thriftshop.event_store import horizon
from thriftshop.event_store.models import Event
from thriftshop.events import envelope
from thriftshop.events.envelope import Recorded
from thriftshop.events.streams import Outcome, Refused, Repeated, Write, Written
from thriftshop.telemetry import metrics

INSERT = (
    "INSERT INTO events_event (topic, stream, version, kind, key, occurred_at, payload)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
# An event never has a lower transaction id than the one before it in its stream, so that the feed keeps the stream's
# order even if a transaction began early and waited for a lock.
INSERT_POSTGRESQL = (
    "INSERT INTO events_event (topic, stream, version, kind, key, occurred_at, payload, transaction_id)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, greatest(pg_current_xact_id()::text::bigint, %s))"
)
# SQLite keeps the order of a CROSS JOIN: each stream is one search of the index. With streams in an OR it scans the topic.
JOINED = "FROM requested CROSS JOIN events_event AS event WHERE event.topic = %s AND event.stream = requested.stream"
STREAMS_PER_QUERY = 200
SCAN_SIZE = 500


class DatabaseStreams:
    """The streams of one topic in the table `events_event`."""

    def __init__(self, topic: str) -> None:
        self.topic = topic

    def append(self, writes: Sequence[Write]) -> list[Outcome]:
        """All writes in one commit where none conflicts; each on its own where one does."""
        stamp = envelope.stamp()
        recorded = [
            envelope.wrap(self.topic, write.stream, write.expected_version, write.events, stamp) for write in writes
        ]
        pairs = list(zip(writes, recorded, strict=True))
        try:
            with transaction.atomic():
                self._insert(pairs)
        except IntegrityError:
            return [self._append(write, made) for write, made in pairs]
        return [Written(made) for made in recorded]

    def _append(self, write: Write, records: tuple[Recorded, ...]) -> Outcome:
        try:
            with transaction.atomic():
                self._insert([(write, records)])
        except IntegrityError:
            earlier = self.recorded_under(write.stream, write.key) if write.key else ()
            return Repeated(earlier) if earlier else Refused()
        return Written(records)

    def _insert(self, pairs: Sequence[tuple[Write, tuple[Recorded, ...]]]) -> None:
        # Looked up once: each access to the connection's proxy costs a microsecond.
        is_postgresql = connection.vendor == "postgresql"
        transaction_ids = self._expect_versions([write for write, _ in pairs], is_postgresql)
        rows = [_row(record, key) for write, made in pairs for record, key in _with_keys(write, made)]
        if is_postgresql:
            rows = [(*row, transaction_ids.get(row[1], 0)) for row in rows]
        with connection.cursor() as cursor:
            cursor.executemany(INSERT_POSTGRESQL if is_postgresql else INSERT, rows)
        metrics.EVENTS_APPENDED.labels(self.topic).inc(len(rows))

    def _expect_versions(self, writes: Sequence[Write], is_postgresql: bool) -> dict[str, int]:
        """The transaction id of each stream's last event. Raises IntegrityError if a stream is shorter than expected.

        The unique key refuses a version that exists; this refuses to skip one.
        """
        expected = {write.stream: write.expected_version for write in writes if write.expected_version > 0}
        column = "event.transaction_id" if is_postgresql else "0"
        current: dict[str, int] = {}
        for part in _parts(expected):
            parameters = [value for pair in part.items() for value in pair]
            with connection.cursor() as cursor:
                cursor.execute(
                    f"{_with_requested(len(part))} SELECT event.stream, {column} {JOINED} AND event.version = requested.version",
                    [*parameters, self.topic],
                )
                current.update(cursor.fetchall())
        if len(current) != len(expected):
            raise IntegrityError("A stream is not at the expected version.")
        return current

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
        with connection.cursor() as cursor:
            cursor.execute(
                f"{_with_requested(len(streams))} SELECT event.stream, event.payload {JOINED}"
                " AND event.version > requested.version ORDER BY event.stream, event.version",
                [*parameters, self.topic],
            )
            for stream, payload in cursor.fetchall():
                records[stream].append(envelope.decode(bytes(payload)))

    def scan(self, kinds: Collection[str] | None = None) -> Iterator[Recorded]:
        """Every event that the feed has, stream by stream."""
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
        with connection.cursor() as cursor:
            cursor.execute(f"{statement} ORDER BY stream, version LIMIT {SCAN_SIZE}", parameters)
            rows: list[tuple[str, int, bytes]] = cursor.fetchall()
        return rows

    def count(self) -> int:
        """The number of events."""
        return Event.objects.filter(topic=self.topic).count()


def _parts(streams: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """The streams in the portions in which they are queried."""
    names = list(streams)
    for start in range(0, len(names), STREAMS_PER_QUERY):
        yield {name: streams[name] for name in names[start : start + STREAMS_PER_QUERY]}


@lru_cache(maxsize=STREAMS_PER_QUERY)
def _with_requested(count: int) -> str:
    return f"WITH requested(stream, version) AS (VALUES {', '.join(['(%s, %s)'] * count)})"


def _row(record: Recorded, key: str | None) -> tuple[Any, ...]:
    payload = envelope.encode(record)
    envelope.keep(payload, record)
    return record.topic, record.stream, record.version, record.kind, key, record.occurred_at, payload


def _with_keys(write: Write, records: tuple[Recorded, ...]) -> list[tuple[Recorded, str | None]]:
    """The first event of a command has its key: that suffices to refuse the command a second time."""
    return [(record, write.key if n == 0 else None) for n, record in enumerate(records)]
