"""The metrics of this server, published to Kafka every few seconds as points in InfluxDB's line protocol (docs/metrics.md).

A thread of its own collects and publishes: a broker that is away or frozen holds up nothing else. Points that were not
published wait, with the time at which they were collected, until there are too many.
"""

import fcntl
import logging
import os
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import close_old_connections, connections
from prometheus_client import Counter

from thriftshop import clock
from thriftshop.events import lags
from thriftshop.telemetry import exemplars, exposition, repeats, sampling
from thriftshop.telemetry.points import Points

log = logging.getLogger("thriftshop.telemetry")
failures = repeats.Repeats(log)

MAX_LINES = 500
"""The most points in a message: Telegraf limits messages, and its buffer must have room for their points."""
RETRY_SECONDS = 15.0
"""The least time from a failure to the next attempt: a client that tries to connect takes CPU time from requests."""
PROBLEM = "metrics are not published"
PUBLISHED = Counter("thriftshop_metric_points_published_total", "Points that were published to Kafka.")
DROPPED = Counter("thriftshop_metric_points_dropped_total", "Points dropped because too many waited for Kafka.")
Send = Callable[[Sequence[bytes]], None]


def instance() -> str:
    """The name of this server in points: the same after a restart, so that InfluxDB does not get new series."""
    return settings.METRICS_INSTANCE or f"{socket.gethostname()}:{settings.PORT}"


class Publisher(threading.Thread):
    """Collects points every METRICS_SECONDS and publishes them, until it is stopped. One worker does so for all."""

    def __init__(self, send: Send | None = None) -> None:
        super().__init__(name="metric points", daemon=True)
        self._send = send or send_to_kafka
        self._points = Points({"instance": instance(), "service": "+".join(settings.CONTEXTS)})
        self._waiting: deque[list[bytes]] = deque()
        self._count = 0
        self._stopping = threading.Event()
        self._lock: IO[str] | None = None
        self._retry_at = float("-inf")

    def run(self) -> None:
        """Publish until stopped, and once more then."""
        try:
            while not self._stopping.wait(settings.METRICS_SECONDS):
                self._tick()
            self._tick()
        finally:
            connections.close_all()
            if self._lock is not None:
                self._lock.close()

    def stop(self) -> None:
        """Publish what is left, and end."""
        self._stopping.set()
        self.join(settings.KAFKA_TIMEOUT_SECONDS)

    def _tick(self) -> None:
        sampling.run("points", self.collect_and_publish)

    def collect_and_publish(self) -> None:
        """Collect points, and publish those that wait, unless another worker does so."""
        if not self._is_publisher():
            return
        lags.update()
        close_old_connections()
        lines = self._points.lines(exposition.families(), clock.now())
        for start in range(0, len(lines), MAX_LINES):
            self._add(lines[start : start + MAX_LINES])
        if time.monotonic() >= self._retry_at:
            self._publish()

    def _add(self, lines: list[bytes]) -> None:
        self._waiting.append(lines)
        self._count += len(lines)
        while self._count > settings.METRICS_MAX_POINTS:
            dropped = len(self._waiting.popleft())
            self._count -= dropped
            DROPPED.inc(dropped)

    def _publish(self) -> None:
        """Publish the oldest first; what fails stays."""
        until = time.monotonic() + settings.METRICS_SECONDS
        try:
            while self._waiting and time.monotonic() < until:
                self._send([b"\n".join(self._waiting[0])])
                published = len(self._waiting.popleft())
                self._count -= published
                PUBLISHED.inc(published)
        except Exception as error:
            self._retry_at = time.monotonic() + RETRY_SECONDS
            failures.report(logging.WARNING, PROBLEM, settings.METRICS_TOPIC, None, {"problem": repr(error)})
        else:
            failures.recovered(PROBLEM, settings.METRICS_TOPIC)

    def _is_publisher(self) -> bool:
        """Whether this worker holds the lock of the workers of this server; it is free again when its process ends."""
        folder = os.environ.get(exemplars.FOLDER_VARIABLE)
        if folder and self._lock is None:
            file = (Path(folder) / "points.lock").open("a")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._lock = file
            if file.tell():
                # Another worker published what was counted until it died.
                self._points.lines(exposition.families(), clock.now())
            file.write(f"{os.getpid()}\n")
            file.flush()
        return True


def send_to_kafka(payloads: Sequence[bytes]) -> None:
    """Publish messages. Raises Unavailable."""
    # The client is loaded only where Kafka is used.
    from thriftshop.events.feed.kafka import metric_points

    metric_points.publish(payloads, instance())


def start() -> Publisher | None:
    """Start publishing, if METRICS_TOPIC is set."""
    if not settings.METRICS_TOPIC:
        return None
    publisher = Publisher()
    publisher.start()
    return publisher
