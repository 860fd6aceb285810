"""The deadline of a request is passed to every call that its operations make."""

import time

import orjson
import pytest

from apps.gateway import cache
from tests.gateway import client
from thriftshop.events import broadcast
from thriftshop.rpc import outgoing

pytestmark = pytest.mark.django_db
SECONDS = 3
# Products, stock and categories are cached and batched by loaders; recommendations, history, cart, user and orders are not.
DOCUMENT = """{
  products(first: 10) { totalCount facets { code } nodes {
    name stock { available } category { name path { name } }
    boughtTogether(first: 2) { nodes { sku stock { available } } }
  } }
  product(sku: "TS-001") { name }
  popular(first: 3) { nodes { sku } }
  viewer { id name orders(first: 2) { totalCount } }
  cart { itemCount }
  sessions { nodes { id } }
}"""
STAFF = '{ product(sku: "TS-001") { history(first: 1) { totalCount } stockMovements(first: 2) { totalCount } } }'
CART = """mutation {
  addToCart(input: {sku: "TS-001", quantity: 1}) {
    __typename ... on AddToCartSuccess { cart { lines { product { name stock { available } } } } }
  }
}"""


@pytest.fixture
def deadlines(monkeypatch):
    """The deadline of each call, of the gateway's and of those that services make for it, with the call's method."""
    made = []
    real = outgoing.steps

    def recorded(call, *arguments, **options):
        made.append((str(call.method), call.call_context.deadline))
        return real(call, *arguments, **options)

    monkeypatch.setattr(outgoing, "steps", recorded)
    return made


@pytest.fixture(params=[True, False], ids=["cached", "not cached"])
def caching(request, monkeypatch):
    """Whether the gateway's cache is used, which is filled while the request runs."""
    monkeypatch.setattr(broadcast, "current_at", lambda _name: time.monotonic() if request.param else broadcast.NEVER)
    caches = (cache.PRODUCTS, cache.LISTS, cache.FACETS, cache.CATEGORIES, cache.LEVELS, cache.ACCOUNTS)
    for shared in caches:
        shared.clear()
    yield
    for shared in caches:
        shared.clear()


def test_every_call_of_an_operation_has_the_deadline_of_its_request(ann, deadlines, caching, settings):
    methods = check_deadlines([DOCUMENT, CART, DOCUMENT], ann.token, deadlines, settings)
    assert {
        "CatalogService.find_products",
        "CatalogService.get_categories",
        "CatalogService.get_facets",
        "InventoryService.get_levels",
        "SessionsService.authenticate",
        "UsersService.get_users",
        "CartService.get_cart",
        "SessionsService.get_sessions",
    } <= methods


def test_every_call_of_staff_has_the_deadline_of_its_request(sue, deadlines, settings):
    methods = check_deadlines([STAFF], sue.token, deadlines, settings)
    assert {"CatalogService.get_products", "InventoryService.get_movements"} <= methods


def check_deadlines(documents, token, deadlines, settings):
    """Send a batch and check the deadline of each call; return the methods that were called."""
    settings.GRAPHQL_DEADLINE_SECONDS = SECONDS
    deadlines.clear()
    started = time.monotonic()
    answers = orjson.loads(client.send([{"query": text} for text in documents], token).body)
    latest = time.monotonic() + SECONDS * settings.DEADLINE_FACTOR
    assert [answer.get("errors") for answer in answers] == [None] * len(documents)
    for method, deadline in deadlines:
        assert deadline is not None, method
        assert started < deadline <= latest, method
    return {method for method, _ in deadlines}


def test_calls_after_the_deadline_are_refused_and_the_answer_says_so(stocked, monkeypatch, settings):
    settings.GRAPHQL_DEADLINE_SECONDS = -1
    answer = client.ask("{ products(first: 2) { nodes { sku } } }")
    assert answer["data"] == {"products": None}
    assert answer["errors"][0]["extensions"]["code"] == "DEADLINE_EXCEEDED"
