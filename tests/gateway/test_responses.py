"""Stored responses: the same as executed ones, for everybody whom they are for, and never older than the events that arrived."""

import asyncio
import random
import threading
import time

import orjson
import pytest
from asgiref.sync import async_to_sync

from apps.gateway import cache, subscriptions
from apps.gateway.gateway import GATEWAY
from idl import catalog, common, inventory
from tests import acting
from tests.gateway import client, shop
from tests.gateway.random_queries import Writer
from thriftshop import rpc
from thriftshop.events import broadcast
from thriftshop.graphql import endpoint
from thriftshop.graphql.requests import Incoming
from thriftshop.graphql.responses import Responses

LIST = "{ products(first: 24) { nodes { sku name price { amount currency } stock { available } category { name } } } }"
STOCK = 'query { product(sku: "TS-000") { name stock { available } } }'
CACHES = (cache.PRODUCTS, cache.SLUGS, cache.LISTS, cache.CATEGORIES, cache.LEVELS)
RANDOM_QUERIES = 120


class Followed:
    """The gateway's subscriptions, whose events arrive when a test says so."""

    def __init__(self):
        self._followers = []
        for one in subscriptions.SUBSCRIPTIONS:
            if one.topic in ("catalog", "inventory"):
                follower = broadcast.Broadcast(one.topic, "gateway", one.kinds)
                follower.subscribe(one.handle)
                self._followers.append(follower)
        self.deliver()

    def deliver(self):
        """Deliver all events recorded so far."""
        for follower in self._followers:
            follower.follow(0)


@pytest.fixture
def followed(stocked, monkeypatch):
    """The events that the caches follow, which are current."""
    monkeypatch.setattr(broadcast, "current_at", lambda _name: time.monotonic())
    monkeypatch.setattr(GATEWAY.engine, "responses", Responses())
    for one in CACHES:
        one.clear()
    yield Followed()
    for one in CACHES:
        one.clear()


@pytest.fixture
def executions(monkeypatch):
    """The operations that were executed."""
    executed = []
    real = type(GATEWAY.engine).run

    async def run(self, ready, *arguments):
        executed.append(ready.operation.text)
        return await real(self, ready, *arguments)

    monkeypatch.setattr(type(GATEWAY.engine), "run", run)
    return executed


def stored() -> int:
    return len(GATEWAY.engine.responses)


def rename(name: str, number: int = 0) -> None:
    with acting.as_service("demo"):
        rpc.connect(catalog.CatalogService).put_products([catalog.ProductInput(sku=shop.sku(number), name=name)], False)


def receive(quantity: int = 1, number: int = 0) -> None:
    with acting.as_service("demo"):
        lines = [inventory.StockLine(sku=shop.sku(number), quantity=quantity)]
        rpc.connect(inventory.InventoryService).receive(f"delivery-{random.getrandbits(64)}", lines, None, None)


@pytest.mark.parametrize(
    "document",
    [
        LIST,
        STOCK,
        '{ product(slug: "brass-lamp-0") { name } }',
        '{ category(slug: "lamps") { name } }',
        "{ categories { nodes { name } } }",
    ],
)
def test_a_query_of_cached_data_is_executed_once(document, followed, executions):
    first = client.send({"query": document})
    assert b'"errors"' not in first.body
    assert client.send({"query": document}) == first
    assert len(executions) == 1


def test_a_product_that_does_not_exist_is_stored_until_it_does(followed, executions):
    document = '{ product(sku: "NEW") { name } }'
    assert client.data(document) == client.data(document) == {"product": None}
    assert len(executions) == 1
    with acting.as_service("demo"):
        price = common.Money(amount=1, currency="GBP")
        new = catalog.ProductInput(sku="NEW", name="New", prices=[price], status=catalog.ProductStatus.PUBLISHED)
        rpc.connect(catalog.CatalogService).put_products([new], False)
    followed.deliver()
    assert client.data(document) == {"product": {"name": "New"}}


@pytest.mark.parametrize(
    ("change", "document"),
    [
        (rename, LIST),
        (rename, STOCK),
        (rename, '{ product(slug: "brass-lamp-0") { name } }'),
        (lambda _name: receive(), LIST),
        (lambda _name: receive(), STOCK),
    ],
)
def test_a_change_of_what_was_read_drops_the_response(change, document, followed):
    before = client.data(document)
    change("Renamed")
    followed.deliver()
    after = client.data(document)
    assert before != after
    assert client.data(document) == after


