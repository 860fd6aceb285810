"""Streams: where the events of a context are written, with optimistic concurrency control per stream."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from thriftshop import contexts
from thriftshop.contexts import EventStore
from thriftshop.events.envelope import Recorded

# The outbox of state-stored contexts is in the database of their models, regardless of EVENT_STORES.
OUTBOX = "thriftshop.events.streams.database.DatabaseStreams"


class Conflict(Exception):
    """Another process appended to the stream meanwhile: load it again and repeat the decision."""


class NotHosted(Exception):
    """The streams of a context that another process hosts were to be read or written here."""


@dataclass(frozen=True, slots=True)
class Write:
    """Events for the end of one stream, which must be at `expected_version`. A key is accepted once per stream."""

    stream: str
    expected_version: int
    events: Sequence[Any]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The events were appended."""

    recorded: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The stream has the key already; nothing was appended. The event that was recorded under it."""

    recorded: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The stream is not at the expected version; nothing was appended."""


Outcome = Written | Repeated | Refused


class Streams(Protocol):
    """The streams of one topic. (stream, version) is unique; appending is the only write."""

    topic: str

    def append(self, writes: Sequence[Write]) -> list[Outcome]:
        """Append to several streams, each atomically and on its own; stores that can commit them together do."""

    def read(self, streams: Mapping[str, int]) -> dict[str, list[Recorded]]:
        """The events of each stream after the given version, in order."""

    def recorded_under(self, stream: str, key: str) -> tuple[Recorded, ...]:
        """The first event that a stream recorded under a key; empty if it does not have the key."""

    def scan(self, kinds: Collection[str] | None = None) -> Iterator[Recorded]:
        """Every event of the feed, ordered within a stream only. In a `transactions.snapshot` it agrees with the feed's ends."""

    def count(self) -> int:
        """The number of events."""


@lru_cache(maxsize=64)
def of(topic: str) -> Streams:
    """The streams of a context: in its outbox, or in the store that the setting EVENT_STORES names. Raises NotHosted."""
    if not is_hosted(topic):
        raise NotHosted(
            f"The events of {topic} are kept by the process that hosts {topic}, and this one does not:"
            f" call its service, or add {topic} to CONTEXTS."
        )
    chosen = settings.EVENT_STORES.get(topic) or settings.EVENT_STORES["default"]
    is_outbox = contexts.get(topic).event_store is EventStore.OUTBOX
    topic_streams: Streams = import_string(OUTBOX if is_outbox else chosen)(topic)
    return topic_streams


def is_hosted(topic: str) -> bool:
    """Whether this process hosts the context, and with it the topic's events."""
    return topic in settings.CONTEXTS
