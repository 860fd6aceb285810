"""The sort orders of product lists: each reads any part of a list, from either end, without the rest."""

import heapq
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from apps.catalog.domain import bitmaps
from apps.catalog.models import Price, Product
from apps.catalog.service import selection
from idl import catalog
from thriftshop import clock, paging
from thriftshop.database import prepared

MAX_SORTED = 1_500  # up to this number, sorting the products is faster than scanning the whole catalog in order
DENSE = 10  # with so many times more candidates than rows to scan, a scan is faster, even if they are at its end
MAX_CHUNK = 500  # rows that a scan fetches at a time


class Position(NamedTuple):
    """The position of a product in an order: the values that it is sorted by, then its id."""

    values: tuple[Any, ...]
    product_id: int

    @property
    def key(self) -> paging.Key:
        """The values and the id as one tuple."""
        return (*self.values, self.product_id)


class Window(NamedTuple):
    """Up to `limit` of the candidates between two positions, in ascending order, or in descending order if `reverse` is set."""

    filter: catalog.ProductFilter
    selection: selection.Selection
    candidates: bitmaps.Bits
    low: Position | None
    high: Position | None
    reverse: bool
    limit: int


def select(positions: Iterable[Position], window: Window) -> list[Position]:
    """The positions in the window."""
    low, high = window.low, window.high
    between = (
        position for position in positions if (low is None or position > low) and (high is None or position < high)
    )
    return heapq.nlargest(window.limit, between) if window.reverse else heapq.nsmallest(window.limit, between)


def by_field(field: str, window: Window) -> list[Position]:
    """By a column, then by id."""
    count = window.candidates.bit_count()
    # The rows that a scan reads on average until it has seen enough candidates.
    scanned = window.limit * window.candidates.bit_length() // count + 1 if count else 0
    if count > min(DENSE * scanned, MAX_SORTED):
        return _scan(field, window, scanned)
    rows = VALUES[field](ids=bitmaps.members(window.candidates))
    return select((Position((value,), product_id) for value, product_id in rows), window)


def _scan(field: str, window: Window, expected: int) -> list[Position]:
    """Scan all products in order until enough candidates are seen, probably after the `expected` number of rows."""
    columns = (field, "id")
    products = Product.objects.order_by(*(f"-{name}" if window.reverse else name for name in columns))
    for bound, descending in ((window.low, False), (window.high, True)):
        if bound is not None:
            products = products.filter(paging.beyond(columns, bound.key, descending=descending))
    buffer, positions = bitmaps.as_bytes(window.candidates), []
    for value, product_id in products.values_list(*columns).iterator(chunk_size=min(expected + 1, MAX_CHUNK)):
        if bitmaps.contains(buffer, product_id):
            positions.append(Position((value,), product_id))
            if len(positions) == window.limit:
                break
    return positions


@prepared.query
def _names(ids: Collection[int]) -> QuerySet[Product, tuple[str, int]]:
    return Product.objects.filter(id__in=ids).values_list("sort_name", "id")


@prepared.query
def _publications(ids: Collection[int]) -> QuerySet[Product, tuple[int, int]]:
    return Product.objects.filter(id__in=ids).values_list("published_at", "id")


VALUES: dict[str, Callable[..., list[tuple[Any, int]]]] = {"sort_name": _names, "published_at": _publications}


def by_price(window: Window, *, descending: bool) -> list[Position]:
    """By price, then the products without one; equal products by id."""
    prices = window.selection.prices or selection.sliced_prices(selection.currency_of(window.filter))
    sign = -1 if descending else 1
    priced = _priced_between(prices, window.candidates & prices.priced, window, sign)
    unpriced = _unpriced_between(window.candidates & ~prices.priced, window)
    if window.reverse:
        last = [Position((1, 0), product_id) for product_id in bitmaps.last_members(unpriced, window.limit)]
        return last + _extremes(prices, priced, window.limit - len(last), sign, reverse=True)
    first = _extremes(prices, priced, window.limit, sign, reverse=False)
    others = bitmaps.members(unpriced, window.limit - len(first))
    return first + [Position((1, 0), product_id) for product_id in others]


def _priced_between(prices: selection.SlicedPrices, priced: bitmaps.Bits, window: Window, sign: int) -> bitmaps.Bits:
    for bound, is_low in ((window.low, True), (window.high, False)):
        if bound is None:
            continue
        is_unpriced, amount = bound.values
        if is_unpriced:
            priced = 0 if is_low else priced
            continue
        lower, equal, higher = bitmaps.compare(prices.slices, priced, sign * amount)
        beyond = higher if is_low is (sign > 0) else lower
        cut = bitmaps.after if is_low else bitmaps.before
        priced = beyond | cut(equal, bound.product_id)
    return priced


def _unpriced_between(unpriced: bitmaps.Bits, window: Window) -> bitmaps.Bits:
    if window.low is not None and window.low.values[0]:
        unpriced = bitmaps.after(unpriced, window.low.product_id)
    if window.high is not None:
        unpriced = bitmaps.before(unpriced, window.high.product_id) if window.high.values[0] else 0
    return unpriced


def _extremes(
    prices: selection.SlicedPrices, priced: bitmaps.Bits, limit: int, sign: int, *, reverse: bool
) -> list[Position]:
    if limit <= 0:
        return []
    highest = reverse is (sign > 0)
    ids = bitmaps.extremes(prices.slices, priced, limit, highest=highest, last=reverse)
    amounts = _amounts(currency=prices.currency, ids=ids, at=clock.now())
    return sorted((Position((0, sign * amount), product_id) for product_id, amount in amounts), reverse=reverse)


@prepared.query
def _amounts(currency: str, ids: Collection[int], at: int) -> QuerySet[Price, tuple[int, int]]:
    return Price.objects.in_force(at).filter(currency=currency, product_id__in=ids).values_list("product_id", "amount")
