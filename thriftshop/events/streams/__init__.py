"""Streams: where the events of a context are written, with optimistic concurrency control per stream."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from thriftshop import contexts
from thriftshop.contexts import EventStore
from thriftshop.events import envelope
from thriftshop.events.envelope import Recorded, Stamp
from thriftshop.rpc import errors

T = TypeVar("T")
# The outbox of state-stored contexts is in the database of their models, regardless of EVENT_STORES.
OUTBOX = "thriftshop.events.streams.database.DatabaseStreams"


class Conflict(Exception):
    """Another process appended to the stream meanwhile: load it again and repeat the decision."""


class NoAnswer(errors.Unavailable):
    """The store does not answer. Nothing was appended."""


class NotHosted(Exception):
    """The streams of a context that another process hosts were to be read or written here."""


@dataclass(frozen=True, slots=True)
class Write:
    """Events for the end of one stream, which must be at `expected_version`. A key is accepted once per stream.

    Without a stamp they get that of the current call context.
    """

    stream: str
    expected_version: int
    events: Sequence[Any]
    key: str | None = None
    stamp: Stamp | None = None

    def recorded(self, topic: str) -> tuple[Recorded, ...]:
        """The events in their envelopes. Raises MalformedCall for an event that violates its contract."""
        return envelope.wrap(topic, self.stream, self.expected_version, self.events, self.stamp or envelope.stamp())


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


@dataclass(frozen=True, slots=True)
class Failed:
    """The store did not answer in time. With DeadlineExceeded the events may have been appended, otherwise they were not."""

    error: Exception


Outcome = Written | Repeated | Refused | Failed


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The encoded state of a stream after the event with this version and id, as code with this fingerprint made it."""

    stream: str
    version: int
    event_id: str
    fingerprint: str
    state: bytes


class Streams(Protocol):
    """The streams of one topic. (stream, version) is unique; appending is the only write."""

    topic: str
    log_feed: str
    """The class of the feed that follows these streams."""

    def append(self, writes: Sequence[Write]) -> list[Outcome]:
        """Make several writes, each atomically and on its own. Stores that can commit them together do.

        Those of one stream are made in their order; all after one that is not made are refused, even if another process has
        written the version that they expect. Nothing is appended if an exception is raised. A store that answered for some
        of the writes only returns Failed for the others.
        """

    def read(self, streams: Mapping[str, int]) -> dict[str, list[Recorded]]:
        """The events of each stream after the given version, in order."""

    def read_from_snapshots(
        self, streams: Mapping[str, int], fingerprint: str
    ) -> tuple[list[Snapshot], dict[str, list[Recorded]]]:
        """As `read`, but the streams to be read from their start and with a snapshot of this fingerprint are read from it.

        Their events begin with that of the snapshot's version, if the stream has it.
        """

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Store snapshots in place of earlier ones of their streams."""

    def recorded_under(self, stream: str, key: str) -> tuple[Recorded, ...]:
        """The first event that a stream recorded under a key; empty if it does not have the key."""

    def scan(self, kinds: Collection[str] | None = None, ends: Mapping[int, str] | None = None) -> Iterator[Recorded]:
        """Every event of the feed up to these `ends` of the log's feed, or to its end; ordered within a stream only.

        Streams in the context's own database may rely on the `transactions.snapshot` in which the ends were read.
        """

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


def starts(snapshots: Iterable[Snapshot]) -> dict[str, int]:
    """The versions after which streams with a snapshot are read, so that the snapshot's event is read too."""
    return {snapshot.stream: snapshot.version - 1 for snapshot in snapshots}


def in_order(writes: Iterable[tuple[Write, T]], make: Callable[[Write, T], Outcome]) -> list[Outcome]:
    """The outcomes of writes that are made one by one; those after one of their stream that was not made are refused."""
    failed: set[str] = set()
    outcomes: list[Outcome] = []
    for write, prepared in writes:
        outcome = Refused() if write.stream in failed else make(write, prepared)
        if not isinstance(outcome, Written):
            failed.add(write.stream)
        outcomes.append(outcome)
    return outcomes
