"""A large shop for benchmarks: any number of generated products with prices and stock."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from apps.demo import reading
from apps.demo.loading import run, shelves
from apps.demo.models import Loading
from idl import catalog, inventory
from thriftshop import rpc

BATCH = 500
CONDITIONS = {
    "as new": "Looks as if it had never left its box",
    "very good": "Lightly used and well kept",
    "good": "Used, clean and sound",
    "well loved": "Shows its years, honestly",
}
SOURCES = (
    "from a house clearance in the Marches", "from a market-town draper's", "brought in by its first owner",
    "from a seaside hotel", "out of a farmhouse attic", "from a school that closed", "from an estate sale in Fife",
    "left to us with a note", "from a theatre's store", "out of a doctor's waiting room",
)  # fmt: skip
CLOSINGS = (
    "Cleaned and checked by us.", "Aired, brushed and ready.", "Sold as seen, and seen by several.",
    "Marks are shown in the picture.", "A good one.", "There may be another; ask.",
)  # fmt: skip


def stock_up(content: reading.Content, record: Loading, products: int, progress: Callable[[int], object]) -> None:
    """Add generated products up to a number. Resumes after an interruption."""
    state = run.Run(record, content)
    shelves.create_categories(state)
    first = record.done
    for start in range(first, products, BATCH):
        numbers = range(start, min(start + BATCH, products))
        _put_products(state, [item(content, number) for number in numbers])
        state.wait()
        record.done = numbers.stop
        record.save(update_fields=["done"])
        progress(len(numbers))


def _put_products(state: run.Run, items: Sequence[reading.Item]) -> None:
    with run.at_time(state.record.now, f"Products from {items[0].sku} on"):
        inputs = [_input(state, item) for item in items]
        shelves.require_all(rpc.connect(catalog.CatalogService).put_products(inputs, False))
        goods = [inventory.StockLine(sku=item.sku, quantity=item.quantity) for item in items]
        rpc.connect(inventory.InventoryService).receive(f"demo:receive:{items[0].sku}", goods, "Stocking up", None)


def _input(state: run.Run, item: reading.Item) -> catalog.ProductInput:
    """As the shop's own products, but priced in pounds only, because each price is an event."""
    product = shelves.product(state, item)
    product.prices = [run.money(item.prices[0][1])]
    return product


def item(content: reading.Content, number: int) -> reading.Item:
    """The product with this number, modelled on one of the shop's own products. Deterministic."""
    rng = random.Random(number)
    model = content.items[number % len(content.items)]
    attributes = dict(_attributes(content, model, rng))
    colour = content.attributes["colour"].label(attributes["colour"])
    noun = f"{model.attributes['material']} {content.kinds.get(model.motif, model.motif)}"
    condition = CONDITIONS[attributes["condition"]]
    return reading.Item(
        sku=f"LOT-{number + 1:06d}",
        name=f"{colour} {noun}, {attributes['era']} (lot {number + 1:,})",
        description=f"{condition}, {rng.choice(SOURCES)}. {rng.choice(CLOSINGS)}",
        category=model.category,
        motif=model.motif,
        pattern=model.pattern,
        attributes=attributes,
        quantity=rng.choice((1, 1, 2, 3, 5, 8, 12, 40)),
        prices=((0, _price(model, rng)),),
    )


def _attributes(content: reading.Content, model: reading.Item, rng: random.Random) -> Iterator[tuple[str, str]]:
    """The model's attributes, some of them with random values."""
    for code, value in model.attributes.items():
        if code == "condition":
            yield code, rng.choice(tuple(CONDITIONS))
        elif code in ("colour", "era"):
            yield code, rng.choice(content.attributes[code].values)
        else:
            yield code, value


def _price(model: reading.Item, rng: random.Random) -> int:
    return max(50, round(model.prices[0][1] * rng.uniform(0.4, 1.8) / 50) * 50)
