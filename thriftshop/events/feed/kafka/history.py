"""Records that are no longer in a tail, and the bounds of partitions: one consumer for all topics of the process."""

import os
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from django.conf import settings

from thriftshop.events.feed.kafka import clients
from thriftshop.events.feed.kafka.clients import Bounds, Consumer, Partition
from thriftshop.events.feed.kafka.records import Record
from thriftshop.rpc import errors

MAX_CHUNKS = 8
FETCH_WAIT_MS = 20


class _Chunk(NamedTuple):
    """The records that were read last from a partition, beginning at an offset."""

    offset: int
    records: list[Record]


class History:
    """Reads any records. Its methods may be called by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._consumer: Consumer | None = None
        self._chunks: dict[Partition, _Chunk] = {}

    def after(self, partition: Partition, offset: int) -> list[Record]:
        """The next records from an offset on, of which there must be some. Raises Restart, Unavailable."""
        with self._lock:
            chunk = self._chunks.get(partition)
            if chunk and chunk.offset <= offset <= chunk.records[-1].offset:
                return [record for record in chunk.records if record.offset >= offset]
            read = self._read(partition, offset)
            self._chunks[partition] = _Chunk(offset, read)
            if len(self._chunks) > MAX_CHUNKS:
                del self._chunks[next(iter(self._chunks))]
            return read

    def bounds(self, topic: str, partitions: Collection[int]) -> dict[int, Bounds]:
        """The bounds of partitions. Raises Unavailable."""
        with self._lock, self._replaced_after_a_failure():
            return self._opened().bounds(topic, partitions)

    def close(self) -> None:
        """Close the consumer; the next call opens another one."""
        with self._lock:
            self._close()

    def _read(self, partition: Partition, offset: int) -> list[Record]:
        until = time.monotonic() + settings.KAFKA_TIMEOUT_SECONDS
        with self._replaced_after_a_failure():
            consumer = self._opened()
            consumer.follow({partition: offset})
            while time.monotonic() < until:
                if read := consumer.poll(max(0.0, until - time.monotonic())):
                    consumer.follow({})
                    return read
            raise clients.unavailable(f"no records from {partition[0]}/{partition[1]} at offset {offset}")

    @contextmanager
    def _replaced_after_a_failure(self) -> Iterator[None]:
        """Close a consumer that failed: it may have stopped asking where partitions are."""
        try:
            yield
        except Exception:
            self._close()
            raise

    def _opened(self) -> Consumer:
        if self._consumer is None:
            self._consumer = clients.consumer(FETCH_WAIT_MS)
        return self._consumer

    def _close(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._chunks.clear()
        if consumer is not None:
            with suppress(errors.Unavailable):
                consumer.close()


_histories: dict[tuple[object, ...], History] = {}


def shared() -> History:
    """That of this process for the brokers in the settings."""
    key = (settings.KAFKA_CLIENT, *settings.KAFKA_SERVERS, os.getpid())
    return _histories.setdefault(key, History())


def forget() -> None:
    """Close the connections, after the settings have changed."""
    while _histories:
        _histories.popitem()[1].close()
