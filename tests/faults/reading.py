"""Reads what the shop has once it has settled."""

from __future__ import annotations

import email
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from apps.trade.reconciliation import books
from idl import common, inventory, orders
from tests.faults.observed import Event, Observed, Published
from tests.faults.recorder import Outcome
from tests.faults.shop import Shop
from tests.faults.workload import SKUS, Workload
from tests.load.promise import documents
from thriftshop import call_context, rpc

SETTLE_SECONDS = 120.0
CHECK_SECONDS = 0.2
PAGE = 100
ORDERS = "@orders.thriftshop>"


def settled(shop: Shop, workload: Workload) -> Observed:
    """What the shop has, once all events are processed and no order is pending. Raises TimeoutError."""
    until, lags = time.monotonic() + SETTLE_SECONDS, {}
    while time.monotonic() < until:
        try:
            lags = shop.observer.ask("lags")
            if not lags and (observed := _unchanged(shop, workload)):
                return observed
        except (RuntimeError, rpc.RpcError, ConnectionError) as error:
            lags = {repr(error): 1}
        time.sleep(CHECK_SECONDS)
    raise TimeoutError(f"The shop has not settled after {SETTLE_SECONDS:g} s: {lags}\n{shop.logs()}")


def _unchanged(shop: Shop, workload: Workload) -> Observed | None:
    """What the shop has, unless something was recorded while it was read, or orders are still pending."""
    log = shop.observer.ask("logs")
    placed = list(_orders())
    if any(order.status == orders.OrderStatus.PENDING for order in placed):
        return None
    observed = Observed([Event(*event) for event in log], orders=placed, deaths=shop.deaths)
    _read_services(observed)
    for buyer in workload.buyers:
        observed.carts[buyer.name] = _cart(buyer.client)
    observed.emails = sent(shop.mails)
    observed.published = [Published(*message) for message in shop.observer.ask("published")]
    observed.changed_by_rebuild = shop.observer.ask("changed_by_rebuild")
    observed.dead_letters = shop.observer.ask("dead_letters")
    return observed if shop.observer.ask("logs") == log and not shop.observer.ask("lags") else None


def _read_services(observed: Observed) -> None:
    with call_context.using(caller="trade", viewer=""):
        observed.projected = list(books.every_level())
        observed.decided = rpc.connect(inventory.InventoryService).get_levels(SKUS)
        observed.totals = books.ledger_totals() | books.level_totals()
        observed.revenue = rpc.connect(orders.OrdersService).get_revenue("GBP", None, None)


def _orders() -> Iterator[Any]:
    """All orders, page by page."""
    after = None
    while True:
        with call_context.using(caller="trade", viewer=""):
            page = rpc.connect(orders.OrdersService).find_orders(
                orders.OrderFilter(), common.Page(first=PAGE, after=after)
            )
        yield from page.orders
        if not page.page_info.has_next_page:
            return
        after = page.page_info.end_cursor


def _cart(client: Any) -> dict[str, int]:
    answer = client.send(documents.CART, "cart", token=None)
    if answer.outcome is not Outcome.ACKNOWLEDGED:
        raise ConnectionError(f"A cart cannot be read: {answer.code}")
    return {line["sku"]: line["quantity"] for line in answer.result["lines"]} if answer.result else {}


def sent(folder: Path) -> Counter[str]:
    """How often an e-mail with each Message-ID was sent; a file may hold several."""
    files = [file.read_bytes() for file in folder.glob("*.log")]
    parts = [part for content in files for part in re.split(rb"\n-{79}\n", content) if part.strip()]
    messages = (str(email.message_from_bytes(part)["Message-ID"]) for part in parts)
    return Counter(message for message in messages if message.endswith(ORDERS))
