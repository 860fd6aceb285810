"""Stock adjustments: write-offs and counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from apps.demo import reading
from apps.demo.loading import run
from idl import inventory
from thriftshop import rpc


def write_off(state: run.Run, date: dt.date, losses: Sequence[reading.StockIncident]) -> None:
    """Write off broken and lost goods."""
    for loss in losses:
        state.wait_for_stock([loss.sku])
        with run.at_time(state.at(date, run.CLOSING), f"Loss of {loss.sku}"):
            goods = [inventory.StockLine(sku=loss.sku, quantity=loss.quantity)]
            key = f"demo:loss:{loss.sku}:{date.isoformat()}"
            rpc.connect(inventory.InventoryService).write_off(key, goods, loss.reason, None)


def count(state: run.Run, date: dt.date, counts: Sequence[reading.StockIncident]) -> None:
    """Count stock, with differences from the ledger."""
    stock = rpc.connect(inventory.InventoryService)
    if counts:
        state.wait()  # the level is read from a projection
    for entry in counts:
        with run.at_time(state.at(date, run.CLOSING), f"Count of {entry.sku}"):
            on_hand = stock.get_levels([entry.sku])[0].on_hand
            stock.count(f"demo:count:{entry.sku}:{date.isoformat()}", entry.sku, on_hand + entry.quantity, entry.reason)
