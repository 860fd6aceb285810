"""A working day of staff through the services: publish, price, receive, ship and refund."""

import pytest

from idl import catalog, common, inventory, orders
from tests import acting
from tests.journeys.shop import order_input
from thriftshop import rpc

shelves, stock, books = (
    rpc.connect(catalog.CatalogService),
    rpc.connect(inventory.InventoryService),
    rpc.connect(orders.OrdersService),
)
SHOWN = (
    "query ($sku: String!) { product(sku: $sku) { name price { amount } stock { available onHand reserved }"
    " category { name } } }"
)


def gbp(amount):
    return common.Money(amount=amount, currency="GBP")


def shown(shop, number=0, token=""):
    return shop.data(SHOWN, token, sku=shop.sku(number))["product"]


def level(shop):
    with acting.as_staff("inventory"):
        (found,) = stock.get_levels([shop.sku(0)])
        return found.on_hand, found.reserved, found.available


def put_on_sale(shop):
    with acting.as_staff("catalog"):
        category = shelves.put_category(None, catalog.CategoryInput(name=f"Clocks {shop.mark}"))
        draft = catalog.ProductInput(
            sku=shop.sku(0), name=f"Mantel clock {shop.mark}", category_id=category.id, prices=[gbp(4_000)]
        )
        tried, *_ = shelves.put_products([draft], True)
        made, *_ = shelves.put_products([draft], False)
    assert (tried.problem, made.problem) == (None, None)
    shop.catch_up()
    assert shown(shop) is None
    with acting.as_staff("catalog"):
        shelves.publish_products([shop.sku(0)])
    shop.catch_up()
    assert shown(shop) == {
        "name": f"Mantel clock {shop.mark}",
        "price": {"amount": 4_000},
        "stock": {"available": 0, "onHand": 0, "reserved": 0},
        "category": {"name": f"Clocks {shop.mark}"},
    }


def price_and_receive(shop):
    with acting.as_staff("catalog"):
        shelves.set_prices([catalog.PriceInput(sku=shop.sku(0), money=gbp(3_500), reason="Nobody wants it.")])
    with acting.as_staff("inventory"):
        delivery = [inventory.StockLine(sku=shop.sku(0), quantity=3)]
        stock.receive(f"delivery {shop.mark}", delivery, "note 12", None)
        stock.receive(f"delivery {shop.mark}", delivery, "note 12", None)  # the same key: nothing more comes in
    with acting.as_staff("catalog"):
        history = [record.money.amount for record in shelves.get_price_history(shop.sku(0))]
    shop.catch_up()
    assert set(history) == {4_000, 3_500}
    assert (shown(shop)["price"], shown(shop)["stock"]["available"]) == ({"amount": 3_500}, 3)


def sell(shop, ann):
    shop.act("addToCart", {"sku": shop.sku(0), "quantity": 2}, "", ann.token)
    placed = shop.act(
        "placeOrder", order_input(f"clocks {shop.mark}"), "... on PlaceOrderSuccess { order { id } }", ann.token
    )
    assert placed["__typename"] == "PlaceOrderSuccess"
    shop.catch_up()
    assert level(shop) == (3, 2, 1)
    with acting.as_staff("orders"):
        page = books.find_orders(orders.OrderFilter(customer_id=ann.id), common.Page(first=10))
    assert [order.status for order in page.orders] == [orders.OrderStatus.CONFIRMED]
    return page.orders[0]


def send(shop, order):
    part = [orders.LineQuantity(number=1, quantity=1)]
    with acting.as_staff("orders"):
        sent = books.ship(f"parcel 1 {shop.mark}", order.id, part, "RM 1")
        assert sent.status == orders.OrderStatus.PARTLY_SHIPPED
        with pytest.raises(orders.NotAllowedNow):
            books.cancel(order.id, "Too late.")
        books.cancel_lines(f"one less {shop.mark}", order.id, part, "One is cracked.")
    shop.catch_up()
    with acting.as_staff("orders"):
        (now,) = books.get_orders([order.id])
    assert (now.status, now.captured) == (orders.OrderStatus.SHIPPED, gbp(3_500))
    assert level(shop) == (2, 0, 2)


def take_back_and_refund(shop, order):
    with acting.as_staff("orders"):
        back = [orders.LineQuantity(number=1, quantity=1)]
        books.return_lines(f"back {shop.mark}", order.id, back, "It stopped.", True, gbp(3_000))
        books.refund(f"sorry {shop.mark}", order.id, gbp(200), "For the trouble.")
        with pytest.raises((common.InvalidInput, orders.NotAllowedNow)):
            books.refund(f"too much {shop.mark}", order.id, gbp(500), "More than was taken.")
    shop.catch_up()
    with acting.as_staff("orders"):
        (now,) = books.get_orders([order.id])
        timeline = [entry.kind for entry in books.get_timeline(order.id)]
    with acting.as_staff("inventory"):
        moved = stock.get_movements(shop.sku(0), common.Page(first=20)).movements
    assert (now.status, now.refunded) == (orders.OrderStatus.RETURNED, gbp(3_200))
    assert timeline.count("PaymentRefunded") == 2
    assert level(shop) == (3, 0, 3)
    assert {one.kind for one in moved} >= {"StockReceived", "StockReserved", "StockShipped", "StockTakenBack"}
    assert {one.reference for one in moved if one.kind == "StockShipped"} == {order.id}


def clear_out(shop):
    with acting.as_staff("inventory"):
        gone = [inventory.StockLine(sku=shop.sku(0), quantity=1)]
        stock.write_off(f"moths {shop.mark}", gone, "dropped", None)
        stock.count(f"count {shop.mark}", shop.sku(0), 1, "one was never there")
    with acting.as_staff("catalog"):
        shelves.archive_products([shop.sku(0)])
    shop.catch_up()
    assert level(shop) == (1, 0, 1)
    assert shown(shop) is None


def have_a_working_day(shop):
    """From the delivery to the clearance."""
    put_on_sale(shop)
    price_and_receive(shop)
    ann = shop.person("ann")
    order = sell(shop, ann)
    send(shop, order)
    take_back_and_refund(shop, order)
    clear_out(shop)


def let_no_customer_do_any_of_it(shop):
    """What staff do is refused to customers, and changes nothing."""
    shop.stock_up(1)
    ann = shop.person("ann")
    with acting.as_customer(ann.id, ann.session_id):
        for ask in (
            lambda: shelves.archive_products([shop.sku(0)]),
            lambda: shelves.set_prices([catalog.PriceInput(sku=shop.sku(0), money=gbp(1))]),
            lambda: stock.receive("ours", [inventory.StockLine(sku=shop.sku(0), quantity=1)], None, None),
            lambda: books.get_revenue("GBP", None, None),
        ):
            with pytest.raises((common.Forbidden, rpc.NotAllowed)):
                ask()
    assert shown(shop)["price"] == {"amount": 1_000}
