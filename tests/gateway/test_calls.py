"""Loaders: how many calls to services an operation makes."""

import asyncio
from collections import Counter
from contextlib import suppress

import pytest

from tests.gateway import client, shop
from thriftshop.graphql import global_ids
from thriftshop.rpc import outgoing
from thriftshop.rpc.errors import Unavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(monkeypatch):
    """The calls of the gateway, counted by method; calls between services do not count."""
    made = Counter()
    real = outgoing.steps

    def counted(call, *args, **options):
        with suppress(RuntimeError):
            asyncio.get_running_loop()  # services run on threads
            made[str(call.method)] += 1
        return real(call, *args, **options)

    monkeypatch.setattr(outgoing, "steps", counted)
    return made


def test_a_page_of_a_hundred_products_with_stock_category_and_prices_takes_three_calls(db, calls):
    shop.stock_up(products=120)
    shown = client.data(
        """{ products(first: 100) { totalCount edges { node {
          name prices { amount currency } price { amount } stock { available } category { name path { name } parent { name } }
        } } pageInfo { hasNextPage } } }"""
    )["products"]
    assert len(shown["edges"]) == 100
    assert all(edge["node"]["stock"] == {"available": 5} for edge in shown["edges"])
    assert all(edge["node"]["category"]["parent"] == {"name": "Home"} for edge in shown["edges"])
    assert calls == {
        "CatalogService.find_products": 1,
        "InventoryService.get_levels": 1,
        "CatalogService.get_categories": 1,
    }


def test_selecting_only_facets_does_not_fetch_the_page(stocked, calls):
    client.data("{ products { facets { code values { name count } } } }")
    assert calls == {"CatalogService.get_facets": 1}


def test_an_object_selected_several_times_is_loaded_once(stocked, calls):
    client.data(
        '{ a: product(sku: "TS-001") { name } b: product(sku: "TS-001") { slug } c: product(sku: "TS-002") { name } }'
    )
    assert calls == {"CatalogService.get_products": 1}


def test_an_order_with_its_products_and_customer_takes_one_call_per_type(ann, calls):
    id_ = shop.order_id(ann)
    calls.clear()
    client.data(
        "query ($id: ID!) { order(id: $id) { number customer { name } lines { product { name stock { available } } } } }",
        ann.token,
        id=id_,
    )
    assert calls == {
        "SessionsService.authenticate": 1,
        "OrdersService.get_orders": 1,
        "UsersService.get_users": 1,
        "CatalogService.get_products": 1,
        "InventoryService.get_levels": 1,
    }


def test_a_hundred_nodes_of_the_viewer_take_one_call_per_type(ann, calls):
    """The viewer's own objects are fetched in one call, for any number of ids, known or not."""
    kinds = ("Cart", "Session", "UserAddress", "Order")
    ids = [global_ids.encode(kind, f"{number:032x}") for kind in kinds for number in range(25)]
    found = client.data("query ($ids: [ID!]!) { nodes(ids: $ids) { id } a: cart { id } }", ann.token, ids=ids)
    assert found["nodes"] == [None] * 100
    assert calls == {
        "SessionsService.authenticate": 1,
        "CartService.get_cart": 1,
        "SessionsService.get_sessions": 1,
        "UsersService.get_users": 1,
        "OrdersService.get_orders": 1,
    }


def test_objects_are_loaded_again_after_a_mutation(ann, calls):
    add = 'addToCart(input: {sku: "TS-001", quantity: 1}) { ... on AddToCartSuccess { cart { lines { product { name } } } } }'
    client.data(f"mutation {{ a: {add} b: {add} }}", ann.token)
    assert calls["CartService.add_item"] == 2
    assert calls["CatalogService.get_products"] == 2


def test_a_refused_document_makes_no_call(stocked, calls):
    client.code("{ products(first: 1000) { nodes { name } } }", "a token that nobody looks at")
    assert calls == {}


def test_only_stock_is_missing_while_the_inventory_is_unavailable(stocked, monkeypatch):
    def down(*_):
        raise Unavailable("tcp://inventory:80 refused")

    monkeypatch.setattr("apps.inventory.service.Service.get_levels", down)
    answer = client.ask("{ products(first: 2, sort: NAME) { nodes { name stock { available } } } }")
    assert answer["data"]["products"]["nodes"] == [
        {"name": "Brass lamp 0", "stock": None},
        {"name": "Brass lamp 10", "stock": None},
    ]
    assert {(error["extensions"]["code"], error["path"][-1]) for error in answer["errors"]} == {
        ("SERVICE_UNAVAILABLE", "stock")
    }
    assert "tcp" not in str(answer)
