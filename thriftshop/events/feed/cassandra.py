"""The feed of streams in Cassandra: each shard's log is a partition, for the relay and for consumers without Kafka."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from thriftshop.events import feed, streams
from thriftshop.events.feed import Batch, Cursor, Message
from thriftshop.events.streams.cassandra import CassandraStreams, log
from thriftshop.events.streams.cassandra.log import Entry, Position


class CassandraFeed:
    """The feed of one topic whose streams are in Cassandra."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        # Fails at start: the events of other streams would never arrive here.
        topic_streams = streams.of(topic)
        if not isinstance(topic_streams, CassandraStreams):
            raise TypeError(f"EVENT_FEEDS has {topic} in Cassandra, EVENT_STORES does not: set both or neither.")
        self._streams = topic_streams

    @property
    def partitions(self) -> Sequence[int]:
        """The numbers of the shards."""
        return range(self._streams.count_shards())

    def ends(self) -> dict[int, Cursor]:
        """Where each partition ends."""
        return {number: _cursor(shard.end) for number, shard in enumerate(self._streams.caught_up())}

    def read(self, partition: int, after: Cursor, limit: int, kinds: Collection[str] | None = None) -> Batch:
        """The next events of a partition, of these kinds or of all. Raises InvalidCursor."""
        place, messages = _place(after), []
        for entry in self._entries(partition, place, limit):
            place = entry.next
            if kinds is None or entry.kind in kinds:
                messages.append(Message(_cursor(place), entry.stream, entry.payload))
                if len(messages) == limit:
                    break
        return Batch(messages, _cursor(place))

    def count(self, partition: int, after: Cursor, kinds: Collection[str] | None = None) -> int:
        """How many events `read` has yet to return, up to COUNTED."""
        return len(self.read(partition, after, feed.COUNTED, kinds).messages)

    def wait(self, seen: Mapping[int, Cursor], seconds: float) -> dict[int, Cursor]:
        """The ends, as soon as they differ from those `seen`, or after `seconds`."""
        return feed.poll(self, seen, seconds)

    def _entries(self, partition: int, after: Position, limit: int) -> Iterator[Entry]:
        for entries in log.pages(self._streams.name, partition, after, size=min(limit, log.PAGE)):
            yield from entries


def _cursor(position: Position) -> Cursor:
    return Cursor(str(position))


def _place(cursor: Cursor) -> Position:
    try:
        return log.position(cursor)
    except ValueError as error:
        raise feed.InvalidCursor(cursor) from error
