"""Ordering again: which lines of a cancelled order are added to the cart, which are not, and why."""

import pytest

from idl import catalog, common, orders
from tests import acting
from tests.gateway import client, shop
from thriftshop import rpc
from thriftshop.events import progress
from thriftshop.graphql import global_ids

pytestmark = pytest.mark.django_db

REORDER = """mutation ($id: ID!, $cart: String, $key: String) { reorder(input: {id: $id, cartToken: $cart, key: $key}) {
  __typename ... on Refusal { message }
  ... on ReorderSuccess { cart { lines { sku quantity } } leftOut { sku quantity reason product { name } } }
} }"""
CANCEL = 'mutation ($id: ID!) { cancelOrder(input: {id: $id, reason: "No room."}) { __typename } }'


def ordered(person, *numbers, quantity=2):
    """The id of an order of so many of each of these products."""
    items = [{"sku": shop.sku(number), "quantity": quantity} for number in numbers]
    add = "mutation ($items: [CartItemInput!]!) { addItemsToCart(input: {items: $items}) { __typename } }"
    client.data(add, person.token, items=items)
    request = shop.order_input(f"order of {numbers}")
    placed = client.data(shop.PLACE, person.token, input=request)["placeOrder"]["order"]
    progress.catch_up()
    return placed["id"]


def again(person, id_, **more):
    return client.ask_for(REORDER, person.token, {"id": id_, "cart": None, "key": None, **more})["reorder"]


def lines(done):
    return {line["sku"]: line["quantity"] for line in done["cart"]["lines"]}


def test_a_cancelled_order_is_reordered_completely(transport, ann):
    id_ = ordered(ann, 0, 1)
    assert client.data(CANCEL, ann.token, id=id_)["cancelOrder"]["__typename"] == "CancelOrderSuccess"
    done = again(ann, id_)
    assert (lines(done), done["leftOut"]) == ({"TS-000": 2, "TS-001": 2}, [])


def test_cancelled_quantities_are_not_reordered(ann):
    id_ = ordered(ann, 0, 1)
    with acting.as_staff("orders"):
        order_id = global_ids.decode("Order", id_)
        line = orders.LineQuantity(number=1, quantity=2)
        rpc.connect(orders.OrdersService).cancel_lines("some of it", order_id, [line], "No room.")
    assert lines(again(ann, id_)) == {"TS-001": 2}


def test_a_repeated_key_reorders_once(ann):
    id_ = ordered(ann, 0)
    for _ in range(2):
        assert lines(again(ann, id_, key="a double click")) == {"TS-000": 2}


def test_renamed_products_are_reordered_and_archived_ones_are_listed(ann):
    id_ = ordered(ann, 0, 1, 2)
    with acting.as_staff("catalog"):
        shelves = rpc.connect(catalog.CatalogService)
        shelves.archive_products(["TS-001"])
        price = [common.Money(amount=1_000, currency="GBP")]
        renamed = catalog.ProductInput(
            sku="TS-000", name="A lamp of brass", prices=price, status=catalog.ProductStatus.PUBLISHED
        )
        shelves.put_products([renamed], False)
    done = again(ann, id_)
    assert lines(done) == {"TS-000": 2, "TS-002": 2}
    assert done["leftOut"] == [{"sku": "TS-001", "quantity": 2, "reason": "NOT_ON_SALE", "product": None}]


def test_items_without_a_price_in_the_carts_currency_are_listed(ann):
    id_ = ordered(ann, 0)
    with acting.as_service("demo"):
        jug = catalog.ProductInput(
            sku="JUG", name="A jug", prices=[common.Money(500, "EUR")], status=catalog.ProductStatus.PUBLISHED
        )
        rpc.connect(catalog.CatalogService).put_products([jug], False)
    ask = """mutation { addItemsToCart(input: {items: [{sku: "JUG", quantity: 1}, {sku: "TS-000", quantity: 1}]}) {
      ... on AddItemsToCartSuccess { leftOut { sku reason } } } }"""
    assert client.data(ask, ann.token)["addItemsToCart"]["leftOut"] == [{"sku": "JUG", "reason": "NO_PRICE"}]
    assert lines(again(ann, id_)) == {"TS-000": 3}


def test_items_that_do_not_fit_are_listed_and_the_rest_is_added(ann):
    id_ = ordered(ann, 0, 1)
    fill = 'mutation { setCartQuantity(input: {sku: "TS-000", quantity: 998}) { __typename } }'
    client.data(fill, ann.token)
    done = again(ann, id_)
    assert lines(done) == {"TS-000": 999, "TS-001": 2}
    assert [(one["sku"], one["quantity"], one["reason"]) for one in done["leftOut"]] == [("TS-000", 1, "NO_ROOM")]


def test_all_lines_of_a_large_order_are_reordered(ann):
    request = orders.PlaceOrder(
        idempotency_key="a large order",
        payment=orders.PaymentMethod(provider="invoice"),
        lines=[orders.NewLine(sku="TS-000", quantity=1)] * 1_200,
        customer_id=ann.id,
    )
    with acting.as_service("demo"):
        order = rpc.connect(orders.OrdersService).place(request)
    done = again(ann, global_ids.encode("Order", order.id))
    assert lines(done) == {"TS-000": 999}
    assert [(one["quantity"], one["reason"]) for one in done["leftOut"]] == [(201, "NO_ROOM")]
