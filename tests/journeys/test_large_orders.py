"""A large order in separate processes, from placing to return: no message is too large, no call too long."""

import pytest
from idl.orders import OrderStatus

from idl import common, inventory, orders
from tests import acting
from tests.orders import large
from thriftshop import rpc
from thriftshop.events import progress
from thriftshop.graphql import global_ids

pytestmark = pytest.mark.slow

SKUS = 2_500
TIMEOUT_SECONDS = 300


def orders_service():
    return rpc.connect(orders.OrdersService)


SHOWN = """query ($id: ID!, $after: String) {
  order(id: $id) { lineCount lines { number } allLines(first: 100, after: $after) { nodes { number } } }
  orders(first: 10) { nodes { id lines { number sku product { name } } } }
}"""


def placed(customer_id):
    """An order of as many lines as there can be, each SKU on several of them."""
    names = large.skus(SKUS)
    lines = [orders.NewLine(sku=names[at % SKUS], quantity=1) for at in range(orders.MAX_LINES)]
    request = orders.PlaceOrder(
        idempotency_key="a large order",
        payment=orders.PaymentMethod(provider="card", token="tok_ok"),
        lines=lines,
        customer_id=customer_id,
    )
    return orders_service().place(request)


def processed_order(order_id):
    """The order once all events have been processed."""
    with acting.as_service("trade"):
        progress.catch_up_everywhere(TIMEOUT_SECONDS)
    with acting.as_service("demo"):
        return orders_service().get_orders([order_id])[0]


def levels():
    """The different (on hand, reserved) that the SKUs have."""
    found = set()
    names = large.skus(SKUS)
    with acting.as_service("trade"):
        for start in range(0, SKUS, 500):
            part = rpc.connect(inventory.InventoryService).get_levels(names[start : start + 500])
            found |= {(level.on_hand, level.reserved) for level in part}
    return found


def test_the_journey_of_a_large_order_in_separate_processes(apart):
    large.open_shop(SKUS, stock=4)
    ann = apart.person("ann")
    with acting.as_service("demo"):
        order = placed(ann.id)
        assert placed(ann.id).id == order.id
    order = processed_order(order.id)
    assert (order.status, order.line_count) == (OrderStatus.CONFIRMED, orders.MAX_LINES)
    assert len(large.lines_of(order)) == orders.MAX_LINES
    shown = apart.data(SHOWN, ann.token, id=global_ids.encode("Order", order.id))
    assert (shown["order"]["lineCount"], len(shown["order"]["lines"])) == (orders.MAX_LINES, 1_000)
    assert [line["number"] for line in shown["order"]["allLines"]["nodes"]] == list(range(1, 101))
    assert len(shown["orders"]["nodes"][0]["lines"]) == 1_000
    assert levels() == {(4, 4)}

    with acting.as_staff("orders"):
        orders_service().ship("all of it", order.id, [], None)
    order = processed_order(order.id)
    assert (order.status, order.captured) == (OrderStatus.SHIPPED, order.total)
    assert levels() == {(0, 0)}

    back = [orders.LineQuantity(number=number, quantity=1) for number in range(1, orders.MAX_LINES + 1)]
    with acting.as_staff("orders"):
        orders_service().return_lines("all of it", order.id, back, "does not fit", True, None)
    order = processed_order(order.id)
    assert (order.status, order.refunded) == (OrderStatus.RETURNED, order.total)
    assert levels() == {(4, 0)}
    with acting.as_service("orders"):
        listed = orders_service().find_orders(orders.OrderFilter(), common.Page(first=100))
    assert order.id in [order.id for order in listed.orders]
