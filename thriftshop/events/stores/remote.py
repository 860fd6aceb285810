"""The log of a context that another process hosts, read from its owner under the platform's contract."""

from collections.abc import Collection, Mapping, Sequence
from typing import NoReturn

from idl import platform
from thriftshop import rpc
from thriftshop.events.envelope import Recorded
from thriftshop.events.stores import Outcome, Write

# The owner gives no more than this at once.
PAGE = 1_000


class ReadOnly(Exception):
    """A stream of another process was to be loaded or written here: ask its service."""


class RemoteStore:
    """The log of one topic at its owner. What asks must say which context it asks for (`caller`): not all may read all.

    Raises rpc.Unavailable while the owner is away, and rpc.NotAllowed for events that the context may not read.
    """

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self._owner = rpc.connect(platform.PlatformService, at=topic)

    def read_log(self, after: int, limit: int, kinds: Collection[str] | None = None) -> list[tuple[int, bytes]]:
        """Positions and payloads after a position, in order; fewer than `limit` where they are large, none at the end."""
        wanted = None if kinds is None else sorted(kinds)
        entries = self._owner.read_log(self.topic, after, min(limit, PAGE), wanted)
        return [(entry.position, entry.envelope) for entry in entries]

    def count_log(self, after: int, kinds: Collection[str] | None = None) -> int:
        """How many events `read_log` would give in all, counted up to COUNTED."""
        return self._owner.count_log(self.topic, after, None if kinds is None else sorted(kinds))

    def head(self) -> int:
        """The position of the last event; 0 where there is none."""
        return self._owner.get_head(self.topic)

    def await_head(self, after: int, patience_seconds: float) -> int:
        """The position of the last event, as soon as it is beyond `after`; as it is where the owner waits no longer."""
        return self._owner.await_head(self.topic, after, int(patience_seconds * 1000))

    def append(self, writes: Sequence[Write]) -> list[Outcome]:
        """Refused: only its owner writes a log."""
        self._refuse()

    def read(self, streams: Mapping[str, int]) -> dict[str, list[Recorded]]:
        """Refused: streams are their owner's own."""
        self._refuse()

    def recorded_under(self, stream: str, key: str) -> tuple[Recorded, ...]:
        """Refused: streams are their owner's own."""
        self._refuse()

    def count(self) -> int:
        """Refused: what others may not read is not counted for them."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise ReadOnly(
            f"The events of {self.topic} are kept by the process that hosts {self.topic}, which this one does not:"
            f" ask its service, or add {self.topic} to CONTEXTS."
        )
