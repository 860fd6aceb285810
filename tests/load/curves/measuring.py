"""The CPU time of each kind of request, with arguments that differ from call to call, so that no answer is from a cache."""

import asyncio
import itertools
import random
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable

from idl import catalog, inventory
from tests.load import catalog as vocabulary
from tests.load import requests
from tests.load.curves import filling
from tests.load.promise import documents
from thriftshop import call_context, rpc
from thriftshop.events import decider, progress, streams
from thriftshop.events.streams import Write

PAGES = 60
Request = Callable[[], Awaitable[object]]


def of_catalog(size: int, times: int) -> dict[str, float]:
    """Microseconds of the requests whose cost depends on the number of products.

    Other arguments for each size: the catalog grows without events, so the answers of the size before are still cached.
    """
    rnd = random.Random(size)
    skus = [filling.sku_of(number) for number in rnd.sample(range(1_000), PAGES)]
    _receive(skus)

    def listed() -> Awaitable[object]:
        filter_ = {"priceMin": {"amount": rnd.randint(51, 40_000), "currency": "GBP"}}
        return requests.post(documents.LIST.text, filter=filter_, sort="PRICE_LOW")

    def words(*lists: list[str]) -> str:
        return " ".join(rnd.choice(choices) for choices in lists)

    def misspelt() -> str:
        word = rnd.choice([noun for noun in vocabulary.NOUNS if len(noun) > 4])
        place = rnd.randrange(len(word) - 1)
        swapped = f"{word[:place]}{word[place + 1]}{word[place]}{word[place + 2 :]}"
        return f"{words(vocabulary.ADJECTIVES, vocabulary.MATERIALS)} {swapped}"

    every: dict[str, Request] = {
        "list": listed,
        "search": lambda: requests.post(
            documents.SEARCH.text, query=words(vocabulary.ADJECTIVES, vocabulary.MATERIALS, vocabulary.NOUNS)
        ),
        "misspelt search": lambda: requests.post(documents.SEARCH.text, query=misspelt()),
        "facets": lambda: requests.post(
            documents.FACETS.text, filter={"query": words(vocabulary.MATERIALS, vocabulary.NOUNS)}
        ),
    }
    asyncio.run(_each(every, times))  # until the products that they show are known to the process
    pages = itertools.cycle(skus)
    every["product page, first"] = every["product page, again"] = lambda: requests.post(
        documents.DETAIL.text, sku=next(pages)
    )
    return asyncio.run(_each(every, PAGES))


def of_cart(lines: int, times: int) -> dict[str, float]:
    """Microseconds of reading a cart with so many lines, and of adding to it."""
    skus = [filling.sku_of(number) for number in range(lines)]
    _receive(skus)

    async def measure() -> dict[str, float]:
        token = (await requests.post(requests.OPEN))["openCart"]["token"]
        for sku in skus:
            await requests.post(requests.ADD, token=token, sku=sku)
        some = itertools.cycle(skus)
        every: dict[str, Request] = {
            "show a cart": lambda: requests.post(requests.CART, token=token),
            "add a line": lambda: requests.post(requests.ADD, token=token, sku=next(some)),
        }
        return await _each(every, times)

    return asyncio.run(measure())


def of_stream(length: int, times: int) -> dict[str, float]:
    """Microseconds of deciding a reservation and of reading the level of a product with so many events."""
    sku, store = f"STREAM-{length}", streams.of("inventory")
    for first in range(0, length, 1_000):
        received = [inventory.StockReceived(quantity=1)] * min(1_000, length - first)
        store.append([Write(sku, first, received)])
    progress.catch_up()
    with call_context.using(caller="orders"):
        service, line = rpc.connect(inventory.InventoryService), [inventory.StockLine(sku=sku, quantity=1)]
        service.get_levels([sku])
        decider.forget_all()
        first_read = _cpu(lambda: service.get_levels([sku]))
        reserved = [_cpu(lambda: service.reserve(uuid.uuid4().hex, line, 600)) for _ in range(min(times, length))]
        read = [_cpu(lambda: service.get_levels([sku])) for _ in range(times)]
    return {
        "decide a reservation": statistics.median(reserved),
        "read the level": statistics.median(read),
        "read it in a new process": first_read,
    }


def _receive(skus: list[str]) -> None:
    with call_context.using(caller="demo"):
        lines = [inventory.StockLine(sku=sku, quantity=100_000) for sku in skus]
        rpc.connect(inventory.InventoryService).receive(uuid.uuid4().hex, lines)
    progress.catch_up()


def _cpu(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1e6


async def _each(every: dict[str, Request], times: int) -> dict[str, float]:
    """The median of each request; the first few of each are left out."""
    measured = {}
    for name, request in every.items():
        spent = []
        for _ in range(times):
            started = time.process_time()
            await request()
            spent.append((time.process_time() - started) * 1e6)
        measured[name] = statistics.median(spent[len(spent) // 10 :])
    return measured


def warm_up() -> None:
    """Load the recommender's baskets, which it reads in parts, and what every request needs."""
    from apps.recommender.service import recommending

    for _ in range(filling.BASKETS // 2_500 + 2):
        recommending.memory()._checked_at = float("-inf")
        recommending.memory().model()
    with call_context.using(caller="gateway"):
        rpc.connect(catalog.CatalogService).get_categories()
