"""Wake-ups between the worker processes of a server: events recorded in one wake the threads that wait for them in the others.

A topic's name in a pipe says that it has new events. If the pipe is full, the name is dropped: events of other processes are
also looked for every `feed.POLL_SECONDS`.
"""

import os
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from thriftshop.events import wakeups

READ_BYTES = 4096
REST_SECONDS = 0.005
"""The least time between two wake-ups by other workers: a busy server wakes its threads once for many events."""


@dataclass(frozen=True, slots=True)
class Pipes:
    """A pipe for each worker, made before the workers are forked."""

    ends: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def make(cls, count: int) -> "Pipes":
        """Open the pipes, with ends that never block a writer."""
        ends = [os.pipe() for _ in range(count)]
        for _, writer in ends:
            os.set_blocking(writer, False)
        return cls(ends)

    def join(self, place: int) -> None:
        """In the worker at this place: listen to the others, and tell them of new events."""
        threading.Thread(target=_listen, args=(self.ends[place][0],), name="siblings", daemon=True).start()
        writers = [writer for position, (_, writer) in enumerate(self.ends) if position != place]
        wakeups.forward_to(lambda topic: _tell(writers, topic))


def _tell(writers: Iterable[int], topic: str) -> None:
    for writer in writers:
        with suppress(BlockingIOError):
            os.write(writer, f"{topic}\n".encode())


def _listen(reader: int) -> None:
    rest = b""
    while received := os.read(reader, READ_BYTES):
        *topics, rest = (rest + received).split(b"\n")
        for topic in {name.decode() for name in topics}:
            wakeups.notify_here(topic)
        time.sleep(REST_SECONDS)
