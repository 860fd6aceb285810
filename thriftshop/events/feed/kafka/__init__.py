"""The feed of a topic in Kafka, which relays fill (docs/decisions/0046-kafka-feed.md)."""

import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence

from thriftshop import call_context
from thriftshop.events import feed, readers, streams, wakeups
from thriftshop.events.feed import Batch, Cursor, Message
from thriftshop.events.feed.kafka import clients, cursors, history, records, topics
from thriftshop.events.feed.kafka.cursors import Place
from thriftshop.events.feed.kafka.records import Record
from thriftshop.events.feed.kafka.tail import Tail
from thriftshop.rpc import errors

COUNTED_EXACTLY = 2_000
"""What is further behind is counted by offsets, with what was published twice."""
READ_TRIES = 3


class Expired(Exception):
    """The next events of a group are older than the topic's retention."""


class KafkaFeed:
    """The feed of one topic. The call context must name the reading context as `caller` if another process hosts the topic."""

    publisher = "thriftshop.events.feed.kafka.publisher.publish"
    """The function with which a relay publishes to it. Any process can read it, also one that does not host the topic."""
    membership = "thriftshop.events.kafka_membership.Membership"

    def __init__(self, topic: str) -> None:
        self.topic = f"kafka:{topic}"
        """The name under which threads are woken for its events, which arrive later than they are recorded."""
        self.name = topics.name_of(topic)
        self.context = topic
        self._lock = threading.Lock()
        self._opened: Tail | None = None

    @property
    def partitions(self) -> Sequence[int]:
        """The numbers of the partitions. Raises Unavailable."""
        return sorted(self._tail.known())

    def ends(self) -> dict[int, Cursor]:
        """Where each partition ends, asked of the brokers. Raises Unavailable."""
        return _cursors(self._tail.reach(self._bounds()))

    def read(self, partition: int, after: Cursor, limit: int, kinds: Collection[str] | None = None) -> Batch:
        """The next events of a partition, of these kinds or of all. Raises InvalidCursor, Expired, Unavailable."""
        allowed = self._allowed(kinds)
        place, messages = self._begin(partition, cursors.read(after)), list[Message]()
        for record in self._records(partition, place.offset):
            is_next = records.is_next(record, place.position)
            place = records.after(place, record)
            if is_next and (allowed is None or record.kind in allowed):
                messages.append(self._message(place, record))
                if len(messages) == limit:
                    break
        return Batch(messages, cursors.write(place))

    def count(self, partition: int, after: Cursor, kinds: Collection[str] | None = None) -> int:
        """How many events `read` has yet to return, up to COUNTED; estimated if they are many."""
        end = self._bounds()[partition]
        behind = end - self._begin(partition, cursors.read(after)).offset
        if behind > COUNTED_EXACTLY:
            return min(behind, feed.COUNTED)
        self._tail.reach({partition: end})
        return len(self.read(partition, after, feed.COUNTED, kinds).messages)

    def wait(self, seen: Mapping[int, Cursor], seconds: float) -> dict[int, Cursor]:
        """The ends as this process knows them, as soon as they differ from those `seen`, or after `seconds`.

        Raises Unavailable if the brokers do not answer: then there may be events that this process does not know.
        """
        until = time.monotonic() + seconds
        while True:
            count = wakeups.count(self.topic)
            ends = _cursors(self._tail.current(max(0.0, until - time.monotonic())))
            remaining = until - time.monotonic()
            if ends != seen or remaining <= 0:
                return ends
            wakeups.wait(count, remaining, self.topic)

    def after_log(self, published: Mapping[int, Cursor], log: Sequence[Cursor]) -> dict[int, Cursor]:
        """Where to read on after the log was read to these ends: what was published until then, and later, is skipped."""
        places = {number: self._begin(number, cursors.read(cursor)) for number, cursor in published.items()}
        positions = {number: log[number % len(log)] for number in places}
        return {
            number: cursors.write(place._replace(position=max(place.position, positions[number], key=cursors.order)))
            for number, place in places.items()
        }

    def position(self, cursor: Cursor) -> Cursor:
        """The position in the log of a cursor."""
        return Cursor(cursors.read(cursor).position)

    def close(self) -> None:
        """End the thread."""
        with self._lock:
            if self._opened is not None:
                self._opened.stop()
                self._opened = None

    @property
    def _tail(self) -> Tail:
        with self._lock:
            if self._opened is None:
                self._opened = Tail(self.name, self.topic)
                self._opened.start()
            return self._opened

    def _bounds(self) -> dict[int, int]:
        """The offsets after the last record of each partition. Raises Unavailable."""
        bounds: dict[int, int] = feed.once(self.name, self._ask_for_bounds)
        return bounds

    def _ask_for_bounds(self) -> dict[int, int]:
        count = len(self.partitions)
        return {number: end for number, (_, end) in history.shared().bounds(self.name, range(count)).items()}

    def _allowed(self, kinds: Collection[str] | None) -> Collection[str] | None:
        if streams.is_hosted(self.context):
            return kinds
        return readers.narrowed(self.context, call_context.current().caller, kinds)

    def _begin(self, partition: int, place: Place) -> Place:
        """Where a reader continues: at the start of the topic if it was deleted and created again."""
        known = self._tail.known()[partition]
        is_other = place.topic_id != known.topic_id
        if is_other or (place.offset > known.offset and place.offset > self._bounds()[partition]):
            return Place(known.topic_id, 0, place.position)
        return place

    def _records(self, partition: int, offset: int) -> Iterator[Record]:
        """The records of a partition from an offset on, to the end that this process knows."""
        while True:
            read = self._tail.after(partition, offset)
            if read is None:
                read = self._older(partition, offset)
            if not read:
                return
            yield from read
            offset = read[-1].offset + 1

    def _older(self, partition: int, offset: int) -> list[Record]:
        first = history.shared().bounds(self.name, [partition])[partition].first
        if offset < first and offset:
            raise Expired(
                f"{self.name}/{partition} begins at offset {first}, and offset {offset} is to be read: rebuild the projection,"
                " or set its checkpoint forward if its events may be left out."
            )
        try:
            return history.shared().after((self.name, partition), max(first, offset))
        except clients.Restart as error:
            raise errors.Unavailable(f"{self.name} is being created again.") from error

    def _message(self, place: Place, record: Record) -> Message:
        cursor = cursors.write(place)
        if record.restricted is None:
            return Message(cursor, record.key, record.value)
        name = topics.restricted_name_of(self.context)
        try:
            (referred, *_) = history.shared().after((name, record.partition), record.restricted)
        except clients.Restart:
            referred = None
        if referred is None or referred.position != record.position:
            raise errors.Unavailable(f"{name} has lost events: delete it and {self.name}, and run `manage.py publish`.")
        return Message(cursor, referred.key, referred.value)


def _cursors(places: Mapping[int, Place]) -> dict[int, Cursor]:
    return {number: cursors.write(place) for number, place in places.items()}
