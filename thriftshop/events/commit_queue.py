"""A queue of commands that are committed in groups: one thread commits for all that wait meanwhile."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from django.db import connection

C = TypeVar("C")

MAX_GROUP = 200


class _Place(Generic[C]):
    """A command in the queue, and the lock that its thread waits for."""

    __slots__ = ("command", "is_done", "turn")

    def __init__(self, command: C) -> None:
        self.command = command
        self.is_done = False
        self.turn = threading.Lock()
        self.turn.acquire()


class CommitQueue(Generic[C]):
    """Commands in the order of their arrival. `commit(commands)` is called by one thread at a time.

    The first thread that arrives commits its own command. Those that arrive meanwhile wait, and then the first of them
    commits for all of them: no thread works for the others longer than its own command takes. `commit` must not raise;
    the outcome is noted in each command.
    """

    def __init__(self, commit: Callable[[Sequence[C]], None]) -> None:
        self._commit = commit
        self._lock = threading.Lock()
        self._waiting: deque[_Place[C]] = deque()
        self._is_busy = False

    def __len__(self) -> int:
        return len(self._waiting)

    def run(self, command: C) -> None:
        """Return when the command was committed, in a group or alone.

        In an open transaction it is committed alone, with that transaction: the other threads must not depend on its end.
        """
        if connection.in_atomic_block:
            self._commit([command])
            return
        place = _Place(command)
        with self._lock:
            self._waiting.append(place)
            leads = not self._is_busy
            self._is_busy = True
        if not leads:
            place.turn.acquire()
        if not place.is_done:
            self._lead(place)

    def _lead(self, place: _Place[C]) -> None:
        """Commit a group, the first of which is this thread's own command, and pass the lead on."""
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_GROUP))]
        try:
            self._commit([member.command for member in group])
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._is_busy = following is not None
            for member in group:
                member.is_done = True
                if member is not place:
                    member.turn.release()
            if following is not None:
                following.turn.release()
