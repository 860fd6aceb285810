"""The in-memory model of baskets: loaded from the table in batches, kept up to date, and reloaded once an hour."""

import threading
import time

from django.db import models as db

from apps.recommender import models
from apps.recommender.domain import knowledge
from apps.recommender.domain.knowledge import Basket, Knowledge

# New baskets are read at most this often. Availability is read from the database for every request.
REFRESH_SECONDS = 1.0
# The number of baskets read by one request; small, so that it does not delay its response.
BATCH = 2500
# The basket of a cancelled order stays in memory until the next reload.
RELOAD_SECONDS = 3600.0

_COLUMNS = ("id", "order_id", "bought_at", "skus")
_Row = tuple[int, str, int, list[str]]


class Load:
    """A load of the table in batches: baskets added since it started, and earlier ones, newest first.

    Primary keys ascend in the order of projection, which after a rebuild is not the order of purchase.
    """

    def __init__(self) -> None:
        self.known = Knowledge()
        self.started = time.monotonic()
        self.whole = False
        self._last_added: tuple[int, str] | None = None
        self._oldest: tuple[int, str] | None = None  # time of purchase, order id
        self._first_new_id = 0

    def continue_(self) -> bool:
        """Read new baskets and a batch of earlier ones. False if the last row was deleted, so that a reload is needed."""
        if self._last_added is None:
            self._begin()
        elif not self._read_added(self._last_added):
            return False
        if not self.whole:
            self._read_earlier()
        return True

    def _begin(self) -> None:
        self._last_added = models.Basket.objects.order_by("-id").values_list("id", "order_id").first()
        self._first_new_id = self._last_added[0] + 1 if self._last_added else 0
        self.whole = False

    def _read_added(self, last: tuple[int, str]) -> bool:
        added = models.Basket.objects.filter(id__gte=last[0]).order_by("id")
        rows = list(added.values_list(*_COLUMNS)[: BATCH + 1])
        if not rows or rows[0][:2] != last:
            return False
        self._learn(rows[1:])
        self._last_added = rows[-1][:2]
        return True

    def _read_earlier(self) -> None:
        earlier = models.Basket.objects.filter(id__lt=self._first_new_id).order_by(*models.NEWEST_FIRST)
        if self._oldest is not None:
            bought_at, order_id = self._oldest

            same_time = db.Q(bought_at=bought_at, order_id__lt=order_id)
            earlier = earlier.filter(same_time | db.Q(bought_at__lt=bought_at), bought_at__lte=bought_at)
        rows = list(earlier.values_list(*_COLUMNS)[:BATCH])
        self._learn(rows)
        self.whole = len(rows) < BATCH or len(self.known.lines) >= knowledge.MAX_LINES
        if rows:
            _, order_id, bought_at, _ = rows[-1]
            self._oldest = bought_at, order_id

    def _learn(self, rows: list[_Row]) -> None:
        if rows:
            self.known = knowledge.learn(self.known, [Basket(bought_at, skus) for _, _, bought_at, skus in rows])


class Memory:
    """The current model, shared by the threads of a process."""

    def __init__(self) -> None:
        self._current = Load()
        self._next: Load | None = None
        self._checked = float("-inf")
        self._lock = threading.Lock()

    def known(self) -> Knowledge:
        """The model, at most REFRESH_SECONDS old; while a large table is being loaded, its newest part."""
        stale = time.monotonic() - self._checked >= REFRESH_SECONDS
        # One request reads while the others use the current model; only before the first read do they wait.
        if stale and self._lock.acquire(blocking=self._checked == float("-inf")):
            try:
                self._catch_up()
            finally:
                self._lock.release()
        return self._current.known

    def _catch_up(self) -> None:
        now = time.monotonic()
        if now - self._checked < REFRESH_SECONDS:
            return
        valid = self._current.continue_()
        if not valid or now - self._current.started >= RELOAD_SECONDS:
            self._reload()
        self._checked = time.monotonic()

    def _reload(self) -> None:
        """Load the table again and replace the current model when the new one is complete."""
        self._next = self._next or Load()
        if not self._next.continue_():
            self._next = None
        elif self._next.whole:
            self._current, self._next = self._next, None
