"""The products as arrays: which are for sale, their categories and their popularity."""

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.recommender.domain import categories

Codes = NDArray[np.int64]
# A code of no product, which is never for sale.
UNKNOWN = 0
# The weight of a product that was never sold.
UNSOLD = -1.0
# The number of products that are searched first for popular ones.
FIRST_SCAN = 256
_serials = itertools.count(1)


class Row(NamedTuple):
    """A product as the tables have it. `weight` is None for a product that was never sold."""

    sku: str
    on_sale: bool
    category_id: str
    available: int | None
    weight: float | None
    baskets: int | None


class ProductTable:
    """The products by code, the index into the arrays, which stays the same once it is assigned.

    A product takes some 200 bytes, most of them for its SKU.
    """

    def __init__(self) -> None:
        self.serial = next(_serials)  # another for each table
        self.version = 0  # grows whenever other products may be recommended
        self.skus: list[str] = [""]
        self.codes: dict[str, int] = {}
        self.sellable = np.zeros(1, np.bool_)
        self._categories = np.zeros(1, np.int32)
        self._weights = np.full(1, UNSOLD)
        self._category_codes: dict[str, int] = {"": 0}
        self._parents: dict[str, str] = {}
        self._sold: Codes = np.zeros(0, np.int64)  # most popular first, at the time of sorting
        self._is_sorted = True
        self._model_codes: tuple[list[str], int, Codes] = ([], 0, np.zeros(0, np.int64))

    def put(self, rows: Sequence[Row]) -> None:
        """Add products, or replace what is known of them."""
        self._grow(row.sku for row in rows)
        for row in rows:
            code = self.codes[row.sku]
            sellable = row.on_sale and bool(row.available and row.available > 0)
            category = self._category_codes.setdefault(row.category_id, len(self._category_codes))
            if (sellable, category) != (self.sellable[code], self._categories[code]):
                self.sellable[code], self._categories[code] = sellable, category
                self.version += 1
            weight = row.weight if row.baskets and row.weight is not None else UNSOLD
            if weight != self._weights[code]:
                self._weights[code] = weight
                self._is_sorted = False

    def _grow(self, skus: Iterable[str]) -> None:
        added = [sku for sku in skus if sku not in self.codes]
        size = len(self.skus) + len(added)
        if size > len(self.sellable):
            more = max(size, 2 * len(self.sellable)) - len(self.sellable)
            self._categories = np.pad(self._categories, (0, more))
            self._weights = np.pad(self._weights, (0, more), constant_values=UNSOLD)
            self.sellable = np.pad(self.sellable, (0, more))
        for sku in added:  # last, because other threads read
            self.skus.append(sku)
            self.codes[sku] = len(self.skus) - 1

    def replace_categories(self, parents: Mapping[str, str]) -> None:
        """Replace the category tree, by the parent of each category."""
        self._parents = dict(parents)
        self.version += 1

    def codes_of(self, skus: Iterable[str]) -> Codes:
        """The codes of products, UNKNOWN for those that are not in the table."""
        return np.array([self.codes.get(sku, UNKNOWN) for sku in skus], np.int64)

    def codes_of_model(self, skus: list[str]) -> Codes:
        """The codes of all products of a model, whose list never changes: it has another list when products are added."""
        last, size, codes = self._model_codes
        if last is not skus or size != len(self.skus):
            size = len(self.skus)
            codes = self.codes_of(skus)
            self._model_codes = skus, size, codes
        return codes

    def categories_of(self, codes: Codes) -> set[int]:
        """The categories of products."""
        return set(self._categories[codes].tolist()) - {0}

    def is_sold(self, code: int) -> bool:
        """Whether a product was sold before."""
        return bool(self._weights[code] != UNSOLD)

    def below(self, category_id: str) -> set[int]:
        """A category and its descendants, those that have products; empty for an unknown category."""
        ids = categories.below(self._parents, category_id)
        return {self._category_codes[below] for below in ids if below in self._category_codes}

    def sort(self) -> None:
        """Take changes of popularity into account."""
        if not self._is_sorted:
            self._is_sorted = True
            sold = np.flatnonzero(self._weights != UNSOLD)
            self._sold = sold[np.argsort(-self._weights[sold], kind="stable")]
            self.version += 1

    def popular(
        self, count: int, exclude: Collection[int] = (), within: Collection[int] | None = None
    ) -> list[tuple[str, float]]:
        """The SKUs and weights of the most popular products for sale, optionally within categories; equal ones by SKU."""
        is_within = None
        if within is not None:
            is_within = np.zeros(len(self._category_codes), np.bool_)
            is_within[list(within)] = True
        found: list[int] = []
        start, size, sold = 0, FIRST_SCAN, self._sold
        while start < len(sold) and (len(found) < count or self._is_tied(found[count - 1], sold[start])):
            codes = sold[start : start + size]
            matches = self.sellable[codes]
            if is_within is not None:
                matches &= is_within[self._categories[codes]]
            found += [code for code in codes[matches].tolist() if code not in exclude]
            start, size = start + size, 2 * size
        products = [(self.skus[code], float(self._weights[code])) for code in found]
        return sorted(products, key=lambda product: (-product[1], product[0]))[:count]

    def _is_tied(self, code: int, other: int) -> bool:
        return bool(self._weights[code] == self._weights[other])
