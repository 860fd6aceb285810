"""Feeds: where the events of a topic are followed, partition by partition."""

import hashlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, NamedTuple, NewType, Protocol

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
LOG = ".log"


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
    """The feed of a topic: the one that the setting EVENT_FEEDS names, or that of the process that hosts the context.

    Of `log_of(topic)`: the feed of the store itself, which a relay follows.
    """
    if topic.endswith(LOG):
        log: Feed = import_string(streams.of(topic_of(topic)).log_feed)(topic_of(topic))
        return log
    topic_feed: Feed = import_string(_path(topic) if is_local(topic) else REMOTE)(topic)
    return topic_feed


def log_of(topic: str) -> str:
    """The name under which the store of a topic is followed, rather than the broker that it is relayed to."""
    return f"{topic}{LOG}"


def topic_of(name: str) -> str:
    """The topic of a log, or the topic itself."""
    return name.removesuffix(LOG)


def publisher_of(topic: str) -> str:
    """The function with which a relay publishes a topic to the broker that its feed reads; empty for other feeds."""
    return _attribute(_path(topic), "publisher")


def membership_of(topic: str) -> str:
    """The class with which a process takes part in the groups of the broker that its feed reads; empty for other feeds."""
    return "" if topic.endswith(LOG) else _attribute(_path(topic), "membership")


@lru_cache(maxsize=64)
def _attribute(path: str, name: str) -> str:
    return str(getattr(import_string(path), name, ""))


def is_local(topic: str) -> bool:
    """Whether this process reads the topic itself, rather than by calls to the process that hosts it."""
    return streams.is_hosted(topic_of(topic)) or bool(publisher_of(topic))


def _path(topic: str) -> str:
    return str(settings.EVENT_FEEDS.get(topic) or settings.EVENT_FEEDS["default"])


def partition_of(stream: str, count: int) -> int:
    """The partition of a stream: the same rule in every store, in every feed and for every client of a broker."""
    digest = hashlib.md5(stream.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "big") % count


_answers: ContextVar[dict[str, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def asking_once() -> Iterator[None]:
    """Ask a broker for the ends of a topic once in this block, however many groups and partitions are counted."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(topic: str, ask: Callable[[], Any]) -> Any:
    """The answer of a broker about a topic; in a block of `asking_once`, its first one."""
    answers = _answers.get()
    if answers is None:
        return ask()
    if topic not in answers:
        answers[topic] = ask()
    return answers[topic]


def poll(
    feed: Feed, seen: Mapping[int, Cursor], seconds: float, stop: Callable[[], bool] | None = None
) -> dict[int, Cursor]:
    """Wait on an embedded feed, for the events of this process and of others that share its database."""
    until = time.monotonic() + seconds
    while True:
        count = wakeups.count(feed.topic)
        ends = feed.ends()
        remaining = until - time.monotonic()
        if ends != seen or remaining <= 0 or (stop is not None and stop()):
            return ends
        watched = 0.0 if stop is not None else wakeups.watched_seconds(feed.topic)
        wakeups.wait(count, min(remaining, max(watched, POLL_SECONDS)), feed.topic)
