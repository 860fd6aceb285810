"""A small shop for the orders' tests: products with prices and stock, and short functions to place and change orders."""

import itertools

from idl import catalog, common, inventory, orders
from tests import acting
from thriftshop import rpc
from thriftshop.events import progress

_keys = itertools.count(1)
COAT, TEAPOT, LAMP, BUTTON = "COAT", "TEAPOT", "LAMP", "BUTTON"
PRICES = {COAT: 45_00, TEAPOT: 12_50, LAMP: 30_00, BUTTON: 5}
ADDRESS = common.Address(
    name="Ada Lovelace", lines=["12 St James's Square"], city="London", postcode="SW1Y 4JH", country="GB"
)


def gbp(amount):
    return common.Money(amount=amount, currency="GBP")


def key(prefix="key"):
    """A new key."""
    return f"{prefix}-{next(_keys):08}"


def shop():
    """The orders service."""
    return rpc.connect(orders.OrdersService)


def open_shop(stock=20):
    """Four published products with this stock of each."""
    with acting.as_service("demo"):
        rpc.connect(catalog.CatalogService).put_products(
            [
                catalog.ProductInput(
                    sku=sku, name=sku.capitalize(), prices=[gbp(price)], status=catalog.ProductStatus.PUBLISHED
                )
                for sku, price in PRICES.items()
            ],
            False,
        )
        receive(dict.fromkeys(PRICES, stock))


def receive(quantities):
    lines = [inventory.StockLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]
    with acting.as_service("demo"):
        rpc.connect(inventory.InventoryService).receive(key("receive"), lines, None, None)


def levels(*skus):
    """(on hand, reserved) of each SKU, or of all."""
    with acting.as_service("trade"):
        current = rpc.connect(inventory.InventoryService).get_levels(list(skus or PRICES))
    return {level.sku: (level.on_hand, level.reserved) for level in current}


def order_request(
    *lines, token=None, provider=None, charges=None, customer=acting.CUSTOMER, idempotency_key=None, **more
):
    """An order of (SKU, quantity) or (SKU, quantity, agreed price) lines, by card where a token is given."""
    return orders.PlaceOrder(
        idempotency_key=idempotency_key or key("place"),
        shipping_address=ADDRESS,
        email="ada@example.org",
        payment=orders.PaymentMethod(provider=provider or ("card" if token else "invoice"), token=token),
        lines=[
            orders.NewLine(sku=line[0], quantity=line[1], agreed_price=gbp(line[2]) if len(line) > 2 else None)
            for line in lines
        ],
        charges=charges,
        customer_id=customer,
        **more,
    )


def place(*lines, **more):
    """Place an order as a service; it stays pending."""
    with acting.as_service("demo"):
        return shop().place(order_request(*lines, **more))


def confirmed(*lines, **more):
    """An order after the saga ran: confirmed, rejected or waiting."""
    order = place(*lines, **more)
    progress.catch_up()
    return get(order.id)


def shipped(*lines, **more):
    """A completely shipped order."""
    order = confirmed(*lines, **more)
    ship(order.id)
    progress.catch_up()
    return get(order.id)


def get(order_id):
    with acting.as_service("demo"):
        (order,) = shop().get_orders([order_id])
    return order


def ship(order_id, *lines, key_=None, tracking=None):
    with acting.as_staff("orders"):
        return shop().ship(key_ or key("ship"), order_id, quantities(*lines), tracking)


def return_lines(order_id, *lines, restock=True, agreed=None, key_=None):
    with acting.as_staff("orders"):
        return shop().return_lines(key_ or key("return"), order_id, quantities(*lines), "does not fit", restock, agreed)


def quantities(*pairs):
    """(Line number, quantity) pairs as structs."""
    return [orders.LineQuantity(number=number, quantity=quantity) for number, quantity in pairs]


def charge(amount, kind=orders.ChargeKind.POSTAGE, description="Postage"):
    return orders.Charge(kind=kind, description=description, amount=gbp(amount))


def kinds(order_id):
    """The names of an order's events, in order."""
    from apps.orders.service import streams

    return [record.kind for record in streams.ORDERS.history(order_id)]
