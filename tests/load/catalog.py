"""How fast the catalog answers with many products: `python -m tests.load.catalog [--products 100000] [--database FILE]`.

Makes a catalog of its own through the contract (or uses the one in FILE), asks it what a shop's visitors ask, and
prints how long the answers took. A measurement to read, not a test.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial

ADJECTIVES = [
    "small",
    "large",
    "old",
    "french",
    "english",
    "victorian",
    "painted",
    "plain",
    "carved",
    "folding",
    "heavy",
    "light",
    "round",
    "square",
    "tall",
    "low",
]
MATERIALS = [
    "oak",
    "brass",
    "pine",
    "silver",
    "linen",
    "wool",
    "leather",
    "glass",
    "copper",
    "iron",
    "porcelain",
    "cotton",
    "silk",
    "marble",
    "walnut",
    "wicker",
]
NOUNS = [
    "chest",
    "lamp",
    "chair",
    "table",
    "coat",
    "jug",
    "vase",
    "mirror",
    "clock",
    "rug",
    "basket",
    "kettle",
    "bowl",
    "tray",
    "stool",
    "cabinet",
    "desk",
    "bench",
    "blanket",
    "scarf",
    "hat",
    "bag",
    "teapot",
    "saucer",
    "candlestick",
    "bookcase",
    "wardrobe",
    "cradle",
    "trunk",
    "bottle",
    "box",
    "frame",
    "print",
    "map",
    "globe",
    "radio",
    "camera",
    "typewriter",
]
COLOURS = ["red", "green", "blue", "black", "white", "brown", "grey", "yellow", "pink", "orange", "purple", "cream"]
ERAS = [f"{decade}s" for decade in range(1850, 2000, 10)]
CONDITIONS = ["as new", "very good", "good", "worn", "to repair"]
MAKERS = [f"Maker {number}" for number in range(1, 201)]
FILLER = [
    "made",
    "with",
    "care",
    "kept",
    "in",
    "one",
    "family",
    "for",
    "years",
    "shows",
    "honest",
    "wear",
    "cleaned",
    "by",
    "hand",
    "sold",
    "as",
    "it",
    "is",
    "from",
    "our",
    "shop",
]
ROOTS = ["Furniture", "Kitchen", "Clothes", "Lighting", "Garden", "Books", "Toys", "Office"]


def main() -> None:
    """Make, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200, help="how often each kind of question is asked")
    parser.add_argument("--database", help="an SQLite file to keep")
    options = parser.parse_args()
    file = options.database or os.path.join(tempfile.mkdtemp(), "catalog.sqlite3")
    os.environ["DATABASE_URL"] = f"sqlite:///{file}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
    os.environ.setdefault("CONTEXTS", "catalog")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from thriftshop import call_context

    with call_context.using(caller="catalog"):
        fill(options.products)
    with call_context.using(caller="gateway"):
        ask(options.questions)


def fill(wanted: int) -> None:
    """Write products until there are as many as wanted."""
    from apps.catalog.models import Product
    from idl import catalog
    from thriftshop import rpc

    service = rpc.connect(catalog.CatalogService)
    leaves = list(categories(service))
    rnd, there, started = random.Random(7), Product.objects.count(), time.perf_counter()
    for start in range(there, wanted, 1000):
        service.put_products(
            [product(rnd, number, leaves) for number in range(start, min(start + 1000, wanted))], False
        )
        say(f"\r{start + 1000:>9,} products, {(start + 1000 - there) / (time.perf_counter() - started):,.0f}/s   ")
    say(f"\n{Product.objects.count():,} products in {len(leaves)} categories\n")


def categories(service) -> Iterator[str]:
    """Eight roots with four below each and three below each of those; the ids of the lowest."""
    from idl import catalog

    for root in ROOTS:
        above = service.put_category(None, catalog.CategoryInput(name=root))
        for middle in range(4):
            shelf = service.put_category(None, catalog.CategoryInput(name=f"{root} shelf {middle}", parent_id=above.id))
            for low in range(3):
                name = f"{root} shelf {middle} box {low}"
                yield service.put_category(None, catalog.CategoryInput(name=name, parent_id=shelf.id)).id


