"""The in-memory model of baskets: loaded from the tables in batches, kept up to date, and reloaded once an hour."""

import threading
import time

from django.db import models as db

from apps.recommender import models
from apps.recommender.domain import basket_model, visits
from apps.recommender.domain.basket_model import Basket, BasketModel
from apps.recommender.service.visits import Known, Visits

# New baskets are read at most this often.
REFRESH_SECONDS = 1.0
# The number of baskets read by one request; small, so that it does not delay its response.
BATCH = 2500
# The basket of a cancelled order stays in memory until the next reload.
RELOAD_SECONDS = 3600.0

_COLUMNS = ("id", "order_id", "bought_at", "skus")
_Row = tuple[int, str, int, list[str]]


class Load:
    """A load of the tables in batches: baskets added since it started, and older ones, newest first; and visits.

    Primary keys ascend in the order of projection, which after a rebuild is not the order of purchase.
    """

    def __init__(self, known: Known) -> None:
        self.model = BasketModel()
        self.started_at = time.monotonic()
        self.visits = Visits(known)
        self._purchases = BasketModel()
        self._included: tuple[BasketModel, visits.Baskets] = self._purchases, visits.NONE
        self._has_purchases = False
        self._last_added: tuple[int, str] | None = None
        self._oldest: tuple[int, str] | None = None  # time of purchase, order id
        self._first_new_id = 0

    @property
    def is_complete(self) -> bool:
        """Whether everything has been read once."""
        return self._has_purchases and self.visits.is_complete

    def read_next(self) -> bool:
        """Read new baskets and a batch of older ones. False if the last row was deleted, so that a reload is needed."""
        if self._last_added is None:
            self._start()
        elif not self._read_new(self._last_added):
            return False
        if not self._has_purchases:
            self._read_older()
        self.visits.read_next()
        self._include()
        return True

    def _include(self) -> None:
        """Make the model of what has been read, if it changed."""
        read = self._purchases, self.visits.baskets
        if read[0] is not self._included[0] or read[1] is not self._included[1]:
            self._included, self.model = read, visits.with_visits(*read)

    def _start(self) -> None:
        self._last_added = models.Basket.objects.order_by("-id").values_list("id", "order_id").first()
        self._first_new_id = self._last_added[0] + 1 if self._last_added else 0
        self._has_purchases = False

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
        self._has_purchases = len(rows) < BATCH or len(self._purchases.lines) >= basket_model.MAX_LINES
        if rows:
            _, order_id, bought_at, _ = rows[-1]
            self._oldest = bought_at, order_id

    def _add(self, rows: list[_Row]) -> None:
        if rows:
            self._purchases = basket_model.add_baskets(
                self._purchases, [Basket(bought_at, skus) for _, _, bought_at, skus in rows]
            )


class Memory:
    """The current model, shared by the threads of a process."""

    def __init__(self, known: Known) -> None:
        self.generation = 0
        """The number of times that the tables were loaded again."""
        self._known = known
        self._current = Load(known)
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
        """Load the tables again and replace the current model when the new one is complete."""
        self._next = self._next or Load(self._known)
        if not self._next.read_next():
            self._next = None
        elif self._next.is_complete:
            self._current, self._next = self._next, None
            self.generation += 1
