"""Pages of the products that match a filter, continued from cursors."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from apps.catalog.models import Price
from apps.catalog.service import ordering, recent, relevance, selection
from apps.catalog.service.ordering import Position, Window
from idl import catalog, common
from thriftshop import call_context, paging

RELEVANCE = catalog.ProductSort.RELEVANCE


class Order(NamedTuple):
    """An order: its search function, the types of its keys, and whether it lists the highest first."""

    find: Callable[[Window], list[Position]]
    types: tuple[Any, ...]
    reverse: bool


ORDERS: dict[int, Order] = {
    RELEVANCE: Order(relevance.by_relevance, (int, ...), True),
    catalog.ProductSort.NAME: Order(partial(ordering.by_field, "sort_name"), (str, int), False),
    catalog.ProductSort.PRICE_LOW: Order(partial(ordering.by_price, descending=False), (int, int, int), False),
    catalog.ProductSort.PRICE_HIGH: Order(partial(ordering.by_price, descending=True), (int, int, int), False),
    catalog.ProductSort.NEWEST: Order(partial(ordering.by_field, "published_at"), (int, int), True),
}


def find_products(filter: catalog.ProductFilter, sort: int, page: common.Page) -> catalog.ProductPage:
    """A page of the products that match a filter. See the contract."""
    selected = selection.select(filter, ranked=sort == RELEVANCE)
    if sort == RELEVANCE and selected.matches is None:
        sort = catalog.ProductSort.NEWEST
    order = ORDERS[sort]
    cursors = paging.cursors("products", order.types, sort, filter, selection.currency_of(filter))
    slice_ = paging.read(page, cursors)
    products = selected.products()
    low, high = _bounds(sort, slice_, selected)
    # A search fetches more, for the products before their own that its cursors name.
    limit = slice_.most if sort != RELEVANCE else slice_.size + relevance.TRAIL
    scanned = order.find(Window(filter, selected, products, low, high, order.reverse is not slice_.backward, limit))
    positions, more = slice_.cut(scanned)
    by_id, keys = _products_and_keys(sort, scanned, positions, slice_)
    items = [(position, key) for position, key in zip(positions, keys, strict=True) if position.product_id in by_id]
    listed = [by_id[position.product_id] for position, _ in items]
    return catalog.ProductPage(
        products=listed,
        page_info=slice_.info([cursors.encode(key) for _, key in items], more, products.bit_count()),
        valid_until=_valid_until(listed, selected, filter, sort),
    )


def _valid_until(
    products: Sequence[catalog.Product], selected: selection.Selection, filter: catalog.ProductFilter, sort: int
) -> int | None:
    """When a price changes that the page shows or depends on."""
    moments = [product.valid_until for product in products]
    if selected.by_price is not None or sort in {catalog.ProductSort.PRICE_LOW, catalog.ProductSort.PRICE_HIGH}:
        moments.append(Price.objects.next_start(selection.currency_of(filter), call_context.happened_at()))
    return min((moment for moment in moments if moment is not None), default=None)


def _products_and_keys(
    sort: int, scanned: Sequence[Position], positions: Sequence[Position], slice_: paging.Slice
) -> tuple[dict[int, catalog.Product], list[paging.Key]]:
    """The products of a page by id, and the cursor keys of its positions."""
    at = call_context.happened_at()
    if sort == RELEVANCE:
        products = recent.products_by_id([position.product_id for position in scanned], at)
        return products, _search_keys(scanned, positions, products, slice_)
    products = recent.products_by_id([position.product_id for position in positions], at)
    return products, [position.key for position in positions]


def _bounds(sort: int, slice_: paging.Slice, selected: selection.Selection) -> tuple[Position | None, Position | None]:
    """The positions between which a slice lies, the lower one first."""
    after, before = slice_.after, slice_.before
    if sort == RELEVANCE and selected.matches is not None:
        return (
            relevance.position_before(before, selected.matches) if before else None,
            relevance.position_after(after, selected.matches) if after else None,
        )
    bounds = (_position(after), _position(before))
    return bounds[::-1] if ORDERS[sort].reverse else bounds


def _position(key: paging.Key | None) -> Position | None:
    return None if key is None else Position(key[:-1], key[-1])


def _search_keys(
    scanned: Sequence[Position],
    positions: Sequence[Position],
    products: dict[int, catalog.Product],
    slice_: paging.Slice,
) -> list[paging.Key]:
    """The cursor keys of a page of search results, with the products before their own."""
    earlier = scanned[slice_.size :][::-1] if slice_.backward else []
    trails = relevance.trails([*earlier, *positions], products, relevance.trail_of(slice_.after))
    return [relevance.key(position, trail) for position, trail in zip(positions, trails[len(earlier) :], strict=True)]
