"""What the inventory measures of the business: stock-outs, and whether the levels agree with the ledger."""

from django.db.models import Sum

from apps.inventory.models import Level as StockLevel
from apps.inventory.models import Total as LedgerTotal
from idl import inventory
from thriftshop.telemetry.alerts import Alert, Severity
from thriftshop.telemetry.measures import Level, Total


def stock_drift() -> float:
    """How far the levels are from the sums of the ledger, which the same projection keeps; 0 unless something is wrong.

    Units on hand and reserved are compared, over all SKUs; `manage.py rebuild --check` compares each.
    """
    ledger = LedgerTotal.objects.aggregate(on_hand=Sum("on_hand_change"), reserved=Sum("reserved_change"))
    levels = StockLevel.objects.aggregate(on_hand=Sum("on_hand"), reserved=Sum("reserved"))
    return float(sum(abs((ledger[name] or 0) - (levels[name] or 0)) for name in levels))


def out_of_stock() -> float:
    """SKUs of which nothing is available."""
    return float(StockLevel.objects.filter(available__lte=0).count())


MEASURES = [
    Total(
        "thriftshop_inventory_units_received_total",
        "Units that were received.",
        {inventory.StockReceived: lambda event: event.quantity},
    ),
    Total(
        "thriftshop_inventory_units_shipped_total",
        "Units that were shipped.",
        {inventory.StockShipped: lambda event: event.quantity},
    ),
    Total(
        "thriftshop_inventory_units_lost_total",
        "Units that were written off, or missing at a count.",
        {
            inventory.StockWrittenOff: lambda event: event.quantity,
            inventory.StockCounted: lambda event: max(0, -event.difference),
        },
    ),
    Level("thriftshop_inventory_out_of_stock", "SKUs of which nothing is available.", out_of_stock),
    Level("thriftshop_inventory_stock_drift", "Units by which the levels differ from the ledger.", stock_drift),
]
ALERTS = [
    Alert(
        "StockDrift",
        "max(thriftshop_inventory_stock_drift) > 0",
        "5m",
        Severity.PAGE,
        "The stock levels differ from the ledger by {{ $value }} units.",
    ),
]
