"""The products in the memory of this process: read from the tables in batches, then followed by the recorded changes."""

import math
import threading
import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Q

from apps.recommender import models
from apps.recommender.domain.product_table import ProductTable, Row
from thriftshop.database import prepared, statements

# Changes are looked for at most this often: what is sold out or withdrawn is recommended this much longer than it is in the
# tables.
REFRESH_SECONDS = 0.02
# New sales change the popularity of products at most this often, because all products are sorted for it.
SORT_SECONDS = 1.0
# The number of products read by one request, and of those that are looked up by SKU at a time.
BATCH = 10_000
MAX_SKUS = 500
# The most popular products that are kept; a product takes some 200 bytes.
MAX_PRODUCTS = 250_000

_COLUMNS = (
    "SELECT product.sku, product.on_sale, product.category_id, stock.available, popularity.weight, popularity.baskets"
)
_BY_SKU = (
    f"{_COLUMNS} FROM recommender_product AS product"
    " LEFT JOIN recommender_popularity AS popularity ON popularity.sku = product.sku"
    " LEFT JOIN recommender_stock AS stock ON stock.sku = product.sku WHERE product.sku IN "
)
_BY_POPULARITY = (
    f"{_COLUMNS} FROM recommender_popularity AS popularity"
    " JOIN recommender_product AS product ON product.sku = popularity.sku"
    " LEFT JOIN recommender_stock AS stock ON stock.sku = popularity.sku"
    " WHERE popularity.weight < %s OR (popularity.weight = %s AND popularity.sku > %s)"
    " ORDER BY popularity.weight DESC, popularity.sku LIMIT %s"
)
Numbers = dict[str, int]


class Missed(Exception):
    """Changes are no longer recorded, or everything changed: read all products again."""


class Load:
    """A load of the products in batches: those that were sold, the most popular first, then these others."""

    def __init__(self, others: Sequence[str] = ()) -> None:
        self.table = ProductTable()
        self.is_complete = False
        self._last: tuple[float, str] = (math.inf, "")
        self._others = list(others)
        self._has_sold = False

    def read_next(self) -> None:
        """Read the next batch; with the first, the categories."""
        if not self._has_sold:
            self._read_sold()
            self._others = [sku for sku in self._others if sku not in self.table.codes]
        if self._has_sold and self._others:
            part, self._others = self._others[:MAX_SKUS], self._others[MAX_SKUS:]
            self.add(part)
        self.is_complete = self._has_sold and not self._others

    def _read_sold(self) -> None:
        weight, sku = self._last
        if weight == math.inf:
            self._read_categories()
        rows = _rows(_BY_POPULARITY, [weight, weight, sku, BATCH])
        self.table.put(rows)
        self._has_sold = len(rows) < BATCH or len(self.table.skus) > MAX_PRODUCTS
        if rows:
            self._last = float(rows[-1].weight or 0.0), rows[-1].sku

    def change(self, source: str, skus: Collection[str]) -> None:
        """Read again what changed. Products that are not known yet are added until MAX_PRODUCTS."""
        if source == "categories":
            self._read_categories()
        else:
            self.add(skus)

    def add(self, skus: Iterable[str]) -> None:
        """Read these products."""
        is_full = len(self.table.skus) > MAX_PRODUCTS
        read = [sku for sku in skus if not is_full or sku in self.table.codes]
        for start in range(0, len(read), MAX_SKUS):
            part = read[start : start + MAX_SKUS]
            self.table.put(_rows(f"{_BY_SKU}({', '.join(['%s'] * len(part))})", part))

    def _read_categories(self) -> None:
        self.table.replace_categories(dict(models.Category.objects.values_list("category_id", "parent_id")))


class Products:
    """The current products, shared by the threads of a process."""

    def __init__(self) -> None:
        self._current = Load()
        self._next: Load | None = None
        self._numbers: Numbers = {}
        self._recorded = 0
        self._checked_at = self._sorted_at = float("-inf")
        self._lock = threading.Lock()

    def table(self, skus: Iterable[str] = ()) -> ProductTable:
        """The products, at most REFRESH_SECONDS behind the tables, with these among them if they exist."""
        stale = self._is_stale(time.monotonic())
        # One request reads while the others use the current products; only before the first read do they wait.
        if stale and self._lock.acquire(blocking=self._checked_at == float("-inf")):
            try:
                self._catch_up()
            finally:
                self._lock.release()
        current = self._current
        if missing := [sku for sku in skus if sku not in current.table.codes]:
            with self._lock:
                current.add(missing)
        return current.table

    def _is_stale(self, now: float) -> bool:
        """Whether to look for changes: from time to time, and at once if this process recorded one."""
        return now - self._checked_at >= REFRESH_SECONDS or self._recorded != models.ChangeQuerySet.recorded

    def _catch_up(self) -> None:
        now = time.monotonic()
        if not self._is_stale(now):
            return
        self._recorded = models.ChangeQuerySet.recorded
        if self._numbers:
            self._follow()
        else:
            self._numbers = _last_numbers()
        self._read_batch()
        if now - self._sorted_at >= SORT_SECONDS:
            self._current.table.sort()
            self._sorted_at = now
        self._checked_at = now

    def _follow(self) -> None:
        """Read again what changed since the last look; all products if that is not known."""
        try:
            changes = _changes_since(self._numbers)
        except Missed:
            self._numbers, self._next = _last_numbers(), Load(others=self._current.table.skus[1:])
            return
        for source, skus in changes:
            for load in (self._current, self._next):
                if load is not None:
                    load.change(source, skus)

    def _read_batch(self) -> None:
        """Read a batch of the products that are being loaded; those replace the current ones when they are complete."""
        load = self._next or self._current
        if not load.is_complete:
            load.read_next()
            self._sorted_at = float("-inf")
        if self._next is not None and self._next.is_complete:
            self._current, self._next = self._next, None


@prepared.query
def _revisions() -> Any:
    return models.Revision.objects.values_list("source", "number")


def _last_numbers() -> Numbers:
    """The number of the last change from each source, 0 for none."""
    return dict.fromkeys(models.SOURCES, 0) | dict(_revisions())


@prepared.query
def _changes(*, baskets: int, products: int, categories: int, stock: int) -> Any:
    return (
        models.Change.objects.filter(
            Q(source="baskets", number__gte=baskets)
            | Q(source="products", number__gte=products)
            | Q(source="categories", number__gte=categories)
            | Q(source="stock", number__gte=stock)
        )
        .order_by("number")
        .values_list("source", "number", "skus")
    )


def _changes_since(numbers: Numbers) -> list[tuple[str, list[str]]]:
    """The source and products of each change after these numbers, which are updated. Raises Missed.

    The change with each number is read again: if it is gone, others were recorded in its place.
    """
    changes, numbers_read = [], {source: number - 1 for source, number in numbers.items() if number}
    for source, number, skus in _changes(**numbers):
        if number != numbers_read.get(source, 0) + 1:
            raise Missed
        numbers_read[source] = number
        if number > numbers[source]:
            if not skus and source != "categories":
                raise Missed
            changes.append((source, skus.split("\n")))
    if any(numbers_read.get(source, 0) < number for source, number in numbers.items()):
        raise Missed
    numbers.update(numbers_read)
    return changes


def _rows(statement: str, parameters: list[Any]) -> list[Row]:
    return [Row(*row) for row in statements.fetch(statement, parameters)]
