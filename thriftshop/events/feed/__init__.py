"""Feeds: where the events of a topic are followed, partition by partition."""

import hashlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, NewType, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from thriftshop.events import streams, wakeups

Cursor = NewType("Cursor", str)
"""A place in a partition: opaque to everything but the feed that issued it, and compared for equality only."""
START = Cursor("")
MAX_CURSOR = 40
# Lag is not counted any further.
COUNTED = 10_000
# How often an embedded feed looks for the events of other processes.
POLL_SECONDS = 0.05
REMOTE = "thriftshop.events.feed.remote.RemoteFeed"


class InvalidCursor(ValueError):
    """The cursor was not issued by this feed."""

    def __init__(self, cursor: str) -> None:
        super().__init__(f"{cursor[:64]!r} is not a cursor of this feed.")


class Message(NamedTuple):
    """One event as it is stored and relayed: its place, its key (the stream) and the encoded Envelope."""

    cursor: Cursor
    key: str
    payload: bytes


class Batch(NamedTuple):
    """Consecutive events of one partition, and the cursor for the next read, which skips events of other kinds."""

    messages: Sequence[Message]
    cursor: Cursor


class Feed(Protocol):
    """The events of one topic in partitions. The events of a stream are in one partition, in their order."""

    topic: str

    @property
    def partitions(self) -> Sequence[int]:
        """The numbers of the partitions."""

    def ends(self) -> dict[int, Cursor]:
        """Where each partition ends: the cursor of a batch that was read to the end."""

    def read(self, partition: int, after: Cursor, limit: int, kinds: Collection[str] | None = None) -> Batch:
        """The next events of a partition, of these kinds or of all. Raises InvalidCursor."""

    def count(self, partition: int, after: Cursor, kinds: Collection[str] | None = None) -> int:
        """How many events `read` has yet to return, up to COUNTED."""

    def wait(self, seen: Mapping[int, Cursor], seconds: float) -> dict[int, Cursor]:
        """The ends, as soon as they differ from those `seen`, or after `seconds`."""


@lru_cache(maxsize=64)
def of(topic: str) -> Feed:
    """The feed of a topic: the one that the setting EVENT_FEEDS names, or that of the process that hosts the context."""
    chosen = settings.EVENT_FEEDS.get(topic) or settings.EVENT_FEEDS["default"]
    topic_feed: Feed = import_string(chosen if streams.is_hosted(topic) else REMOTE)(topic)
    return topic_feed


def partition_of(stream: str, count: int) -> int:
    """The partition of a stream. Only the embedded feeds use it; Kafka's producer has its own rule."""
    digest = hashlib.md5(stream.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "big") % count


def poll(
    feed: Feed, seen: Mapping[int, Cursor], seconds: float, stop: Callable[[], bool] = lambda: False
) -> dict[int, Cursor]:
    """Wait on an embedded feed, for the events of this process and of others that share its database."""
    until = time.monotonic() + seconds
    while True:
        count = wakeups.count(feed.topic)
        ends = feed.ends()
        remaining = until - time.monotonic()
        if ends != seen or remaining <= 0 or stop():
            return ends
        wakeups.wait(count, min(remaining, POLL_SECONDS), feed.topic)
