"""Large orders for tests: many products on sale, and orders of many lines."""

from idl import catalog, orders
from tests import acting
from tests.orders import shop
from tests.orders.shop import gbp
from thriftshop import rpc

BATCH = 500
PRICE = 2_50


def skus(count):
    """So many SKUs."""
    return [f"LARGE-{number:05}" for number in range(count)]


def open_shop(count, stock=20):
    """So many products on sale, so many of each on the shelf."""
    names = skus(count)
    for part in (names[start : start + BATCH] for start in range(0, count, BATCH)):
        with acting.as_service("demo"):
            rpc.connect(catalog.CatalogService).put_products([product(sku) for sku in part], False)
        shop.receive(dict.fromkeys(part, stock))


def product(sku):
    return catalog.ProductInput(
        sku=sku, name=f"Product {sku}", prices=[gbp(PRICE)], status=catalog.ProductStatus.PUBLISHED
    )


def lines_of(order):
    """All lines of an order, page by page."""
    lines = []
    with acting.as_service("trade"):
        while len(lines) < order.line_count:
            lines += rpc.connect(orders.OrdersService).get_order_lines(order.id, len(lines), 1_000)
    return lines
