"""Waiting for a log to go on: calls from other processes rest here until something is recorded."""

import threading
import time
from functools import lru_cache

from django.conf import settings

from thriftshop.events.stores import Store
from thriftshop.rpc import hosting

# What another process of the same context recorded is looked for so often.
LOOK_SECONDS = 0.05

_news = threading.Condition()
_told = 0


def tell() -> None:
    """Says that something was recorded in this process."""
    global _told
    with _news:
        _told += 1
        _news.notify_all()


def for_head(log: Store, after: int, seconds: float) -> int:
    """Where a log ends, as soon as that is beyond `after`, or so many seconds later.

    Each that waits has a thread of those in which services run: no more than half of them wait, others are answered at once.
    """
    if not _seats().acquire(blocking=False):
        return log.head()
    try:
        return _awaited(log, after, time.monotonic() + seconds)
    finally:
        _seats().release()


def _awaited(log: Store, after: int, until: float) -> int:
    while True:
        told = _told
        head = log.head()
        left = until - time.monotonic()
        if head > after or left <= 0 or hosting.is_draining():
            return head
        with _news:
            _news.wait_for(lambda: _told != told, min(left, LOOK_SECONDS))  # noqa: B023 - called before the next round


@lru_cache(maxsize=1)
def _seats() -> threading.Semaphore:
    return threading.Semaphore(max(1, settings.RPC_THREADS // 2))
