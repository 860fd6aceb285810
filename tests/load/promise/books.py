"""What is read after the load to compare stock, orders, carts and books: by contract and, as customers see it, by GraphQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from apps.trade.reconciliation import books as ledgers
from apps.trade.reconciliation import report
from idl import common, inventory, orders
from tests.load.promise import closed, comparing, documents
from tests.load.promise.comparing import Result
from tests.load.promise.ledger import Cart, Ledger
from thriftshop import call_context, rpc
from thriftshop.events import progress

CALLER = "trade"
CURRENCY = "GBP"
SETTLE_SECONDS = 300.0
PAGE, LEVELS, THREADS = 100, 200, 4
# Some orders are shipped after the load, so that money is captured.
SHIPPED = 20


def settle() -> None:
    """Wait until every consumer group has processed everything. Raises TimeoutError, naming those that are behind."""
    with call_context.using(caller=CALLER):
        progress.catch_up_everywhere(SETTLE_SECONDS)


def check(address: tuple[str, int], ledger: Ledger, since: int) -> list[Result]:
    """All comparisons, once the shop has settled. `since` is when the load began, in milliseconds."""
    with call_context.using(caller=CALLER):
        _ship(_orders())
        settle()
        all_orders = list(_orders())
        projected = {level.sku: level for level in ledgers.every_level()}
        decided = {level.sku: level for level in _decided(sorted(projected))}
        revenue = rpc.connect(orders.OrdersService).get_revenue(CURRENCY, None, None)
        totals = ledgers.ledger_totals() | ledgers.level_totals()
    lines = _carts(address, [cart for cart in ledger.carts if cart.certain])
    return [
        *(Result(check, []) for check in report.consistency_checks(totals)),
        comparing.levels(projected, decided),
        *comparing.stock(decided.values(), all_orders),
        *comparing.orders(ledger, all_orders, since),
        *comparing.totals(all_orders),
        *comparing.books(all_orders, revenue),
        comparing.carts([cart for cart in ledger.carts if cart.certain], lines, comparing.restored(ledger, all_orders)),
    ]


def _orders() -> Iterator[Any]:
    """All orders, page by page."""
    after = None
    while True:
        page = rpc.connect(orders.OrdersService).find_orders(orders.OrderFilter(), common.Page(first=PAGE, after=after))
        yield from page.orders
        if not page.page_info.has_next_page:
            return
        after = page.page_info.end_cursor


def _ship(among: Iterator[Any]) -> None:
    """Ship some confirmed orders in full."""
    shipped = 0
    for order in among:
        if order.status == orders.OrderStatus.CONFIRMED:
            rpc.connect(orders.OrdersService).ship(f"promise-{order.number}", order.id, [], None)
            shipped += 1
            if shipped == SHIPPED:
                return


def _decided(skus: list[str]) -> Iterator[Any]:
    """The levels as commands see them, folded from the events."""
    for start in range(0, len(skus), LEVELS):
        yield from rpc.connect(inventory.InventoryService).get_levels(skus[start : start + LEVELS])


def _carts(address: tuple[str, int], carts: list[Cart]) -> dict[int, dict[str, int]]:
    """The lines of these carts as their owners see them."""
    client = closed.Client(address)

    def read(cart: Cart) -> dict[str, int]:
        data = client.send(documents.CART, cart.holder.token, token=cart.holder.cart_token or None)
        return {line["sku"]: line["quantity"] for line in data["cart"]["lines"]} if data["cart"] else {}

    with ThreadPoolExecutor(THREADS) as pool:
        return {id(cart): lines for cart, lines in zip(carts, pool.map(read, carts), strict=True)}
