"""How many calls between services each step of a customer's journey makes; docs/performance.md has the same table."""

from collections import Counter

import pytest

from idl import orders
from tests import acting
from tests.gateway import client, shop
from thriftshop import rpc
from thriftshop.events import progress
from thriftshop.graphql import global_ids
from thriftshop.rpc import outgoing

pytestmark = pytest.mark.django_db

ADD = 'mutation { addToCart(input: {sku: "TS-000", quantity: 1}) { ... on AddToCartSuccess { cart { itemCount } } } }'
BROWSE = """{ products(first: 20) { edges { node {
  name price { amount currency } stock { available } category { name } images { url }
} } } }"""
OPEN = """{ product(sku: "TS-000") {
  name description price { amount } stock { available } category { path { name } } boughtTogether { nodes { name } }
} }"""
SIGN_UP = """mutation { signUp(input: {email: "eve@example.com", password: "a lamp from the attic", name: "Eve"}) {
  __typename } }"""
CANCEL = 'mutation ($id: ID!) { cancelOrder(input: {id: $id, reason: "Too many lamps."}) { __typename } }'
RETURN = """mutation ($id: ID!) { returnOrder(input: {
  key: "a returned lamp", id: $id, lines: [{number: 1, quantity: 1}], reason: "Too bright."
}) { __typename } }"""


@pytest.fixture
def calls(monkeypatch):
    """All calls by method: the gateway's, those between services, and those of reactions."""
    made = Counter()
    real = outgoing.steps

    def counted(call, *args, **options):
        made[str(call.method)] += 1
        return real(call, *args, **options)

    monkeypatch.setattr(outgoing, "steps", counted)
    return made


def test_browsing_a_list(stocked, calls):
    client.data(BROWSE)
    assert calls == {
        "CatalogService.find_products": 1,
        "CatalogService.get_categories": 1,
        "InventoryService.get_levels": 1,
    }


def test_opening_a_product(stocked, calls):
    client.data(OPEN)
    assert calls == {
        "CatalogService.get_products": 1,
        "InventoryService.get_levels": 1,
        "CatalogService.get_categories": 1,
        "RecommenderService.get_bought_together": 1,
    }


def test_adding_to_the_cart(ann, calls):
    client.data(ADD, ann.token)
    assert calls == {
        "SessionsService.authenticate": 1,
        "CartService.add_item": 1,
        "CatalogService.get_products": 1,
        "UsersService.get_users": 1,
        "InventoryService.get_levels": 1,
    }


def test_signing_up(stocked, calls):
    assert client.data(SIGN_UP)["signUp"]["__typename"] == "SignUpSuccess"
    progress.catch_up()
    assert calls == {
        "UsersService.sign_up": 1,
    }


def test_logging_in(ann, calls):
    client.ask_for(shop.LOG_IN, "", {"email": ann.email, "password": shop.PASSWORD})
    assert calls == {
        "SessionsService.log_in": 1,
        "UsersService.verify_password": 1,
        "UsersService.get_users": 3,
        "CartService.get_cart": 1,
    }


def test_placing_an_order(ann, calls):
    client.data(ADD, ann.token)
    progress.catch_up()
    calls.clear()
    client.data(shop.PLACE, ann.token, input=shop.order_input("an order"))
    assert calls == {
        "SessionsService.authenticate": 1,
        "OrdersService.place": 1,
        "CartService.get_cart": 1,
        "CatalogService.get_products": 1,
        "InventoryService.get_levels": 1,
        "CartService.check_out": 1,
    }
    calls.clear()
    progress.catch_up()
    assert calls == {
        "InventoryService.reserve": 1,
        "InventoryService.allocate": 1,
        "UsersService.get_users": 1,
    }


def test_cancelling_an_order(ann, calls):
    placed = shop.order_id(ann)
    calls.clear()
    assert client.data(CANCEL, ann.token, id=placed)["cancelOrder"]["__typename"] == "CancelOrderSuccess"
    assert calls == {
        "SessionsService.authenticate": 1,
        "OrdersService.cancel": 1,
    }
    calls.clear()
    progress.catch_up()
    assert calls == {
        "InventoryService.release": 1,
        "UsersService.get_users": 1,
    }


def test_returning_an_order(ann, calls):
    placed = shop.order_id(ann)
    with acting.as_staff("orders"):
        rpc.connect(orders.OrdersService).ship("a parcel", global_ids.decode("Order", placed), [], None)
    progress.catch_up()
    calls.clear()
    assert client.data(RETURN, ann.token, id=placed)["returnOrder"]["__typename"] == "ReturnOrderSuccess"
    assert calls == {
        "SessionsService.authenticate": 1,
        "OrdersService.return_lines": 1,
    }
    calls.clear()
    progress.catch_up()
    assert calls == {
        "UsersService.get_users": 1,
    }
