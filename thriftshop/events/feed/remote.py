"""The feed of a topic that another process hosts, read by calls to it."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from idl import platform
from thriftshop import rpc
from thriftshop.events.feed import Batch, Cursor, Message

# The other side limits its answers as well.
PAGE = 500


class RemoteFeed:
    """The feed of one topic at the process that hosts it. The call context must name the reading context as `caller`.

    Raises rpc.Unavailable while that process does not answer, rpc.NotAllowed for events that the context may not read.
    """

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self._owner = rpc.connect(platform.PlatformService, at=topic)

    @cached_property
    def partitions(self) -> Sequence[int]:
        """The numbers of the partitions."""
        return sorted(self.ends())

    def ends(self) -> dict[int, Cursor]:
        """Where each partition ends."""
        return _cursors(self._owner.get_ends(self.topic))

    def read(self, partition: int, after: Cursor, limit: int, kinds: Collection[str] | None = None) -> Batch:
        """The next events of a partition, of these kinds or of all that the caller may read."""
        sorted_kinds = None if kinds is None else sorted(kinds)
        batch = self._owner.read_feed(self.topic, partition, after, min(limit, PAGE), sorted_kinds)
        messages = [Message(Cursor(message.cursor), message.key, message.envelope) for message in batch.messages]
        return Batch(messages, Cursor(batch.cursor))

    def count(self, partition: int, after: Cursor, kinds: Collection[str] | None = None) -> int:
        """How many events `read` has yet to return, up to COUNTED."""
        return self._owner.count_feed(self.topic, partition, after, None if kinds is None else sorted(kinds))

    def wait(self, seen: Mapping[int, Cursor], seconds: float) -> dict[int, Cursor]:
        """The ends, as soon as they differ from those `seen`, or after `seconds`; earlier if the other process is busy."""
        return _cursors(self._owner.await_ends(self.topic, dict(seen), int(seconds * 1000)))


def _cursors(ends: Mapping[int, str]) -> dict[int, Cursor]:
    return {partition: Cursor(cursor) for partition, cursor in ends.items()}
