"""The indexer: writes what was appended to the log to the index, in a thread of the process."""

import logging
import threading
from collections.abc import Sequence

from thriftshop.events.streams.cassandra import index, log, session
from thriftshop.events.streams.cassandra.log import Entry
from thriftshop.events.streams.cassandra.shard import Shard
from thriftshop.telemetry import repeats

failures = repeats.Repeats(logging.getLogger("thriftshop.events"))

BATCH = 500
ROUND_SECONDS = 0.02
"""The least time between two rounds: events of a stream that arrive meanwhile are written together."""
IDLE_SECONDS = 0.5
MAX_PAUSE_SECONDS = 5.0
FAILED = "streams are not indexed"


class Indexer:
    """Indexes the shards of a topic, in a thread that starts with the first entry."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._shards: list[Shard] = []
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def add(self, shard: Shard) -> None:
        """Index this shard too."""
        self._shards.append(shard)

    def wake(self) -> None:
        """There are new entries."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name=f"index {self._topic}", daemon=True)
                    self._thread.start()
        self._woken.set()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._woken.set()

    def _run(self) -> None:
        pause = ROUND_SECONDS
        while not self._stopping.is_set():
            try:
                self.round()
                failures.recovered(FAILED, self._topic)
                pause = ROUND_SECONDS
            except Exception as error:
                failures.report(logging.WARNING, FAILED, self._topic, extra={"problem": repr(error)})
                pause = min(2 * pause, MAX_PAUSE_SECONDS)
            is_idle = not any(shard.waiting() for shard in self._shards)
            self._stopping.wait(pause)
            self._woken.wait(IDLE_SECONDS if is_idle else 0)
            self._woken.clear()

    def round(self) -> None:
        """Index what is due in each shard. Raises Unavailable."""
        for shard in list(self._shards):
            if shard.is_foreign_due():
                shard.mark_indexed(log.watermark(shard.topic, shard.number))
            if entries := shard.due(BATCH):
                self._index(shard, entries)

    @staticmethod
    def _index(shard: Shard, entries: Sequence[Entry]) -> None:
        for request in index.write(shard.topic, entries):
            session.rows(request)
        log.move_watermark(shard.topic, shard.number, entries[-1].next)
        shard.mark_indexed(entries[-1].next)
