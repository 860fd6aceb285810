"""Events of orders to what results need of them."""

from collections.abc import Sequence

from apps.experiments.domain import purchases
from apps.experiments.models import Purchase, Unsettled
from apps.experiments.models.outcomes import FIELDS, purchases_of
from apps.experiments.projections import unsettled
from idl import orders
from thriftshop import events
from thriftshop.database import bulk


def apply(records: Sequence[events.Recorded]) -> None:
    """Apply a batch of events: each order's row is read and written once."""
    known = {row.order_id: row for row in purchases_of(order_ids={record.stream for record in records})}
    states = {order_id: (row.version, row.parsed()) for order_id, row in known.items()}
    changed: set[str] = set()
    for record in records:
        version, purchase = states.get(record.stream, (0, None))
        if record.version <= version:
            continue
        if isinstance(record.event, orders.OrderPlaced):
            purchase = purchases.purchase_of(record.event)
        elif purchase is not None:
            purchase = purchases.evolve(purchase, record.event)
        else:
            continue  # a stream whose first events are no longer kept
        states[record.stream] = (record.version, purchase)
        changed.add(record.stream)
    rows = [_row(order_id, *states[order_id]) for order_id in sorted(changed)]
    bulk.upsert(Purchase.objects.all(), ("order_id", "version", *FIELDS), rows, "order_id")
    unsettled.mark(Unsettled.Kind.ORDER, changed)


def _row(order_id: str, version: int, purchase: purchases.Purchase | None) -> tuple[object, ...]:
    return (order_id, version, *(getattr(purchase, name) for name in FIELDS))
