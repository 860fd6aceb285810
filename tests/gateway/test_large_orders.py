"""Large orders through the gateway: the first lines with the order itself, all of them page by page."""

import pytest

from idl import inventory, orders
from tests import acting
from tests.gateway import client, shop
from thriftshop import rpc
from thriftshop.events import progress
from thriftshop.graphql import global_ids

pytestmark = pytest.mark.django_db

PAGE = """query ($id: ID!, $after: String) {
  order(id: $id) {
    lineCount
    lines { number }
    allLines(first: 100, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { number sku quantity discountedTotal { amount } refundable { amount } } }
    }
  }
}"""


def placed(person, count):
    """The global id of a confirmed order of so many lines for one of a person's own."""
    with acting.as_service("demo"):
        stock = [inventory.StockLine(sku=shop.sku(0), quantity=count)]
        rpc.connect(inventory.InventoryService).receive("more", stock, None, None)
        order = orders.PlaceOrder(
            idempotency_key="a large order",
            payment=orders.PaymentMethod(provider="invoice"),
            lines=[orders.NewLine(sku=shop.sku(0), quantity=1) for _ in range(count)],
            customer_id=person.id,
        )
        made = rpc.connect(orders.OrdersService).place(order)
    progress.catch_up()
    return global_ids.encode("Order", made.id)


def walk(order_id, token):
    """All pages of an order's lines: how many lines came with each answer, and the numbers of all edges."""
    after, with_order, numbers = None, set(), []
    while True:
        found = client.ask_for(PAGE, token, {"id": order_id, "after": after})["order"]
        with_order.add((found["lineCount"], len(found["lines"]), found["allLines"]["totalCount"]))
        numbers += [edge["node"]["number"] for edge in found["allLines"]["edges"]]
        after = found["allLines"]["pageInfo"]["endCursor"]
        if not found["allLines"]["pageInfo"]["hasNextPage"]:
            return with_order, numbers


def test_all_lines_of_a_large_order_can_be_paged(transport, ann):
    with_order, numbers = walk(placed(ann, 1_250), ann.token)
    assert with_order == {(1_250, 1_000, 1_250)}
    assert numbers == list(range(1, 1_251))


def test_lines_are_paged_from_the_end_too(ann):
    order_id = placed(ann, 1_250)
    ask = """query ($id: ID!, $before: String) {
      order(id: $id) { allLines(last: 3, before: $before) { pageInfo { hasPreviousPage startCursor } nodes { number } } }
    }"""
    last = client.ask_for(ask, ann.token, {"id": order_id})["order"]["allLines"]
    assert [line["number"] for line in last["nodes"]] == [1_248, 1_249, 1_250]
    start = last["pageInfo"]["startCursor"]
    earlier = client.ask_for(ask, ann.token, {"id": order_id, "before": start})["order"]["allLines"]
    assert [line["number"] for line in earlier["nodes"]] == [1_245, 1_246, 1_247]
    assert earlier["pageInfo"]["hasPreviousPage"]


def test_the_lines_of_a_small_order_are_paged_in_the_same_way(ann):
    with_order, numbers = walk(placed(ann, 250), ann.token)
    assert with_order == {(250, 250, 250)}
    assert numbers == list(range(1, 251))


def test_a_line_shows_its_cost_and_its_refundable_amount(ann):
    found = client.ask_for(PAGE, ann.token, {"id": placed(ann, 2), "after": None})["order"]
    line = found["allLines"]["edges"][0]["node"]
    assert line["discountedTotal"]["amount"] > 0
    assert line["refundable"]["amount"] == 0
