"""The orders in which products are listed: any part of a list, from either end, without reading the rest."""

import heapq
from collections.abc import Iterable
from typing import Any, NamedTuple

from apps.catalog.domain import bitmaps
from apps.catalog.models import Price, Product
from apps.catalog.service import selection
from idl import catalog
from thriftshop import clock, paging

MAX_SORTED = 1_500  # so many products are fetched and sorted faster than the whole catalog is walked through in order


class Found(NamedTuple):
    """A product at its place in an order: the values that it is sorted by, then its id."""

    place: tuple[Any, ...]
    product_id: int

    @property
    def key(self) -> paging.Key:
        """The values and the id in one."""
        return (*self.place, self.product_id)


class Asked(NamedTuple):
    """What an order must find: up to `most` of the products `left` between two places, the highest first where `falling`."""

    filter: catalog.ProductFilter
    selection: selection.Selection
    left: bitmaps.Bits
    low: Found | None
    high: Found | None
    falling: bool
    most: int


def chosen(candidates: Iterable[Found], asked: Asked) -> list[Found]:
    """Those of the candidates that are asked for."""
    low, high = asked.low, asked.high
    between = (one for one in candidates if (low is None or one > low) and (high is None or one < high))
    return heapq.nlargest(asked.most, between) if asked.falling else heapq.nsmallest(asked.most, between)


def by_field(field: str, asked: Asked) -> list[Found]:
    """In the order of a column, then of the ids."""
    if asked.left.bit_count() > MAX_SORTED:
        return _walked(field, asked)
    rows = Product.objects.filter(id__in=bitmaps.places(asked.left)).values_list(field, "id")
    return chosen((Found((value,), product_id) for value, product_id in rows), asked)


def _walked(field: str, asked: Asked) -> list[Found]:
    """Walks through all products in order until enough are found that are wanted."""
    columns = (field, "id")
    products = Product.objects.order_by(*(f"-{name}" if asked.falling else name for name in columns))
    for bound, descending in ((asked.low, False), (asked.high, True)):
        if bound is not None:
            products = products.filter(paging.beyond(columns, bound.key, descending=descending))
    left, found = bitmaps.as_bytes(asked.left), []
    for value, product_id in products.values_list(*columns).iterator(chunk_size=500):
        if bitmaps.has(left, product_id):
            found.append(Found((value,), product_id))
            if len(found) == asked.most:
                break
    return found


def by_price(asked: Asked, *, descending: bool) -> list[Found]:
    """Products with a price by price, then the others; equal ones in the order of their creation."""
    prices = asked.selection.prices or selection.sliced_prices(selection.currency_of(asked.filter))
    sign = -1 if descending else 1
    priced = _priced_between(prices, asked.left & prices.priced, asked, sign)
    others = _unpriced_between(asked.left & ~prices.priced, asked)
    if asked.falling:
        found = [Found((1, 0), product_id) for product_id in bitmaps.last_places(others, asked.most)]
        return found + _extremes(prices, priced, asked.most - len(found), sign, falling=True)
    found = _extremes(prices, priced, asked.most, sign, falling=False)
    return found + [Found((1, 0), product_id) for product_id in bitmaps.places(others, asked.most - len(found))]


def _priced_between(prices: selection.SlicedPrices, priced: bitmaps.Bits, asked: Asked, sign: int) -> bitmaps.Bits:
    for bound, above in ((asked.low, True), (asked.high, False)):
        if bound is None:
            continue
        is_unpriced, amount = bound.place
        if is_unpriced:
            priced = 0 if above else priced
            continue
        lower, equal, higher = bitmaps.compared(prices.slices, priced, sign * amount)
        further = higher if above is (sign > 0) else lower
        cut = bitmaps.above if above else bitmaps.under
        priced = further | cut(equal, bound.product_id)
    return priced


def _unpriced_between(others: bitmaps.Bits, asked: Asked) -> bitmaps.Bits:
    if asked.low is not None and asked.low.place[0]:
        others = bitmaps.above(others, asked.low.product_id)
    if asked.high is not None:
        others = bitmaps.under(others, asked.high.product_id) if asked.high.place[0] else 0
    return others


def _extremes(
    prices: selection.SlicedPrices, priced: bitmaps.Bits, most: int, sign: int, *, falling: bool
) -> list[Found]:
    if most <= 0:
        return []
    highest = falling is (sign > 0)
    ids = bitmaps.extremes(prices.slices, priced, most, highest=highest, last=falling)
    rows = Price.objects.in_force(clock.now()).filter(currency=prices.currency, product_id__in=ids)
    found = [Found((0, sign * amount), product_id) for product_id, amount in rows.values_list("product_id", "amount")]
    return sorted(found, reverse=falling)
