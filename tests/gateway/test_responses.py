"""Stored responses: the same as executed ones, for everybody whom they are for, and never older than the events that arrived."""

import asyncio
import time

import pytest

from apps.gateway import cache
from apps.gateway.gateway import GATEWAY
from idl import catalog, common
from tests import acting
from tests.gateway import client, shop
from tests.gateway.following import CACHES, archive, receive, rename, stored
from thriftshop import rpc
from thriftshop.events import broadcast
from thriftshop.graphql import endpoint
from thriftshop.graphql.requests import Incoming
from thriftshop.graphql.responses import Responses

LIST = "{ products(first: 24) { nodes { sku name price { amount currency } stock { available } category { name } } } }"
STOCK = 'query { product(sku: "TS-000") { name stock { available } } }'


@pytest.mark.parametrize(
    "document",
    [
        LIST,
        STOCK,
        '{ product(slug: "brass-lamp-0") { name } }',
        '{ category(slug: "lamps") { name } }',
        "{ categories { nodes { name } } }",
        "{ products(first: 2) { facets { code values { value count } } } }",
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
        (lambda _name: archive(), "{ products { facets { code values { count } } } }"),
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


def test_a_response_ends_with_a_price_that_it_depends_on(followed, monkeypatch):
    document = '{ product(sku: "TS-000") { price(currency: "GBP") { amount } } }'
    bands = "{ products { facets { code values { name count } } } }"
    now, counted = cache.clock.now(), client.data(bands)
    with acting.as_service("demo"):
        sale = catalog.PriceInput(
            sku=shop.sku(0), money=common.Money(amount=1, currency="GBP"), valid_until=now + 60_000
        )
        rpc.connect(catalog.CatalogService).set_prices([sale])
    followed.deliver()
    assert client.data(document)["product"]["price"] == {"amount": 1}
    on_sale = client.data(bands)
    assert on_sale != counted
    monkeypatch.setattr(cache.clock, "now", lambda: now + 60_001)
    assert client.data(document)["product"]["price"] == {"amount": 1_000}
    assert client.data(bands) == counted


def test_lists_and_products_share_the_structs_of_equal_products(followed):
    client.data(LIST)
    client.data("{ products(first: 24, sort: NAME) { nodes { sku } } }")
    client.data('{ product(sku: "TS-000") { name } }')
    pages = [entry.value for entry in cache.LISTS._entries.values()]
    assert len(pages) == 2
    structs = [{product.sku: product for product in page.products} for page in pages]
    for sku, product in structs[0].items():
        assert structs[1][sku] is product
        assert cache.PRODUCTS.get(sku) is product


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
        "{ popular(first: 2) { nodes { name } } }",
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
    assert client.data(document, ann.token) == client.data(document) == {"product": None}
    assert executions == [document, document]


def test_customers_and_strangers_with_the_same_currency_share_a_response(ann, ben, followed, executions):
    before = client.data(LIST, ann.token)
    assert client.data(LIST) == client.data(LIST, ben.token) == before
    assert len(executions) == 1


def test_a_customer_with_another_currency_gets_other_prices_from_the_next_event_on(ann, ben, followed, executions):
    for person, amount in ((None, 1_000), (ann, 1_000), (ben, 1_000)):
        assert price(person) == amount
    chosen = 'mutation { updateProfile(input: {settings: [{key: "currency", value: "EUR"}]}) { __typename } }'
    assert client.data(chosen, ann.token)["updateProfile"]["__typename"] == "UpdateProfileSuccess"
    followed.deliver()
    executions.clear()
    for _ in range(2):
        for person, amount in ((None, 1_000), (ann, 1_200), (ben, 1_000)):
            assert price(person) == amount
    assert len(executions) <= 2


def price(person):
    token = person.token if person else ""
    return client.data('{ product(sku: "TS-000") { price { amount } } }', token)["product"]["price"]["amount"]


def test_a_response_for_which_the_viewer_was_read_is_for_strangers_only(ann, followed, executions):
    document = '{ product(sku: "TS-000") { name } node(id: "VXNlcjp4") { id } cart { itemCount } }'
    assert client.ask(document) == client.ask(document)
    client.ask(document, ann.token)
    executions.clear()
    client.ask(document, ann.token)
    assert executions == [document]


def test_customers_share_nothing_while_the_events_of_users_are_delayed(ann, followed, executions, monkeypatch):
    client.data(LIST)
    cache.ACCOUNTS._current_until = 0.0
    monkeypatch.setattr(broadcast, "current_at", lambda name: 0.0 if name == "gateway.users" else time.monotonic())
    client.data(LIST, ann.token)
    assert len(executions) == 2


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
