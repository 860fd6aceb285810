"""Events of carts to the items that were added to them."""

from collections.abc import Sequence

from apps.analytics.models import CartItem
from thriftshop import events
from thriftshop.database import bulk

COLUMNS = ("event_id", "cart_id", "sku", "quantity", "added_at")


def apply(records: Sequence[events.Recorded]) -> None:
    """Store added items."""
    rows = [
        (record.id, record.stream, record.event.sku, record.event.quantity, record.occurred_at) for record in records
    ]
    bulk.insert(CartItem.objects.all(), COLUMNS, sorted(rows), " ON CONFLICT (event_id) DO NOTHING")
