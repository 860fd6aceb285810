"""The tail of a topic: a thread that follows it and keeps the last records in memory, for all groups of the process."""

import logging
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from django.conf import settings

from thriftshop.events import wakeups
from thriftshop.events.feed.kafka import clients, history, records, topics
from thriftshop.events.feed.kafka.clients import Bounds, Consumer
from thriftshop.events.feed.kafka.cursors import Place
from thriftshop.events.feed.kafka.records import Record
from thriftshop.events.feed.kafka.topics import Topic
from thriftshop.rpc import errors
from thriftshop.telemetry import repeats

failures = repeats.Repeats(logging.getLogger("thriftshop.events"))

LOOK_BACK = 1_000
"""How many records before its end a tail begins with: what one relay publishes twice are at most two batches."""
MAX_RECORDS, MAX_BYTES = 5_000, 4 * 1024 * 1024  # of a partition in memory
POLL_SECONDS = 0.5
FETCH_WAIT_MS = 500
CHECK_SECONDS = 1.0
"""How often the brokers are asked for the ends: an idle connection and a broken one look the same."""
CURRENT_SECONDS = 2.5
RETRY_SECONDS = 0.25
AWAY, FAILED = "Kafka does not answer", "a topic of Kafka cannot be followed"


class Kept:
    """The last records of a partition, without a gap."""

    def __init__(self, place: Place) -> None:
        self.end = place
        """Where a reader is after the last record."""
        self.start = place.offset
        self.records: list[Record] = []
        self._bytes = 0

    def add(self, added: Sequence[Record]) -> None:
        """Add the next records, and drop the oldest beyond the limits."""
        for record in added:
            if record.offset >= self.end.offset:
                self.records.append(record)
                self._bytes += len(record.value)
                self.end = records.after(self.end, record)
        if len(self.records) > MAX_RECORDS or self._bytes > MAX_BYTES:
            dropped = self.records[: len(self.records) // 2 + 1]
            self._bytes -= sum(len(record.value) for record in dropped)
            self.start = dropped[-1].offset + 1
            del self.records[: len(dropped)]

    def after(self, offset: int) -> list[Record] | None:
        """The records from an offset on; None if it is before those that are kept."""
        if offset < self.start:
            return None
        return self.records[bisect_left(self.records, offset, key=lambda record: record.offset) :]


class _Asked(NamedTuple):
    """The bounds of the partitions, and when the brokers were asked for them."""

    bounds: Mapping[int, Bounds]
    at: float


class Tail(threading.Thread):
    """Follows all partitions of a topic. The other methods may be called by any thread."""

    def __init__(self, name: str, signal: str) -> None:
        super().__init__(name=f"kafka {name}", daemon=True)
        self.topic = Topic("", "", 0)
        self._topic_name = name
        self._signal = signal
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._kept: dict[int, Kept] = {}
        self._checked_at = float("-inf")
        self._problem: object = "not yet connected"
        self._asked = _Asked({}, float("-inf"))
        self._restarting = threading.Event()

    def stop(self) -> None:
        """End the thread after its current wait."""
        self._stopping.set()

    def known(self) -> dict[int, Place]:
        """The ends of the partitions as they were last known. Raises Unavailable if they never were."""
        self._wait(lambda: bool(self._kept), settings.KAFKA_TIMEOUT_SECONDS)
        with self._changed:
            return {number: kept.end for number, kept in self._kept.items()}

    def current(self, seconds: float) -> dict[int, Place]:
        """As `known`; waits until the brokers have answered lately. Raises Unavailable after `seconds`."""
        self._wait(lambda: time.monotonic() - self._checked_at <= CURRENT_SECONDS, seconds)
        return self.known()

    def reach(self, ends: Mapping[int, int]) -> dict[int, Place]:
        """The ends, once they are at these offsets or beyond. Raises Unavailable if that takes too long."""
        self._wait(
            lambda: all(self._end(number) >= end for number, end in ends.items()), settings.KAFKA_TIMEOUT_SECONDS
        )
        return self.known()

    def after(self, partition: int, offset: int) -> list[Record] | None:
        """The records of a partition from an offset on; None if they are no longer in memory."""
        with self._changed:
            return self._kept[partition].after(offset)

    def run(self) -> None:
        """Follow the topic until stopped."""
        threading.Thread(target=self._check, name=f"{self.name} check", daemon=True).start()
        while not self._stopping.is_set():
            try:
                with closing(clients.consumer(FETCH_WAIT_MS)) as consumer:
                    self._follow(consumer)
            except clients.Restart:
                continue
            except errors.Unavailable as error:
                self._problem = error
                failures.report(logging.WARNING, AWAY, self._topic_name, extra={"topic": self._topic_name})
                self._stopping.wait(RETRY_SECONDS)
            except Exception as error:  # also what the client does not document
                self._fail(error)
                self._stopping.wait(RETRY_SECONDS)

    def _fail(self, error: Exception) -> None:
        self._problem = repr(error)
        failures.report(logging.ERROR, FAILED, self._topic_name, error, {"topic": self._topic_name})

    def _follow(self, consumer: Consumer) -> None:
        topic, asked_at = topics.get(self._topic_name), time.monotonic()
        bounds = consumer.bounds(topic.name, range(topic.partitions))
        self._begin(topic, bounds)
        with self._changed:
            consumer.follow({(topic.name, number): kept.end.offset for number, kept in self._kept.items()})
        self._asked = _Asked(bounds, asked_at)
        self._restarting.clear()
        while not self._stopping.is_set():
            self._confirm()
            self._add(consumer.poll(POLL_SECONDS))
            if self._restarting.is_set():
                raise clients.Restart

    def _check(self) -> None:
        """Ask the brokers for the ends, on another connection: records must not wait for the answers."""
        while not self._stopping.wait(CHECK_SECONDS):
            topic, known, asked_at = self.topic, self.ends(), time.monotonic()
            if not topic.name:
                continue
            try:
                bounds = history.shared().bounds(topic.name, range(topic.partitions))
                is_same = topics.get(topic.name).id == topic.id
            except errors.Unavailable as error:
                self._problem = error
                continue
            except Exception as error:
                self._fail(error)
                continue
            self._asked = _Asked(bounds, asked_at)
            self._confirm()
            if not is_same or any(bounds[number].end < end for number, end in known.items()):
                self._restarting.set()

    def _begin(self, topic: Topic, bounds: Mapping[int, Bounds]) -> None:
        """Continue with what is in memory, or begin near the end if it is of another topic or too far behind."""
        with self._changed:
            for number, (first, end) in bounds.items():
                kept = self._kept.get(number)
                begin = max(first, end - LOOK_BACK)
                if kept is None or topic.id != self.topic.id or not begin <= kept.end.offset <= end:
                    self._kept[number] = Kept(Place(topic.id, begin))
            self.topic = topic
            self._changed.notify_all()

    def _add(self, received: Sequence[Record]) -> None:
        by_partition: dict[int, list[Record]] = {}
        for record in received:
            by_partition.setdefault(record.partition, []).append(record)
        if not by_partition:
            return
        with self._changed:
            for number, added in by_partition.items():
                self._kept[number].add(added)
            self._changed.notify_all()
        wakeups.notify(self._signal)

    def _confirm(self) -> None:
        """Note when the brokers were asked for the ends, once all records before those have arrived."""
        asked = self._asked
        if asked.at > self._checked_at and all(self._end(number) >= end for number, (_, end) in asked.bounds.items()):
            with self._changed:
                self._checked_at = asked.at
                self._changed.notify_all()
            failures.recovered(AWAY, self._topic_name)

    def ends(self) -> dict[int, int]:
        """The known ends as offsets."""
        with self._changed:
            return {number: kept.end.offset for number, kept in self._kept.items()}

    def _end(self, number: int) -> int:
        kept = self._kept.get(number)
        return -1 if kept is None else kept.end.offset

    def _wait(self, is_ready: Callable[[], bool], seconds: float) -> None:
        with self._changed:
            if not self._changed.wait_for(is_ready, seconds):
                raise clients.unavailable(f"topic {self._topic_name}, {self._problem}")
