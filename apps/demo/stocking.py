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
    """Adds generated products up to a number. Resumes after an interruption."""
    state = run.Run(record, content)
    shelves.create_categories(state)
    first = record.done
    for start in range(first, products, BATCH):
        numbers = range(start, min(start + BATCH, products))
        _put(state, [thing(content, number) for number in numbers])
        state.wait()
        record.done = numbers.stop
        record.save(update_fields=["done"])
        progress(len(numbers))


def _put(state: run.Run, things: Sequence[reading.Thing]) -> None:
    with run.at_time(state.record.now, f"Products from {things[0].sku} on"):
        inputs = [_input(state, one) for one in things]
        shelves.require_all(rpc.connect(catalog.CatalogService).put_products(inputs, False))
        goods = [inventory.StockLine(sku=one.sku, quantity=one.quantity) for one in things]
        rpc.connect(inventory.InventoryService).receive(f"demo:receive:{things[0].sku}", goods, "Stocking up", None)


def _input(state: run.Run, one: reading.Thing) -> catalog.ProductInput:
    """As the shop's own products, but priced in pounds only, because each price is an event."""
    wanted = shelves.product(state, one)
    wanted.prices = [run.money(one.prices[0][1])]
    return wanted


def thing(content: reading.Content, number: int) -> reading.Thing:
    """The product with this number, modelled on one of the shop's own products. Deterministic."""
    chance = random.Random(number)
    model = content.things[number % len(content.things)]
    attributes = dict(_attributes(content, model, chance))
    colour = content.attributes["colour"].label(attributes["colour"])
    noun = f"{model.attributes['material']} {content.kinds.get(model.motif, model.motif)}"
    condition = CONDITIONS[attributes["condition"]]
    return reading.Thing(
        sku=f"LOT-{number + 1:06d}",
        name=f"{colour} {noun}, {attributes['era']} (lot {number + 1:,})",
        description=f"{condition}, {chance.choice(SOURCES)}. {chance.choice(CLOSINGS)}",
        category=model.category,
        motif=model.motif,
        pattern=model.pattern,
        attributes=attributes,
        quantity=chance.choice((1, 1, 2, 3, 5, 8, 12, 40)),
        prices=((0, _price(model, chance)),),
    )


def _attributes(content: reading.Content, model: reading.Thing, chance: random.Random) -> Iterator[tuple[str, str]]:
    """The model's attributes, some of them with random values."""
    for code, value in model.attributes.items():
        if code == "condition":
            yield code, chance.choice(tuple(CONDITIONS))
        elif code in ("colour", "era"):
            yield code, chance.choice(content.attributes[code].values)
        else:
            yield code, value


def _price(model: reading.Thing, chance: random.Random) -> int:
    return max(50, round(model.prices[0][1] * chance.uniform(0.4, 1.8) / 50) * 50)
