"""A catalog of any size, written in bulk: the rows, sets and search index of each product, and its stock and sales.

Through the contract a product takes 1 to 2 ms of CPU time, most of it for its events; here about a tenth of that.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

import orjson

from apps.catalog.domain import products as rules
from apps.catalog.models import Category, Members, Price, PriceEntry, Product, Trait, members, search
from apps.catalog.models.search import queries
from apps.recommender import models as recommender
from apps.recommender.domain import decay
from idl import catalog
from tests.load import catalog as vocabulary
from thriftshop.database import bulk

BLOCK = 20_000
BASKETS = 30_000
# Of the products that are ever sold; the first are sold most.
SOLD = 10_000
NOW = 1_780_000_000_000
PRODUCT = ("id", "sku", "slug", "name", "sort_name", "description", "status", "category_id", "attributes")
WRITTEN = ("version", "created_at", "updated_at", "published_at")
ENTRY = ("product_id", "currency", "amount", "valid_from", "is_temporary", "reason", "actor")
PRICE = ("product_id", "currency", "amount", "valid_from", "reason", "actor", "awaited")
TRAITS = {"colour": vocabulary.COLOURS, "era": vocabulary.ERAS, "condition": vocabulary.CONDITIONS}


def sku_of(number: int) -> str:
    """The SKU of a product."""
    return f"CURVE-{number:07d}"


def fill(products: int, leaves: Sequence[str]) -> Iterator[int]:
    """Write products until there are so many; yield the number after each block, which is to be committed."""
    first = Product.objects.count()
    while first < products:
        block = range(first, min(first + BLOCK, products))
        _write([_details(number, leaves) for number in block], block)
        first = block.stop
        yield first


def _details(number: int, leaves: Sequence[str]) -> rules.Details:
    choose = random.Random(number).choice
    name = f"{choose(vocabulary.ADJECTIVES)} {choose(vocabulary.MATERIALS)} {choose(vocabulary.NOUNS)}".capitalize()
    return rules.Details(
        name=name,
        slug=f"curve-{number}",
        description=f"{choose(vocabulary.NOUNS)} {choose(vocabulary.FILLER)} {choose(vocabulary.FILLER)}",
        category_id=choose(leaves),
        traits=tuple(rules.Trait(code, code.capitalize(), choose(values)) for code, values in TRAITS.items()),
        status=catalog.ProductStatus.PUBLISHED,
    )


def _write(details: Sequence[rules.Details], numbers: range) -> None:
    """Write a block of products; the id of each is its number and 1."""
    ids, skus = range(numbers.start + 1, numbers.stop + 1), [sku_of(number) for number in numbers]
    amounts = [50 + product_id * 7_919 % 50_000 for product_id in ids]
    _insert(Product, PRODUCT + WRITTEN, map(_product, ids, skus, details))
    _insert(
        PriceEntry, ENTRY, ((key, "GBP", amount, NOW, False, "", "") for key, amount in zip(ids, amounts, strict=True))
    )
    _insert(Price, PRICE, ((key, "GBP", amount, NOW, "", "", False) for key, amount in zip(ids, amounts, strict=True)))
    _write_sets(ids, details, amounts)
    _write_index(ids, skus, details)
    categories = [each.category_id for each in details]
    _insert(
        recommender.Product,
        ("sku", "category_id", "on_sale", "version"),
        zip(skus, categories, repeat(True), repeat(1)),
    )
    _insert(recommender.Stock, ("sku", "available", "version"), zip(skus, repeat(100), repeat(1)))


def _product(product_id: int, sku: str, details: rules.Details) -> tuple[Any, ...]:
    traits = orjson.dumps([list(trait) for trait in details.traits]).decode()
    texts = (details.slug, details.name, details.name.lower(), details.description)
    return product_id, sku, *texts, details.status, details.category_id, traits, 1, NOW, NOW, NOW + product_id


def _write_sets(ids: Sequence[int], details: Sequence[rules.Details], amounts: Sequence[int]) -> None:
    sets: dict[members.Key, list[int]] = defaultdict(list)
    for product_id, each, amount in zip(ids, details, amounts, strict=True):
        for key in members.keys_of(each, {"GBP": amount}):
            sets[key].append(product_id)
    Members.objects.change(sets, {})


def _write_index(ids: Sequence[int], skus: Sequence[str], details: Sequence[rules.Details]) -> None:
    names = dict(Category.objects.values_list("id", "name"))
    traits = [" ".join(f"{trait.name} {trait.value}" for trait in each.traits) for each in details]
    search.write(
        [
            queries.Row(key, each.name, sku, text, names[each.category_id], each.description)
            for key, sku, text, each in zip(ids, skus, traits, details, strict=True)
        ]
    )
    for code in TRAITS:
        Trait.objects.update_or_create(code=code, defaults={"name": code.capitalize()})


def _insert(table: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    bulk.insert(table.objects.all(), columns, rows)


def sell(products: int) -> None:
    """Replace the baskets: 30,000 of two to five products, most of them of the same few."""
    sold, rnd = min(SOLD, products), random.Random(7)
    for table in (recommender.Basket, recommender.Popularity):
        table.objects.all().delete()
    weights = [1 / rank**0.8 for rank in range(1, sold + 1)]
    drawn = iter(rnd.choices(range(sold), weights, k=5 * BASKETS))
    units: dict[str, tuple[int, int]] = {}
    baskets = []
    for number in range(BASKETS):
        at = NOW + number * 60_000
        skus = list(dict.fromkeys(sku_of(next(drawn)) for _ in range(rnd.randint(2, 5))))
        baskets.append(recommender.Basket(order_id=f"curve {number}", bought_at=at, customer_id="", skus=skus))
        for sku in skus:
            before, count = units.get(sku, (0, 0))
            units[sku] = before + decay.popularity_units(at), count + 1
    recommender.Basket.objects.bulk_create(baskets, batch_size=5_000)
    rows = {
        sku: (decay.weight_of_units(total), decay.units_to_text(total), count) for sku, (total, count) in units.items()
    }
    recommender.Popularity.objects.put(rows)
    recommender.Change.objects.record("baskets")
