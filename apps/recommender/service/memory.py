"""The baskets in memory: read from the table a portion at a time, kept up to date, started afresh once an hour."""

import threading
import time

from django.db import models as db

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
_Row = tuple[int, str, int, list[str]]


class Reading:
    """The table as read so far: the baskets added since it began, and the earlier ones from the newest backwards.

    A projection adds baskets with rising keys. After a rebuild these are not in the order of time.
    """

    def __init__(self) -> None:
        self.known = Knowledge()
        self.started = time.monotonic()
        self.whole = False
        self._last_added: tuple[int, str] | None = None
        self._earliest: tuple[int, str] | None = None  # when it was bought, and its order
        self._added_before = 0

    def go_on(self) -> bool:
        """Reads what was added and a portion of the earlier baskets. False if the last one added is gone: start again."""
        if self._last_added is None:
            self._begin()
        elif not self._read_added(self._last_added):
            return False
        if not self.whole:
            self._read_earlier()
        return True

    def _begin(self) -> None:
        self._last_added = models.Basket.objects.order_by("-id").values_list("id", "order_id").first()
        self._added_before = self._last_added[0] + 1 if self._last_added else 0
        self.whole = False

    def _read_added(self, last: tuple[int, str]) -> bool:
        added = models.Basket.objects.filter(id__gte=last[0]).order_by("id")
        rows = list(added.values_list(*_COLUMNS)[: PORTION + 1])
        if not rows or rows[0][:2] != last:
            return False
        self._learn(rows[1:])
        self._last_added = rows[-1][:2]
        return True

    def _read_earlier(self) -> None:
        earlier = models.Basket.objects.filter(id__lt=self._added_before).order_by(*models.NEWEST_FIRST)
        if self._earliest is not None:
            bought_at, order_id = self._earliest
            at_once = db.Q(bought_at=bought_at, order_id__lt=order_id)
            earlier = earlier.filter(at_once | db.Q(bought_at__lt=bought_at), bought_at__lte=bought_at)
        rows = list(earlier.values_list(*_COLUMNS)[:PORTION])
        self._learn(rows)
        self.whole = len(rows) < PORTION or len(self.known.lines) >= knowledge.MOST_LINES
        if rows:
            _, order_id, bought_at, _ = rows[-1]
            self._earliest = bought_at, order_id

    def _learn(self, rows: list[_Row]) -> None:
        if rows:
            self.known = knowledge.learn(self.known, [Basket(bought_at, skus) for _, _, bought_at, skus in rows])


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
        """Reads the table again while the current copy is in use, and replaces it when it is complete."""
        self._next = self._next or Reading()
        if not self._next.go_on():
            self._next = None
        elif self._next.whole:
            self._reading, self._next = self._next, None
