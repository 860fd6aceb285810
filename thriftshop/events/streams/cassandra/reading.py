"""Reading streams: from the index, and what the index does not have yet from the end of the shard's log."""

from collections.abc import Iterator, Mapping, Sequence

from thriftshop.events.streams.cassandra import index, log
from thriftshop.events.streams.cassandra.log import Entry
from thriftshop.events.streams.cassandra.shard import Look, Shard


class Request:
    """A read of streams of one shard: from the index, and what the index does not have yet from the log's end."""

    def __init__(self, shard: Shard, streams: Mapping[str, int]) -> None:
        self._shard = shard
        self._streams = streams
        # First of all: entries that the shard drops after this are in the index.
        self._end, _ = shard.head()
        self._pending = shard.pending(streams)
        self._tail = log.start_page(shard.topic, shard.number, self._end)
        known = {stream: shard.look(stream) for stream in streams}
        self._index = {
            stream: index.start_events(shard.topic, stream, after)
            for stream, after in streams.items()
            if not self._is_in_memory(known[stream], self._pending, stream, after)
        }
        self._unknown = {stream for stream, look in known.items() if look is None}

    @staticmethod
    def _is_in_memory(known: Look | None, pending: Sequence[Entry], stream: str, after: int) -> bool:
        first = next((entry.version for entry in pending if entry.stream == stream), None)
        return (known is not None and known.version <= after) or (first is not None and first <= after + 1)

    def result(self) -> dict[str, dict[int, bytes]]:
        """The events by stream and version."""
        found: dict[str, dict[int, bytes]] = {stream: {} for stream in self._streams}
        for stream, request in self._index.items():
            found[stream] = index.events(self._shard.topic, stream, self._streams[stream], request)
        for entry in [*self._pending, *self._news()]:
            if entry.stream in found:
                found[entry.stream][entry.version] = entry.payload
        for stream in self._unknown:
            if found[stream] or not self._streams[stream]:
                self._shard.learn(stream, max(found[stream], default=0), self._end)
        return found

    def _news(self) -> Iterator[Entry]:
        for entries in log.pages(self._shard.topic, self._shard.number, self._end, self._tail):
            self._shard.apply(entries)
            yield from entries
