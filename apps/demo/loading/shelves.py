"""The shelves: categories are put up, things come in with their pictures and prices, and prices change."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Sequence

from apps.demo import pictures, planning, reading
from apps.demo.loading import run
from idl import catalog, inventory
from thriftshop import clock, rpc

FIRST_DAY = dt.time(7, 30)


def build(under_way: run.Run) -> None:
    """Puts the category tree up, or learns its ids where it stands."""
    shop = rpc.connect(catalog.CatalogService)
    first = run.date_of(under_way.record.now, max(thing.listed for thing in under_way.content.things))
    with run.happening(under_way.at(first, FIRST_DAY), "Categories"):
        there = {one.slug: one.id for one in shop.get_categories()}
        for category in under_way.content.categories:
            if category.slug not in there:
                there[category.slug] = shop.put_category(None, _category(category, there)).id
    under_way.categories.update(there)


def _category(category: reading.Category, ids: dict[str, str]) -> catalog.CategoryInput:
    return catalog.CategoryInput(
        name=category.name,
        slug=category.slug,
        description=category.about,
        parent_id=ids[category.parent] if category.parent else None,
    )


def fill(under_way: run.Run, date: dt.date, arrivals: Sequence[reading.Thing]) -> None:
    """Things that are new: they are described, priced, pictured and put on sale."""
    if not arrivals:
        return
    shop = rpc.connect(catalog.CatalogService)
    with run.happening(under_way.at(date, run.OPENING), "Things"):
        outcomes = shop.put_products([product(under_way, thing) for thing in arrivals], False)
        refuse_none(outcomes)
        for thing in arrivals:
            shop.add_image(thing.sku, picture(under_way.content, thing), alt(thing))


def receive(under_way: run.Run, date: dt.date, deliveries: Sequence[tuple[reading.Thing, int]]) -> None:
    """What comes in on this day, new or again."""
    if deliveries:
        under_way.settle_stock(thing.sku for thing, _ in deliveries)
        with run.happening(under_way.at(date, run.DELIVERY), "Delivery"):
            goods = [inventory.StockLine(sku=thing.sku, quantity=quantity) for thing, quantity in deliveries]
            key = f"demo:receive:{date.isoformat()}"
            rpc.connect(inventory.InventoryService).receive(key, goods, f"Donations of {date:%-d %B %Y}", None)


def refuse_none(outcomes: Sequence[catalog.ProductOutcome]) -> None:
    """Raises Halted for the first product that the catalog refused."""
    refused = next((one for one in outcomes if one.outcome == "refused"), None)
    if refused:
        raise run.Halted(f"Product {refused.sku}: {refused.problem}")


def product(under_way: run.Run, thing: reading.Thing) -> catalog.ProductInput:
    """A thing as the catalog takes it, at its first price."""
    return catalog.ProductInput(
        sku=thing.sku,
        name=thing.name,
        description=thing.description,
        category_id=under_way.categories[thing.category],
        attributes=attributes(under_way.content, thing),
        prices=run.prices(thing.prices[0][1]),
        status=catalog.ProductStatus.PUBLISHED,
    )


def attributes(content: reading.Content, thing: reading.Thing) -> list[catalog.Attribute]:
    """A thing's traits, named and shown as in the vocabulary."""
    return [
        catalog.Attribute(code=code, name=content.attributes[code].name, value=content.attributes[code].label(value))
        for code, value in thing.attributes.items()
    ]


def picture(content: reading.Content, thing: reading.Thing) -> bytes:
    """A thing's picture as SVG."""
    return pictures.draw(
        thing.motif,
        thing.attributes["colour"],
        pattern=thing.pattern,
        seed=zlib.crc32(thing.name.encode()),
        ground=content.root_of(thing.category),
    )


def alt(thing: reading.Thing) -> str:
    """What a thing's picture shows, for those who do not see it."""
    return f"Drawing: {thing.name}"


def reprice(under_way: run.Run, date: dt.date, changes: Sequence[tuple[reading.Thing, int]]) -> None:
    """Prices that change on this day."""
    if changes:
        opening = under_way.at(date, run.OPENING)
        with run.happening(opening, "Prices"):
            rpc.connect(catalog.CatalogService).set_prices(
                [
                    catalog.PriceInput(
                        sku=thing.sku, money=money, valid_from=clock.moment(opening), reason=reason(thing, pence)
                    )
                    for thing, pence in changes
                    for money in run.prices(pence)
                ]
            )


def reason(thing: reading.Thing, pence: int) -> str:
    """Why a price changes, for the price history."""
    first, last = thing.prices[0][1], thing.prices[-1][1]
    return "Still looking for a home" if pence == last and pence < first else "Marked down"


def plan_prices(under_way: run.Run) -> None:
    """Prices that are to change in the days to come."""
    shop = rpc.connect(catalog.CatalogService)
    for change in under_way.content.plans:
        start = run.date_of(under_way.record.now, -change.days)
        begins = dt.datetime.combine(start, dt.time(), planning.ZONE)
        with run.happening(under_way.record.now, change.reason):
            now = {one.sku: one.money.amount for one in shop.get_prices(list(change.skus), run.CURRENCY, None)}
            shop.set_prices(
                [
                    catalog.PriceInput(sku=sku, money=money, valid_from=clock.moment(begins), reason=change.reason)
                    for sku, pence in now.items()
                    for money in run.prices(round(pence * change.share / 100 / 50) * 50)
                ]
            )
