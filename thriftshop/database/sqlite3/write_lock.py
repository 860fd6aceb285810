"""The lock of a database file that is held while something is written.

Without it a writer that finds SQLite's own lock taken sleeps for 1 to 100 ms and tries again: under load some wait for a second.
This one is handed over at once, between threads by a mutex, and between processes by a lock on a file beside the database,
which the kernel releases if a process dies. Other programs that write to the database wait as they do without it.
"""

import fcntl
import os
import threading
from functools import lru_cache

from django.db import OperationalError

SUFFIX = "-writers"


class WriteLock:
    """The lock of one database file, in this process."""

    def __init__(self, path: str) -> None:
        self._mutex = threading.Lock()
        self._file = os.open(path + SUFFIX, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)

    def take(self, seconds: float) -> None:
        """Wait for the lock. Raises OperationalError if another thread of this process has it for longer."""
        if not self._mutex.acquire(timeout=seconds):
            raise OperationalError(f"database is locked: another thread has been writing for {seconds:g} seconds")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._mutex.release()
            raise

    def release(self) -> None:
        """Let the next writer have the lock; any thread may."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._mutex.release()


@lru_cache(maxsize=64)
def of(path: str) -> WriteLock:
    """The lock of a database file."""
    return WriteLock(path)


# A forked process must open the file itself: a lock belongs to the opening, which it would share with its parent.
os.register_at_fork(after_in_child=of.cache_clear)
