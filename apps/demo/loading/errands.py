"""What happens to the stock beside selling: things break, and are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from apps.demo import reading
from apps.demo.loading import run
from idl import inventory
from thriftshop import rpc


def write_off(under_way: run.Run, date: dt.date, losses: Sequence[reading.Doing]) -> None:
    """Takes what was broken or lost off the shelf."""
    for loss in losses:
        under_way.settle_stock([loss.sku])
        with run.happening(under_way.at(date, run.CLOSING), f"Loss of {loss.sku}"):
            goods = [inventory.StockLine(sku=loss.sku, quantity=loss.quantity)]
            key = f"demo:loss:{loss.sku}:{date.isoformat()}"
            rpc.connect(inventory.InventoryService).write_off(key, goods, loss.reason, None)


def count(under_way: run.Run, date: dt.date, counts: Sequence[reading.Doing]) -> None:
    """Counts what is there: so many more or fewer than the ledger had."""
    stock = rpc.connect(inventory.InventoryService)
    if counts:
        under_way.settle()  # the level that it is counted against is read, not folded
    for one in counts:
        with run.happening(under_way.at(date, run.CLOSING), f"Count of {one.sku}"):
            on_hand = stock.get_levels([one.sku])[0].on_hand
            stock.count(f"demo:count:{one.sku}:{date.isoformat()}", one.sku, on_hand + one.quantity, one.reason)