def test_a_change_of_something_else_drops_nothing(followed, executions):
    before = client.data(STOCK)
    receive(number=1)
    rename("Renamed", number=1)
    followed.deliver()
    assert client.data(STOCK) == before
    assert len(executions) == 1


def test_a_response_ends_with_the_price_of_a_product(followed, monkeypatch):
    document = '{ product(sku: "TS-000") { price(currency: "GBP") { amount } } }'
    now = cache.clock.now()
    with acting.as_service("demo"):
        sale = catalog.PriceInput(
            sku=shop.sku(0), money=common.Money(amount=1, currency="GBP"), valid_until=now + 60_000
        )
        rpc.connect(catalog.CatalogService).set_prices([sale])
    followed.deliver()
    assert client.data(document)["product"]["price"] == {"amount": 1}
    monkeypatch.setattr(cache.clock, "now", lambda: now + 60_001)
    assert client.data(document)["product"]["price"] == {"amount": 1_000}


def test_nothing_is_answered_from_memory_while_the_events_are_delayed(followed, executions, monkeypatch):
    client.data(STOCK)
    for one in CACHES:
        one._current_until = 0.0
    monkeypatch.setattr(broadcast, "current_at", lambda _name: broadcast.NEVER)
    receive()
    assert client.data(STOCK)["product"]["stock"] == {"available": 6}
    assert len(executions) == 2


@pytest.mark.parametrize(
    "document",
    [
        "{ products(first: 2) { facets { code } } }",
        'query { cart(token: "none") { itemCount } }',
        "{ viewer { id } }",
        "{ __typename }",
        '{ product(sku: "TS-000") { name priceHistory { nodes { validFrom } } } }',
        '{ guestOrderByLink(token: "none") { id } }',
        "{ __schema { types { name } } }",
    ],
)
def test_a_response_of_unversioned_data_is_not_stored(document, followed):
    client.ask(document)
    assert stored() == 0


def test_errors_and_partial_data_are_not_stored(followed, monkeypatch):
    with pytest.MonkeyPatch.context() as patch:
        failing = rpc.Unavailable("away")

        async def away(*_arguments):
            raise failing

        patch.setattr(cache.LEVELS, "load", away)
        answer = client.ask(STOCK)
    assert answer["errors"]
    assert answer["data"]["product"]["stock"] is None
    assert client.ask('{ product(sku: "TS-000") { price(currency: "XXX") { amount } } }')["errors"]
    assert client.ask("{ product { name } }")["errors"]
    assert stored() == 0
    assert client.data(STOCK)["product"]["stock"] == {"available": 5}


def test_a_failed_load_that_a_resolver_hides_is_not_stored(followed):
    async def failing(_keys):
        raise rpc.Unavailable("away")

    async def hidden():
        with cache.reads.recording() as read:
            with pytest.raises(rpc.Unavailable):
                await cache.LEVELS.load(["TS-000"], failing)
            return read.is_known

    assert asyncio.run(hidden()) is False


def test_viewers_are_not_answered_with_the_response_of_a_stranger(ann, sue, followed, executions):
    document = '{ product(sku: "DRAFT") { name } }'
    assert client.data(document) == {"product": None}
    assert client.data(document, sue.token) == {"product": {"name": "Not yet"}}
    assert client.data(document, ann.token) == {"product": None}
    assert client.data(document) == {"product": None}
    assert len(executions) == 3
    assert stored() == 1


def test_a_currency_in_a_variable_or_a_literal_is_part_of_the_key(followed):
    document = 'query ($currency: String) { product(sku: "TS-000") { price(currency: $currency) { amount } } }'
    for _ in range(2):
        for currency, amount in (("GBP", 1_000), ("EUR", 1_200), (None, 1_000)):
            assert client.data(document, currency=currency)["product"]["price"]["amount"] == amount
        for currency, amount in (("GBP", 1_000), ("EUR", 1_200)):
            literal = f'{{ product(sku: "TS-000") {{ price(currency: "{currency}") {{ amount }} }} }}'
            assert client.data(literal)["product"]["price"]["amount"] == amount


def test_the_host_and_scheme_of_images_are_part_of_the_key(followed, settings):
    settings.PUBLIC_ORIGIN = ""
    document = '{ product(sku: "TS-000") { images { url } } }'
    for _ in range(2):
        for host in ("shop.example", "www.shop.example"):
            client.send({"query": document}, host=host)
    assert stored() == 2


