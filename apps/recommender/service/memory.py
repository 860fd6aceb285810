"""The baskets in memory: read from the table a portion at a time, kept up to date, started afresh once an hour."""

import threading
import time

from apps.recommender import models
from apps.recommender.domain import knowledge
from apps.recommender.domain.knowledge import Basket, Knowledge

# How stale what was learnt may be, in seconds. What is for sale is looked up at each answer and never stale.
FRESH_SECONDS = 1.0
# So many baskets are read at once: a request that happens to read them is not held up for long.
PORTION = 2500
# A cancelled order's basket is gone from the table at once, from memory with the next fresh start.
AFRESH_SECONDS = 3600.0

_COLUMNS = ("id", "order_id", "bought_at", "skus")


class Reading:
    """The table as read so far: from the newest basket backwards, and whatever is newer since."""

    def __init__(self) -> None:
        self.known = Knowledge()
        self.started = time.monotonic()
        self.whole = False
        self._newest: tuple[int, str] | None = None
        self._oldest = 0

    def go_on(self) -> bool:
        """Reads what is new and a portion of what is old. False when the table was emptied or cut: this is void."""
        rows = models.Basket.objects.order_by("id").values_list(*_COLUMNS)
        if self._newest is None:
            return self._read_older(list(rows.reverse()[:PORTION]))
        newer = list(rows.filter(id__gte=self._newest[0])[: PORTION + 1])
        if not newer or newer[0][:2] != self._newest:
            return False
        self._learn(newer[1:])
        if not self.whole:
            self._read_older(list(rows.filter(id__lt=self._oldest).reverse()[:PORTION]))
        return True

    def _read_older(self, rows: list[tuple[int, str, int, list[str]]]) -> bool:
        self._learn(rows)
        self._oldest = rows[-1][0] if rows else 0
        self.whole = len(rows) < PORTION or len(self.known.lines) >= knowledge.MOST_LINES
        return True

    def _learn(self, rows: list[tuple[int, str, int, list[str]]]) -> None:
        if rows:
            self.known = knowledge.learn(self.known, [Basket(bought_at, skus) for _, _, bought_at, skus in rows])
            self._newest = max(self._newest or (0, ""), *(row[:2] for row in rows))


class Memory:
    """What is known now. One for a process; requests in several threads share it."""

    def __init__(self) -> None:
        self._reading = Reading()
        self._next: Reading | None = None
        self._checked = float("-inf")
        self._lock = threading.Lock()

    def known(self) -> Knowledge:
        """What was learnt, as of FRESH_SECONDS ago or less; of a large table that was just opened, the newest part."""
        stale = time.monotonic() - self._checked >= FRESH_SECONDS
        # While one request reads, the others answer from what there is; only before the very first do they wait.
        if stale and self._lock.acquire(blocking=self._checked == float("-inf")):
            try:
                self._catch_up()
            finally:
                self._lock.release()
        return self._reading.known

    def _catch_up(self) -> None:
        now = time.monotonic()
        if now - self._checked < FRESH_SECONDS:
            return
        valid = self._reading.go_on()
        if not valid or now - self._reading.started >= AFRESH_SECONDS:
            self._start_afresh()
        self._checked = time.monotonic()

    def _start_afresh(self) -> None:
        """Reads the table once more beside the reading in use, which it follows when it has seen everything."""
        self._next = self._next or Reading()
        if not self._next.go_on():
            self._next = None
        elif self._next.whole:
            self._reading, self._next = self._next, None
