"""Pages of the products that a filter leaves, in an order that goes on where a cursor stands, whatever happens meanwhile."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from apps.catalog.models import Product
from apps.catalog.models.products import structs
from apps.catalog.service import ordering, relevance, selection
from apps.catalog.service.ordering import Asked, Found
from idl import catalog, common
from thriftshop import call_context, paging

RELEVANCE = catalog.ProductSort.RELEVANCE


class Order(NamedTuple):
    """An order: how it finds products, the types of its keys, and whether it lists the highest first."""

    find: Callable[[Asked], list[Found]]
    types: tuple[Any, ...]
    falling: bool


ORDERS: dict[int, Order] = {
    RELEVANCE: Order(relevance.by_relevance, (int, ...), True),
    catalog.ProductSort.NAME: Order(partial(ordering.by_field, "sort_name"), (str, int), False),
    catalog.ProductSort.PRICE_LOW: Order(partial(ordering.by_price, descending=False), (int, int, int), False),
    catalog.ProductSort.PRICE_HIGH: Order(partial(ordering.by_price, descending=True), (int, int, int), False),
    catalog.ProductSort.NEWEST: Order(partial(ordering.by_field, "published_at"), (int, int), True),
}


def find_products(filter: catalog.ProductFilter, sort: int, page: common.Page) -> catalog.ProductPage:
    """A page of the products that a filter leaves. See the contract."""
    selected = selection.selection(filter, ranked=sort == RELEVANCE)
    if sort == RELEVANCE and selected.matches is None:
        sort = catalog.ProductSort.NEWEST
    order = ORDERS[sort]
    cursors = paging.cursors("products", order.types, sort, filter, selection.currency_of(filter))
    asked = paging.read(page, cursors)
    left = selected.products()
    low, high = _bounds(sort, asked, selected)
    # A search looks a little further back than others, for what its cursors know of the products before theirs.
    most = asked.most if sort != RELEVANCE else asked.size + relevance.TRAIL
    walked = order.find(Asked(filter, selected, left, low, high, order.falling is not asked.backward, most))
    found, more = asked.cut(walked)
    rows = Product.objects.in_bulk([one.product_id for one in (walked if sort == RELEVANCE else found)])
    keys = _search_keys(walked, found, rows, asked) if sort == RELEVANCE else [one.key for one in found]
    there = [(one, key) for one, key in zip(found, keys, strict=True) if one.product_id in rows]
    return catalog.ProductPage(
        products=structs([rows[one.product_id] for one, _ in there], call_context.happened_at()),
        page_info=asked.info([cursors.encode(key) for _, key in there], more, left.bit_count()),
    )


def _bounds(sort: int, asked: paging.Slice, selected: selection.Selection) -> tuple[Found | None, Found | None]:
    """The places between which a slice lies, the lower one first."""
    after, before = asked.after, asked.before
    if sort == RELEVANCE and selected.matches is not None:
        return (
            relevance.preceded_until(before, selected.matches) if before else None,
            relevance.followed_from(after, selected.matches) if after else None,
        )
    places = (_place(after), _place(before))
    return places[::-1] if ORDERS[sort].falling else places


def _place(key: paging.Key | None) -> Found | None:
    return None if key is None else Found(key[:-1], key[-1])


def _search_keys(
    walked: Sequence[Found], found: Sequence[Found], rows: dict[int, Product], asked: paging.Slice
) -> list[paging.Key]:
    """The keys of a page of a search, which know the products before theirs as well."""
    earlier = walked[asked.size :][::-1] if asked.backward else []
    trails = relevance.trails([*earlier, *found], rows, relevance.trail_of(asked.after))
    return [relevance.key(one, trail) for one, trail in zip(found, trails[len(earlier) :], strict=True)]
