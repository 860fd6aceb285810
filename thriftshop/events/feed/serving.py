"""What other processes read of the feeds hosted here: bounded pages, and only events that the caller may read."""

import threading
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from django.conf import settings

from idl import common, platform
from thriftshop import contexts
from thriftshop.events import feed, readers, streams
from thriftshop.events.feed import Cursor, Feed, Message
from thriftshop.rpc import hosting

MAX_MESSAGES = 1_000
# Well within what one message of the wire may hold.
MAX_PAGE_BYTES = 512 * 1024
MAX_WAIT_MS = 1_000


def hosted(topic: str, partition: int = 0) -> Feed:
    """The feed of a topic that this process hosts. Raises common.NotFound for any other, and for a partition it lacks."""
    if topic not in contexts.topics() or not streams.is_hosted(topic):
        here = ", ".join(name for name in contexts.topics() if streams.is_hosted(name)) or "none"
        raise common.NotFound(
            message=f"This process does not host topic {topic!r}, but {here}.", kind="topic", id=topic
        )
    topic_feed = feed.of(topic)
    if partition not in topic_feed.partitions:
        message = f"Topic {topic} has partitions 0 to {len(topic_feed.partitions) - 1}, not {partition}."
        raise common.NotFound(message=message, kind="partition", id=str(partition))
    return topic_feed


def read(
    topic: str, partition: int, after: str, limit: int, caller: str, kinds: Collection[str] | None
) -> platform.FeedBatch:
    """The next events of a partition that the caller may read, as many as fit into a page."""
    if not 1 <= limit <= MAX_MESSAGES:
        raise common.InvalidInput(message=f"Ask for 1 to {MAX_MESSAGES} events, not {limit}.", field="limit")
    source = hosted(topic, partition)
    try:
        batch = source.read(partition, Cursor(after), limit, readers.narrowed(topic, caller, kinds))
    except feed.InvalidCursor as error:
        raise common.InvalidInput(message=str(error), field="after") from error
    fitting = _fitting(batch.messages)
    cursor = batch.cursor if len(fitting) == len(batch.messages) else fitting[-1].cursor
    return platform.FeedBatch(messages=[_struct(message) for message in fitting], cursor=cursor)


def count(topic: str, partition: int, after: str, caller: str, kinds: Collection[str] | None) -> int:
    """How many events the caller has yet to read of a partition, up to feed.COUNTED."""
    source = hosted(topic, partition)
    try:
        return source.count(partition, Cursor(after), readers.narrowed(topic, caller, kinds))
    except feed.InvalidCursor as error:
        raise common.InvalidInput(message=str(error), field="after") from error


def wait(topic: str, seen: Mapping[int, str], patience_ms: int) -> dict[int, Cursor]:
    """The ends of a topic as soon as they differ from those `seen`; immediately if too many calls wait already.

    A waiting call occupies one of the threads in which services run: at most half of them wait.
    """
    source = hosted(topic)
    if not _seats().acquire(blocking=False):
        return source.ends()
    seconds = min(max(patience_ms, 0), MAX_WAIT_MS) / 1000
    cursors = {partition: Cursor(cursor) for partition, cursor in seen.items()}
    try:
        return feed.poll(source, cursors, seconds, hosting.is_draining)
    finally:
        _seats().release()


@lru_cache(maxsize=1)
def _seats() -> threading.Semaphore:
    return threading.Semaphore(max(1, settings.RPC_THREADS // 2))


def _fitting(messages: Sequence[Message]) -> Sequence[Message]:
    """The first messages, as many as fit into a page; at least one."""
    size = 0
    for number, message in enumerate(messages):
        size += len(message.payload)
        if number and size > MAX_PAGE_BYTES:
            return messages[:number]
    return messages


def _struct(message: Message) -> platform.FeedMessage:
    return platform.FeedMessage(cursor=message.cursor, key=message.key, envelope=message.payload)
