"""Categories, products with pictures, deliveries, and prices."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Sequence

from apps.demo import pictures, planning, reading
from apps.demo.loading import run
from idl import catalog, inventory
from thriftshop import clock, rpc

FIRST_DAY = dt.time(7, 30)


def create_categories(state: run.Run) -> None:
    """Create the category tree, or load the ids of existing categories."""
    shop = rpc.connect(catalog.CatalogService)
    first = run.date_of(state.record.now, max(item.listed for item in state.content.items))
    with run.at_time(state.at(first, FIRST_DAY), "Categories"):
        there = {category.slug: category.id for category in shop.get_categories()}
        for category in state.content.categories:
            if category.slug not in there:
                there[category.slug] = shop.put_category(None, _category(category, there)).id
    state.categories.update(there)


def _category(category: reading.Category, ids: dict[str, str]) -> catalog.CategoryInput:
    return catalog.CategoryInput(
        name=category.name,
        slug=category.slug,
        description=category.about,
        parent_id=ids[category.parent] if category.parent else None,
    )


def add_products(state: run.Run, date: dt.date, arrivals: Sequence[reading.Item]) -> None:
    """Create new products with prices and pictures, and publish them."""
    if not arrivals:
        return
    shop = rpc.connect(catalog.CatalogService)
    with run.at_time(state.at(date, run.OPENING), "Items"):
        outcomes = shop.put_products([product(state, item) for item in arrivals], False)
        require_all(outcomes)
        for item in arrivals:
            shop.add_image(item.sku, picture(state.content, item), alt(item))


def receive(state: run.Run, date: dt.date, deliveries: Sequence[tuple[reading.Item, int]]) -> None:
    """Receive the deliveries of a day."""
    if deliveries:
        state.wait_for_stock(item.sku for item, _ in deliveries)
        with run.at_time(state.at(date, run.DELIVERY), "Delivery"):
            goods = [inventory.StockLine(sku=item.sku, quantity=quantity) for item, quantity in deliveries]
            key = f"demo:receive:{date.isoformat()}"
            rpc.connect(inventory.InventoryService).receive(key, goods, f"Donations of {date:%-d %B %Y}", None)


def require_all(outcomes: Sequence[catalog.ProductOutcome]) -> None:
    """Raise Halted for the first product that the catalog refused."""
    refused = next((outcome for outcome in outcomes if outcome.outcome == "refused"), None)
    if refused:
        raise run.Halted(f"Product {refused.sku}: {refused.problem}")


def product(state: run.Run, item: reading.Item) -> catalog.ProductInput:
    """A product's input for the catalog, at its first price."""
    return catalog.ProductInput(
        sku=item.sku,
        name=item.name,
        description=item.description,
        category_id=state.categories[item.category],
        attributes=attributes(state.content, item),
        prices=run.prices(item.prices[0][1]),
        status=catalog.ProductStatus.PUBLISHED,
    )


def attributes(content: reading.Content, item: reading.Item) -> list[catalog.Attribute]:
    """A product's attributes, with the labels of the vocabulary."""
    return [
        catalog.Attribute(code=code, name=content.attributes[code].name, value=content.attributes[code].label(value))
        for code, value in item.attributes.items()
    ]


def picture(content: reading.Content, item: reading.Item) -> bytes:
    """A product's picture as SVG."""
    return pictures.draw(
        item.motif,
        item.attributes["colour"],
        pattern=item.pattern,
        seed=zlib.crc32(item.name.encode()),
        ground=content.root_of(item.category),
    )


def alt(item: reading.Item) -> str:
    """The alternative text of a product's picture."""
    return f"Drawing: {item.name}"


def reprice(state: run.Run, date: dt.date, changes: Sequence[tuple[reading.Item, int]]) -> None:
    """Set the prices that change on this day."""
    if changes:
        opening = state.at(date, run.OPENING)
        with run.at_time(opening, "Prices"):
            rpc.connect(catalog.CatalogService).set_prices(
                [
                    catalog.PriceInput(
                        sku=item.sku, money=money, valid_from=clock.moment(opening), reason=reason(item, pence)
                    )
                    for item, pence in changes
                    for money in run.prices(pence)
                ]
            )


def reason(item: reading.Item, pence: int) -> str:
    """The reason for a price change, for the price history."""
    first, last = item.prices[0][1], item.prices[-1][1]
    return "Still looking for a home" if pence == last and pence < first else "Marked down"


def schedule_prices(state: run.Run) -> None:
    """Schedule future price changes."""
    shop = rpc.connect(catalog.CatalogService)
    for change in state.content.plans:
        start = run.date_of(state.record.now, -change.days)
        begins = dt.datetime.combine(start, dt.time(), planning.ZONE)
        with run.at_time(state.record.now, change.reason):
            now = {price.sku: price.money.amount for price in shop.get_prices(list(change.skus), run.CURRENCY, None)}
            shop.set_prices(
                [
                    catalog.PriceInput(sku=sku, money=money, valid_from=clock.moment(begins), reason=change.reason)
                    for sku, pence in now.items()
                    for money in run.prices(round(pence * change.share / 100 / 50) * 50)
                ]
            )