def product(rnd: random.Random, number: int, leaves: list[str]):
    """A product of any kind."""
    from idl import catalog, common

    name = " ".join(map(rnd.choice, (ADJECTIVES, MATERIALS, NOUNS, ["with", "for", "and"], NOUNS)))
    traits = {"colour": COLOURS, "era": ERAS, "condition": CONDITIONS, "maker": MAKERS, "material": MATERIALS}
    pounds = int(rnd.lognormvariate(3.2, 1.1) * 100) + 50
    return catalog.ProductInput(
        sku=f"LOAD-{number:06d}",
        name=name.capitalize(),
        description=" ".join(rnd.choices(FILLER + NOUNS, k=30)),
        category_id=rnd.choice(leaves),
        attributes=[
            catalog.Attribute(code=code, name=code.capitalize(), value=rnd.choice(values))
            for code, values in traits.items()
        ],
        prices=[common.Money(amount=pounds, currency="GBP"), common.Money(amount=pounds * 6 // 5, currency="EUR")],
        status=catalog.ProductStatus.PUBLISHED if rnd.random() < 0.95 else catalog.ProductStatus.DRAFT,
    )


def ask(times: int) -> None:
    """Ask every kind of question so many times, and print the times that the answers took."""
    from idl import catalog, common
    from thriftshop import rpc

    service, rnd = rpc.connect(catalog.CatalogService), random.Random(11)
    tree = service.get_categories()
    skus = [f"LOAD-{number:06d}" for number in range(5000)]

    def wanted() -> object:
        filter_ = catalog.ProductFilter()
        if rnd.random() < 0.7:
            filter_.category_ids = [rnd.choice(tree).id]
        if rnd.random() < 0.4:
            filter_.attributes = {"colour": rnd.sample(COLOURS, 2)}
        if rnd.random() < 0.3:
            filter_.price_max = common.Money(amount=rnd.choice([10_00, 50_00, 200_00]), currency="GBP")
        return filter_

    def words() -> object:
        several = [rnd.choice(MATERIALS), rnd.choice(NOUNS)][: rnd.randint(1, 2)]
        return catalog.ProductFilter(
            query=" ".join(several), category_ids=[rnd.choice(tree).id] if rnd.random() < 0.3 else None
        )

    def mistyped() -> object:
        word = rnd.choice([noun for noun in NOUNS if len(noun) > 4])
        place = rnd.randrange(len(word) - 1)
        return catalog.ProductFilter(query=word[:place] + word[place + 1] + word[place] + word[place + 2 :])

    page = common.Page(first=24)
    second = {
        sort: service.find_products(catalog.ProductFilter(), sort, page).page_info.end_cursor for sort in range(1, 6)
    }
    sorts = catalog.ProductSort._VALUES_TO_NAMES
    questions: dict[str, Callable[[], object]] = {
        **{
            f"a page, {name.lower()}": partial(lambda sort: service.find_products(wanted(), sort, page), sort)
            for sort, name in sorts.items()
        },
        "the second page, all sorts": lambda: service.find_products(
            catalog.ProductFilter(), sort := rnd.choice(list(sorts)), common.Page(first=24, after=second[sort])
        ),
        "a page of 100": lambda: service.find_products(wanted(), catalog.ProductSort.NEWEST, common.Page(first=100)),
        "a search": lambda: service.find_products(words(), catalog.ProductSort.RELEVANCE, page),
        "a search, mistyped": lambda: service.find_products(mistyped(), catalog.ProductSort.RELEVANCE, page),
        "a search for what all have": lambda: service.find_products(
            catalog.ProductFilter(query="load"), catalog.ProductSort.RELEVANCE, page
        ),
        "facets": lambda: service.get_facets(wanted(), []),
        "facets of a search": lambda: service.get_facets(words(), []),
        "the category tree": service.get_categories,
        "100 products by SKU": lambda: service.get_products(rnd.sample(skus, 100)),
        "100 prices": lambda: service.get_prices(rnd.sample(skus, 100), "GBP", None),
    }
    say(f"{'':28}{'p50':>9}{'p95':>9}{'p99':>9}{'CPU p95':>9}   ms, {times} times each\n")
    for question in questions.values():  # a shop that has been open for a moment
        question()
    for name, question in questions.items():
        report(name, question, times)


def report(name: str, question: Callable[[], object], times: int) -> None:
    """Print the wall-clock and CPU time of a query."""
    by_clock, own = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        question()
        by_clock.append((time.perf_counter() - wall) * 1000)
        own.append((time.process_time() - cpu) * 1000)
    cuts, own_cuts = statistics.quantiles(by_clock, n=100), statistics.quantiles(own, n=100)
    say(f"{name:28}{cuts[49]:9.1f}{cuts[94]:9.1f}{cuts[98]:9.1f}{own_cuts[94]:9.1f}\n")


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