def test_the_media_type_and_headers_of_a_stored_response_are_those_of_the_request(followed):
    client.data(LIST)
    for accept in ("application/json", "application/graphql-response+json"):
        response = client.send({"query": LIST}, accept=accept)
        assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert stored() == 1


def test_an_operation_of_a_batch_is_not_stored(followed, executions):
    for _ in range(2):
        client.send([{"query": STOCK}, {"query": STOCK}])
    assert stored() == 0
    assert len(executions) == 4


def test_a_resolver_that_reads_the_request_makes_a_response_uncacheable():
    context = endpoint.Context(Incoming("POST", {"host": "shop.example"}))
    with cache.reads.recording() as read:
        assert context.origin == "http://shop.example"
        assert read.is_known
        assert context.incoming.headers["host"] == "shop.example"
        assert not read.is_known


def test_stored_responses_are_bounded(followed, monkeypatch):
    monkeypatch.setattr("thriftshop.graphql.responses.MAX_RESPONSES", 3)
    monkeypatch.setattr(GATEWAY.engine, "responses", Responses())
    for number in range(10):
        client.data("query ($sku: String) { product(sku: $sku) { name } }", sku=f"X-{number}")
    assert stored() == 3


def test_stored_and_executed_responses_are_the_same_for_random_queries_and_changes(followed, executions, settings):
    settings.GRAPHQL_RATE_ADDRESS = 0
    rng = random.Random(7)
    writer = Writer(rng)
    requests = 0
    for query in [writer.query() for _ in range(RANDOM_QUERIES)]:
        first = comparable(query)
        assert first == comparable(query), query
        if rng.random() < 0.3:
            change()
            followed.deliver()
        current = comparable(query)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(GATEWAY.engine, "responses", Responses())
            assert current == comparable(query), query
        requests += 4
    assert requests - len(executions) > RANDOM_QUERIES // 4, "too few responses were stored to compare them"


def change() -> None:
    """Rename products that queries ask for by SKU or see in lists, and receive stock of them."""
    for number in (0, 1, shop.PRODUCTS - 1):
        rename(f"Name {random.random()}", number)
        receive(number=number)


def comparable(query: str) -> object:
    """The response without the ids of traces."""
    answer = orjson.loads(client.send({"query": query}).body)
    for error in answer.get("errors", ()):
        error["extensions"].pop("traceId", None)
    return answer


@pytest.mark.django_db(transaction=True)
def test_no_response_is_older_than_the_events_that_arrived_before_its_request(monkeypatch):
    """Writes race with reads; how long an event takes to arrive does not matter."""
    shop.stock_up(2)
    monkeypatch.setattr(GATEWAY.engine, "responses", Responses())
    arrived = [5]
    handled = cache.drop_level

    def drop_level(record):
        handled(record)
        if record.stream == shop.sku(0):
            arrived.append(5 + record.version - 1)

    monkeypatch.setattr(cache, "drop_level", drop_level)
    started = broadcast.start()
    writes = threading.Thread(target=write_levels, args=(40,))
    try:
        assert until_current()
        writes.start()
        hits, too_old = async_to_sync(read_levels)(writes, arrived)
    finally:
        writes.join(60)
        broadcast.stop()
        for one in started:
            one.join(60)
        for one in CACHES:
            one.clear()
    assert too_old == []
    assert hits > 0


def write_levels(count: int) -> None:
    from django.db import connections

    try:
        for _ in range(count):
            receive()
            time.sleep(0.02)
    finally:
        connections.close_all()


def until_current() -> bool:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        if all(broadcast.current_at(one.name) > broadcast.NEVER for one in subscriptions.SUBSCRIPTIONS):
            return True
        time.sleep(0.01)
    return False


async def read_levels(writes: threading.Thread, arrived: list[int]) -> tuple[int, list[tuple[int, int]]]:
    """Read until the writes end: how many responses were the stored ones, and those that were older than they may be."""
    bodies: set[int] = set()
    kept, hits, too_old = [], 0, []
    while writes.is_alive():
        least = arrived[-1]
        incoming = Incoming("POST", {"content-type": "application/json"}, "", orjson.dumps({"query": STOCK}), "::1")
        body = (await endpoint.handle(incoming)).body
        hits += id(body) in bodies
        bodies.add(id(body))
        kept.append(body)  # so that no other body gets its id
        available = orjson.loads(body)["data"]["product"]["stock"]["available"]
        if available < least:
            too_old.append((available, least))
        await asyncio.sleep(0)
    return hits, too_old
