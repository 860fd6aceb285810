"""Pages of the products that a filter leaves, in an order that goes on where a cursor stands, whatever happens meanwhile."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Q

from apps.catalog.domain import bitmaps
from apps.catalog.models import Price, Product, search
from apps.catalog.models.products import ProductQuerySet, structs
from apps.catalog.service import selection
from idl import catalog, common
from thriftshop import circumstances, clock, paging

FEW = 1_500  # so many products are fetched and sorted faster than the whole catalog is walked through in order


class Found(NamedTuple):
    """A product at its place in an order: the values it is sorted by, as its cursor has them."""

    place: tuple[Any, ...]
    product_id: int


def find_products(wanted: catalog.ProductFilter, sort: int, page: common.Page) -> catalog.ProductPage:
    """A page of the products that a filter leaves. See the contract."""
    first = paging.first(page)
    selected = selection.selection(wanted, ranked=sort == catalog.ProductSort.RELEVANCE)
    if sort == catalog.ProductSort.RELEVANCE and selected.matches is None:
        sort = catalog.ProductSort.NEWEST
    order, types = ORDERS[sort]
    after = _after(page, sort, types)
    left = selected.products()
    found = order(Asked(wanted, selected, left, after, first + 1))
    shown = found[:first]
    cursor = paging.cursor(sort, *shown[-1].place, shown[-1].product_id) if shown else None
    return catalog.ProductPage(
        products=_products([one.product_id for one in shown]),
        page_info=paging.info(found, first, cursor, left.bit_count()),
    )


class Asked(NamedTuple):
    """What an order must answer: `most` of the products `left`, after a place."""

    filter: catalog.ProductFilter
    selection: selection.Selection
    left: bitmaps.Bits
    after: Found | None
    most: int


def _products(ids: list[int]) -> list[catalog.Product]:
    rows = Product.objects.in_bulk(ids)
    return structs([rows[product_id] for product_id in ids if product_id in rows], circumstances.happened_at())


def _after(page: common.Page, sort: int, types: tuple[type, ...]) -> Found | None:
    """Where the page goes on. Raises common.InvalidInput for a cursor that is not of this order."""
    values = paging.after(page, len(types) + 2)
    if values is None:
        return None
    if values[0] != sort or any(
        type(value) is not wanted for value, wanted in zip(values[1:], (*types, int), strict=True)
    ):
        raise common.InvalidInput(
            message="That cursor is of a list in another order; begin again without it.", field="page.after"
        )
    return Found(tuple(values[1:-1]), values[-1])


def _by_relevance(asked: Asked) -> list[Found]:
    """The best matches first; of equals, and of what is not told apart, what was written last."""
    matches = asked.selection.matches or search.Matches(0, 0, {})
    packed = bitmaps.as_bytes(asked.left)
    scored = {product_id: score for product_id, score in matches.scores.items() if bitmaps.has(packed, product_id)}
    found = _largest((Found((score,), product_id) for product_id, score in scored.items()), asked)
    others = asked.left & ~bitmaps.of(scored)
    for score, tier in ((1, others & matches.in_names), (0, others & ~matches.in_names)):
        found += _tier(score, tier, asked, asked.most - len(found))
    return found


def _tier(score: int, tier: bitmaps.Bits, asked: Asked, most: int) -> list[Found]:
    if asked.after is not None and asked.after.place[0] < score:
        return []
    below = asked.after.product_id if asked.after is not None and asked.after.place[0] == score else None
    return [Found((score,), product_id) for product_id in bitmaps.last_places(tier, most, below)]


def _largest(matches: Iterable[Found], asked: Asked) -> list[Found]:
    following = matches if asked.after is None else (one for one in matches if one < asked.after)
    return heapq.nlargest(asked.most, following)


def _smallest(matches: Iterable[Found], asked: Asked) -> list[Found]:
    following = matches if asked.after is None else (one for one in matches if one > asked.after)
    return heapq.nsmallest(asked.most, following)


def _by_name(asked: Asked) -> list[Found]:
    if asked.left.bit_count() <= FEW:
        return _smallest(_sorted_by("sort_name", Product.objects.filter(id__in=bitmaps.places(asked.left))), asked)
    products = Product.objects.order_by("sort_name", "id")
    if asked.after is not None:
        name = asked.after.place[0]
        following = Q(sort_name__gt=name) | Q(id__gt=asked.after.product_id)
        products = products.filter(following, sort_name__gte=name)
    return _walked("sort_name", products, asked)


def _by_age(asked: Asked) -> list[Found]:
    if asked.left.bit_count() <= FEW:
        return _largest(_sorted_by("published_at", Product.objects.filter(id__in=bitmaps.places(asked.left))), asked)
    products = Product.objects.order_by("-published_at", "-id")
    if asked.after is not None:
        moment = asked.after.place[0]
        following = Q(published_at__lt=moment) | Q(id__lt=asked.after.product_id)
        products = products.filter(following, published_at__lte=moment)
    return _walked("published_at", products, asked)


def _sorted_by(field: str, products: ProductQuerySet) -> Iterator[Found]:
    return (Found((value,), product_id) for value, product_id in products.values_list(field, "id"))


def _walked(field: str, products: ProductQuerySet, asked: Asked) -> list[Found]:
    """Walks through all products in order until enough are found that are wanted."""
    left, found = bitmaps.as_bytes(asked.left), []
    for value, product_id in products.values_list(field, "id").iterator(chunk_size=500):
        if bitmaps.has(left, product_id):
            found.append(Found((value,), product_id))
            if len(found) == asked.most:
                break
    return found


def _by_price(asked: Asked, *, dearest_first: bool) -> list[Found]:
    """The priced in order of their price, then the others; of equals the one written first."""
    prices = asked.selection.prices or selection.sliced_prices(selection.currency_of(asked.filter))
    priced, others = asked.left & prices.priced, asked.left & ~prices.priced
    if asked.after is not None:
        has_price, amount = asked.after.place
        beyond = ~((2 << min(max(asked.after.product_id, 0), asked.left.bit_length())) - 1)
        others = others & beyond if not has_price else others
        priced = _beyond_price(prices, priced, amount, beyond, dearest_first) if has_price else 0
    chosen = bitmaps.extremes(prices.slices, priced, asked.most, highest=dearest_first)
    amounts = _amounts(chosen, prices)
    sign = -1 if dearest_first else 1
    found = sorted(amounts, key=lambda product_id: (sign * amounts[product_id], product_id))
    listed = [Found((1, amounts[product_id]), product_id) for product_id in found]
    return listed + [Found((0, 0), product_id) for product_id in bitmaps.places(others, asked.most - len(listed))]


def _beyond_price(
    prices: selection.SlicedPrices, priced: bitmaps.Bits, amount: int, beyond: bitmaps.Bits, dearest_first: bool
) -> bitmaps.Bits:
    below, equal, above = bitmaps.compared(prices.slices, priced, amount)
    return (below if dearest_first else above) | (equal & beyond)


def _amounts(product_ids: list[int], prices: selection.SlicedPrices) -> dict[int, int]:
    rows = Price.objects.in_force(clock.now()).filter(currency=prices.currency, product_id__in=product_ids)
    return dict(rows.values_list("product_id", "amount"))


def _cheapest(asked: Asked) -> list[Found]:
    return _by_price(asked, dearest_first=False)


def _dearest(asked: Asked) -> list[Found]:
    return _by_price(asked, dearest_first=True)


# Each order with the types of the values that it sorts by.
ORDERS: dict[int, tuple[Callable[[Asked], list[Found]], tuple[type, ...]]] = {
    catalog.ProductSort.RELEVANCE: (_by_relevance, (int,)),
    catalog.ProductSort.NAME: (_by_name, (str,)),
    catalog.ProductSort.PRICE_LOW: (_cheapest, (int, int)),
    catalog.ProductSort.PRICE_HIGH: (_dearest, (int, int)),
    catalog.ProductSort.NEWEST: (_by_age, (int,)),
}
