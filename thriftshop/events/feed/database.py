"""The embedded feed: the events table read in the order in which its rows become visible.

SQLite commits one transaction at a time, so positions become visible in their order. On PostgreSQL a later position can
be committed first: rows are read in the order of their transactions' ids, up to a horizon (thriftshop.event_store.horizon).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from thriftshop.database import statements
from thriftshop.event_store import horizon
from thriftshop.events import feed, streams
from thriftshop.events.feed import Batch, Cursor, Message
from thriftshop.events.streams.database import DatabaseStreams

RECENT = 32
"""Up to so many events are read to find those of some kinds; beyond that the database selects them."""


class Place(NamedTuple):
    """The content of a cursor. SQLite's transaction ids are all 0."""

    transaction_id: int
    position: int


class _Order(NamedTuple):
    """How a database orders the rows of a topic."""

    columns: str
    visible: str
    after: str
    order: str
    last: str
    partition: str


SQLITE = _Order(
    columns="0, position",
    visible="",
    after="position > %s",
    order="position",
    last="position DESC",
    partition="stream_partition(stream, %s) = %s",
)
POSTGRESQL = _Order(
    columns="transaction_id, position",
    visible=f" AND transaction_id < {horizon.SQL}",
    after="(transaction_id, position) > (%s, %s)",
    order="transaction_id, position",
    last="transaction_id DESC, position DESC",
    partition="('x' || left(md5(stream), 8))::bit(32)::bigint %% %s = %s",
)


class DatabaseFeed:
    """The feed of one topic in the table `events_event`."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.partitions = range(settings.EVENT_PARTITIONS)
        self._order = order()
        # Fails at start: the events of other streams would never arrive here.
        if not isinstance(streams.of(topic), DatabaseStreams):
            raise TypeError(f"EVENT_FEEDS has {topic} in the database, EVENT_STORES does not: set both or neither.")

    def ends(self) -> dict[int, Cursor]:
        """The end of each partition: the topic's last event, whichever partition has it."""
        return dict.fromkeys(self.partitions, _cursor(self._end()))

    def read(self, partition: int, after: Cursor, limit: int, kinds: Collection[str] | None = None) -> Batch:
        """The next events of a partition, of these kinds or of all. Raises InvalidCursor."""
        place = _place(after)
        if kinds is not None and len(self.partitions) == 1:
            recent = self._read_recent(place, min(limit, RECENT), kinds)
            if recent is not None:
                return recent
        # Without other kinds or partitions to skip, the last event read is the end.
        end = max(place, self._end()) if kinds is not None or len(self.partitions) > 1 else place
        condition, parameters = self._condition(partition, place, kinds)
        rows = self._rows(condition, parameters, limit)
        messages = [_message(row) for row in rows]
        if len(rows) == limit:
            return Batch(messages, messages[-1].cursor)
        return Batch(messages, _cursor(max([end, *(Place(*row[:2]) for row in rows[-1:])])))

    def _read_recent(self, place: Place, limit: int, kinds: Collection[str]) -> Batch | None:
        """The next events of these kinds, from all that there are, in one statement; None if those are too many."""
        rows = self._rows(*self._condition(0, place, None), limit)
        if len(rows) == limit:
            return None
        end = Place(*rows[-1][:2]) if rows else place
        return Batch([_message(row) for row in rows if row[4] in kinds], _cursor(end))

    def _rows(self, condition: str, parameters: Sequence[Any], limit: int) -> list[statements.Row]:
        return statements.fetch(
            f"SELECT {self._order.columns}, stream, payload, kind {condition} ORDER BY {self._order.order} LIMIT %s",
            [*parameters, limit],
        )

    def count(self, partition: int, after: Cursor, kinds: Collection[str] | None = None) -> int:
        """How many events `read` has yet to return, up to COUNTED."""
        condition, parameters = self._condition(partition, _place(after), kinds)
        rows = statements.fetch(f"SELECT count(*) FROM (SELECT 1 {condition} LIMIT {feed.COUNTED}) AS rest", parameters)  # noqa: S608
        return int(rows[0][0])

    def wait(self, seen: Mapping[int, Cursor], seconds: float) -> dict[int, Cursor]:
        """The ends, as soon as they differ from those `seen`, or after `seconds`."""
        return feed.poll(self, seen, seconds)

    def _end(self) -> Place:
        # Executed twenty times a second on an idle server: plain SQL, without building a query.
        rows = statements.fetch(
            f"SELECT {self._order.columns} FROM events_event WHERE topic = %s{self._order.visible}"  # noqa: S608
            f" ORDER BY {self._order.last} LIMIT 1",
            [self.topic],
        )
        return Place(*rows[0]) if rows else Place(0, 0)

    def _condition(self, partition: int, place: Place, kinds: Collection[str] | None) -> tuple[str, list[Any]]:
        clause = f"FROM events_event WHERE topic = %s AND {self._order.after}{self._order.visible}"
        parameters: list[Any] = [self.topic, *(place if self._order is POSTGRESQL else place[1:])]
        if kinds is not None:
            # An empty list matches nothing; SQL has no notation for it.
            clause += f" AND kind IN ({', '.join(['%s'] * len(kinds)) or 'NULL'})"
            parameters += sorted(kinds)
        if len(self.partitions) > 1:
            _define_partition()
            clause += f" AND {self._order.partition}"
            parameters += [len(self.partitions), partition]
        return clause, parameters


def last_position() -> int | None:
    """The position of the last event of any topic; None if it does not tell whether there are new ones.

    On PostgreSQL an event can become visible after one with a higher position.
    """
    if connection.vendor != "sqlite":
        return None
    position: int | None = statements.fetch("SELECT max(position) FROM events_event")[0][0]
    return position or 0


def order() -> _Order:
    """How the database in use orders the rows of a topic."""
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


def _define_partition() -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.create_function("stream_partition", 2, feed.partition_of, deterministic=True)


def _message(row: statements.Row) -> Message:
    return Message(_cursor(Place(*row[:2])), row[2], bytes(row[3]))


def _cursor(place: Place) -> Cursor:
    if place == (0, 0):
        return feed.START
    return Cursor(f"{place.transaction_id}:{place.position}" if place.transaction_id else str(place.position))


def _place(cursor: Cursor) -> Place:
    if not cursor:
        return Place(0, 0)
    transaction_id, _, position = cursor.rpartition(":")
    if not (position.isdecimal() and (transaction_id or "0").isdecimal() and len(cursor) <= feed.MAX_CURSOR):
        raise feed.InvalidCursor(cursor)
    return Place(int(transaction_id or 0), int(position))
