"""The embedded event store: one append-only table in the context's own database."""

import zlib
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from thriftshop.events import envelope
from thriftshop.events.envelope import Recorded
from thriftshop.events.models import Event
from thriftshop.events.stores import COUNTED, Outcome, Refused, Repeated, Write, Written
from thriftshop.telemetry import metrics

INSERT = (
    "INSERT INTO events_event (topic, stream, version, kind, key, occurred_at, payload)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
# CROSS JOIN, for SQLite keeps its order: each stream is one search of the index. With streams in an OR it scans the topic.
JOINED = "FROM wanted CROSS JOIN events_event AS event WHERE event.topic = %s AND event.stream = wanted.stream"
HEAD = "SELECT position FROM events_event WHERE topic = %s ORDER BY position DESC LIMIT 1"
STREAMS_PER_QUERY = 200


class DatabaseStore:
    """Events of one topic in the table `events_event`."""

    def __init__(self, topic: str) -> None:
        self.topic = topic

    def append(self, writes: Sequence[Write]) -> list[Outcome]:
        """All writes in one commit where none conflicts; each on its own where one does."""
        stamp = envelope.stamp()
        recorded = [
            envelope.wrap(self.topic, write.stream, write.expected_version, write.events, stamp) for write in writes
        ]
        try:
            with transaction.atomic():
                self._insert(list(zip(writes, recorded, strict=True)))
        except IntegrityError:
            return [self._append_one(write, made) for write, made in zip(writes, recorded, strict=True)]
        return [Written(made) for made in recorded]

    def _append_one(self, write: Write, made: tuple[Recorded, ...]) -> Outcome:
        try:
            with transaction.atomic():
                self._insert([(write, made)])
        except IntegrityError:
            earlier = self.recorded_under(write.stream, write.key) if write.key else ()
            return Repeated(earlier) if earlier else Refused()
        return Written(made)

    def _insert(self, pairs: Sequence[tuple[Write, tuple[Recorded, ...]]]) -> None:
        rows = [_row(one, key) for write, made in pairs for one, key in _with_keys(write, made)]
        self._expect_gapless(pairs)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Positions must become visible in their order, or a consumer would pass over a late one.
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(self.topic.encode())])
            cursor.executemany(INSERT, rows)
        metrics.EVENTS_APPENDED.labels(self.topic).inc(len(rows))

    def _expect_gapless(self, pairs: Sequence[tuple[Write, tuple[Recorded, ...]]]) -> None:
        """The unique key alone would let a caller skip versions; what is expected must be there."""
        wanted = {write.stream: write.expected_version for write, _ in pairs if write.expected_version > 0}
        if not wanted:
            return
        names = list(wanted)
        for start in range(0, len(names), STREAMS_PER_QUERY):
            part = names[start : start + STREAMS_PER_QUERY]
            parameters = [value for name in part for value in (name, wanted[name])]
            with connection.cursor() as cursor:
                cursor.execute(
                    f"{_wanted(len(part))} SELECT count(*) {JOINED} AND event.version = wanted.version",
                    [*parameters, self.topic],
                )
                if cursor.fetchone()[0] != len(part):
                    raise IntegrityError("A stream is not at the version that was expected.")

    def recorded_under(self, stream: str, key: str) -> tuple[Recorded, ...]:
        """The first event that a stream recorded under a key; nothing where it has not seen the key."""
        first = Event.objects.filter(topic=self.topic, stream=stream, key=key).first()
        return (envelope.decode(bytes(first.payload)),) if first else ()

    def read(self, streams: Mapping[str, int]) -> dict[str, list[Recorded]]:
        """The events of each stream after the version given for it, in order."""
        found: dict[str, list[Recorded]] = {stream: [] for stream in streams}
        names = list(streams)
        for start in range(0, len(names), STREAMS_PER_QUERY):
            self._read_part({name: streams[name] for name in names[start : start + STREAMS_PER_QUERY]}, found)
        return found

    def _read_part(self, streams: Mapping[str, int], found: dict[str, list[Recorded]]) -> None:
        parameters = [value for pair in streams.items() for value in pair]
        with connection.cursor() as cursor:
            cursor.execute(
                f"{_wanted(len(streams))} SELECT event.stream, event.payload {JOINED}"
                " AND event.version > wanted.version ORDER BY event.stream, event.version",
                [*parameters, self.topic],
            )
            for stream, payload in cursor.fetchall():
                found[stream].append(envelope.decode(bytes(payload)))

    def read_log(self, after: int, limit: int, kinds: Collection[str] | None = None) -> list[tuple[int, bytes]]:
        """Positions and payloads after a position, in the order in which they were recorded."""
        found = self._after(after, kinds).order_by("position").values_list("position", "payload")[:limit]
        return [(position, bytes(payload)) for position, payload in found]

    def count_log(self, after: int, kinds: Collection[str] | None = None) -> int:
        """How many events `read_log` would give in all, counted up to COUNTED."""
        return self._after(after, kinds)[:COUNTED].count()

    def _after(self, after: int, kinds: Collection[str] | None) -> QuerySet[Event]:
        rows = Event.objects.filter(topic=self.topic, position__gt=after)
        return rows if kinds is None else rows.filter(kind__in=kinds)

    def head(self) -> int:
        """The position of the last event; 0 where there is none."""
        # Asked twenty times a second of a quiet server: plain SQL, without the making of a query.
        with connection.cursor() as cursor:
            cursor.execute(HEAD, [self.topic])
            found = cursor.fetchone()
        return int(found[0]) if found else 0

    def count(self) -> int:
        """How many events there are."""
        return Event.objects.filter(topic=self.topic).count()


@lru_cache(maxsize=STREAMS_PER_QUERY)
def _wanted(count: int) -> str:
    return f"WITH wanted(stream, version) AS (VALUES {', '.join(['(%s, %s)'] * count)})"


def _row(one: Recorded, key: str | None) -> tuple[Any, ...]:
    payload = envelope.encode(one)
    envelope.keep(payload, one)
    return one.topic, one.stream, one.version, one.kind, key, one.occurred_at, payload


def _with_keys(write: Write, made: tuple[Recorded, ...]) -> list[tuple[Recorded, str | None]]:
    """The key stands on the first event of a command only: one is enough to refuse it a second time."""
    return [(one, write.key if n == 0 else None) for n, one in enumerate(made)]
