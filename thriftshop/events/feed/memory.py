"""The feed of streams in memory."""

from collections.abc import Collection, Mapping

from django.conf import settings

from thriftshop.events import feed, streams
from thriftshop.events.feed import Batch, Cursor, Message
from thriftshop.events.streams.memory import MemoryStreams


class MemoryFeed:
    """The feed of a topic whose streams are in memory."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.partitions = range(settings.EVENT_PARTITIONS)
        self._log()  # fails at start, rather than at the first read, if the streams are elsewhere

    def ends(self) -> dict[int, Cursor]:
        """Where each partition ends."""
        return dict.fromkeys(self.partitions, _cursor(len(self._log())))

    def read(self, partition: int, after: Cursor, limit: int, kinds: Collection[str] | None = None) -> Batch:
        """The next events of a partition, of these kinds or of all."""
        log, records = self._log(), []
        for position in range(_position(after), len(log)):
            stream, kind, payload = log[position]
            if (kinds is None or kind in kinds) and feed.partition_of(stream, len(self.partitions)) == partition:
                records.append(Message(_cursor(position + 1), stream, payload))
                if len(records) == limit:
                    return Batch(records, records[-1].cursor)
        return Batch(records, _cursor(len(log)))

    def count(self, partition: int, after: Cursor, kinds: Collection[str] | None = None) -> int:
        """How many events `read` has yet to return, up to COUNTED."""
        return len(self.read(partition, after, feed.COUNTED, kinds).messages)

    def wait(self, seen: Mapping[int, Cursor], seconds: float) -> dict[int, Cursor]:
        """The ends, as soon as they differ from those `seen`, or after `seconds`."""
        return feed.poll(self, seen, seconds)

    def _log(self) -> list[tuple[str, str, bytes]]:
        log = streams.of(self.topic)
        if not isinstance(log, MemoryStreams):
            raise TypeError(f"EVENT_FEEDS has {self.topic} in memory, EVENT_STORES does not: set both or neither.")
        return log.log


def _cursor(position: int) -> Cursor:
    return Cursor(str(position)) if position else feed.START


def _position(cursor: Cursor) -> int:
    if cursor and not (cursor.isdecimal() and len(cursor) <= feed.MAX_CURSOR):
        raise feed.InvalidCursor(cursor)
    return int(cursor or 0)
