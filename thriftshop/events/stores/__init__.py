"""Where events are kept: one store per context, chosen by the setting EVENT_STORES; all behave alike."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from thriftshop.events.envelope import Recorded


class Conflict(Exception):
    """Somebody else appended to the stream meanwhile: load it again and decide anew."""


@dataclass(frozen=True, slots=True)
class Write:
    """Events for the end of one stream, which must be at `expected_version`. A key seen there is not taken again."""

    stream: str
    expected_version: int
    events: Sequence[Any]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The write was taken; what was recorded."""

    recorded: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The stream has seen the key; nothing was written. What was recorded under it then."""

    recorded: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The stream has moved on; nothing was written."""


Outcome = Written | Repeated | Refused
REMOTE = "thriftshop.events.stores.remote.RemoteStore"
# Nobody needs to know more exactly than that how far behind a group is.
COUNTED = 10_000


class Store(Protocol):
    """An append-only log of streams. (stream, version) is unique; appending is the only write."""

    def append(self, writes: Sequence[Write]) -> list[Outcome]:
        """Appends to several streams, each atomically and on its own; stores that can commit them together do."""

    def read(self, streams: Mapping[str, int]) -> dict[str, list[Recorded]]:
        """The events of each stream after the version given for it, in order."""

    def recorded_under(self, stream: str, key: str) -> tuple[Recorded, ...]:
        """The first event that a stream recorded under a key; nothing where it has not seen the key."""

    def read_log(self, after: int, limit: int, kinds: Collection[str] | None = None) -> list[tuple[int, bytes]]:
        """Positions and payloads after a position, in the order in which they were recorded."""

    def count_log(self, after: int, kinds: Collection[str] | None = None) -> int:
        """How many events `read_log` would give in all, counted up to COUNTED."""

    def head(self) -> int:
        """The position of the last event; 0 where there is none."""

    def count(self) -> int:
        """How many events there are."""


@lru_cache(maxsize=64)
def store(topic: str) -> Store:
    """The store of a context's events: the one chosen where the context is hosted here, else its owner's log from afar."""
    chosen = settings.EVENT_STORES.get(topic) or settings.EVENT_STORES["default"]
    made: Store = import_string(chosen if is_kept_here(topic) else REMOTE)(topic)
    return made


def is_kept_here(topic: str) -> bool:
    """Whether this process keeps the log of a topic: it does for the contexts that it hosts."""
    return topic in settings.CONTEXTS
