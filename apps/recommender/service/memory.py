"""The in-memory model of baskets: loaded from the table in batches, kept up to date, and reloaded once an hour."""

import threading
import time

from django.db import models as db

from apps.recommender import models
from apps.recommender.domain import basket_model
from apps.recommender.domain.basket_model import Basket, BasketModel

# New baskets are read at most this often.
REFRESH_SECONDS = 1.0
# The number of baskets read by one request; small, so that it does not delay its response.
BATCH = 2500
# The basket of a cancelled order stays in memory until the next reload.
RELOAD_SECONDS = 3600.0

_COLUMNS = ("id", "order_id", "bought_at", "skus")
_Row = tuple[int, str, int, list[str]]


class Load:
    """A load of the table in batches: baskets added since it started, and older ones, newest first.

    Primary keys ascend in the order of projection, which after a rebuild is not the order of purchase.
    """

    def __init__(self) -> None:
        self.model = BasketModel()
        self.started_at = time.monotonic()
        self.is_complete = False
        self._last_added: tuple[int, str] | None = None
        self._oldest: tuple[int, str] | None = None  # time of purchase, order id
        self._first_new_id = 0

    def read_next(self) -> bool:
        """Read new baskets and a batch of older ones. False if the last row was deleted, so that a reload is needed."""
        if self._last_added is None:
            self._start()
        elif not self._read_new(self._last_added):
            return False
        if not self.is_complete:
            self._read_older()
        return True

    def _start(self) -> None:
        self._last_added = models.Basket.objects.order_by("-id").values_list("id", "order_id").first()
        self._first_new_id = self._last_added[0] + 1 if self._last_added else 0
        self.is_complete = False

    def _read_new(self, last: tuple[int, str]) -> bool:
        added = models.Basket.objects.filter(id__gte=last[0]).order_by("id")
        rows = list(added.values_list(*_COLUMNS)[: BATCH + 1])
        if not rows or rows[0][:2] != last:
            return False
        self._add(rows[1:])
        self._last_added = rows[-1][:2]
        return True

    def _read_older(self) -> None:
        older = models.Basket.objects.filter(id__lt=self._first_new_id).order_by(*models.NEWEST_FIRST)
        if self._oldest is not None:
            bought_at, order_id = self._oldest
            same_time = db.Q(bought_at=bought_at, order_id__lt=order_id)
            older = older.filter(same_time | db.Q(bought_at__lt=bought_at), bought_at__lte=bought_at)
        rows = list(older.values_list(*_COLUMNS)[:BATCH])
        self._add(rows)
        self.is_complete = len(rows) < BATCH or len(self.model.lines) >= basket_model.MAX_LINES
        if rows:
            _, order_id, bought_at, _ = rows[-1]
            self._oldest = bought_at, order_id

    def _add(self, rows: list[_Row]) -> None:
        if rows:
            self.model = basket_model.add_baskets(
                self.model, [Basket(bought_at, skus) for _, _, bought_at, skus in rows]
            )


class Memory:
    """The current model, shared by the threads of a process."""

    def __init__(self) -> None:
        self.generation = 0
        """The number of times that the table was loaded again."""
        self._current = Load()
        self._next: Load | None = None
        self._checked_at = float("-inf")
        self._lock = threading.Lock()

    def model(self) -> BasketModel:
        """The model, at most REFRESH_SECONDS old; while a large table is being loaded, its newest part."""
        stale = time.monotonic() - self._checked_at >= REFRESH_SECONDS
        # One request reads while the others use the current model; only before the first read do they wait.
        if stale and self._lock.acquire(blocking=self._checked_at == float("-inf")):
            try:
                self._catch_up()
            finally:
                self._lock.release()
        return self._current.model

    def _catch_up(self) -> None:
        now = time.monotonic()
        if now - self._checked_at < REFRESH_SECONDS:
            return
        valid = self._current.read_next()
        if not valid or now - self._current.started_at >= RELOAD_SECONDS:
            self._reload()
        self._checked_at = time.monotonic()

    def _reload(self) -> None:
        """Load the table again and replace the current model when the new one is complete."""
        self._next = self._next or Load()
        if not self._next.read_next():
            self._next = None
        elif self._next.is_complete:
            self._current, self._next = self._next, None
            self.generation += 1
