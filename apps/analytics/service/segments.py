"""The segment of a customer, from the bounds of the groups, which are computed every few minutes."""

from typing import Any

from django.conf import settings

from apps.analytics.domain import segments
from apps.analytics.models import CustomerRow, SegmentBounds
from thriftshop import clock, identity

# By what customers are ordered for each group: as the report does.
ORDERS = {
    "recency": ("last_at", "key"),
    "frequency": ("orders", "last_at", "key"),
    "money": ("net", "key"),
}


def compute() -> None:
    """Compute the bounds of the groups in each currency."""
    for currency in settings.CURRENCIES:
        customers = CustomerRow.objects.filter(currency=currency)
        places = segments.starts(customers.count())
        bounds = {
            name: [
                list(first) for place in places for first in customers.order_by(*by).values_list(*by)[place : place + 1]
            ]
            for name, by in ORDERS.items()
        }
        values = {"bounds": bounds, "computed_at": clock.now()}
        SegmentBounds.objects.update_or_create(currency=currency, defaults=values)


def get_segments() -> list[str]:
    """The viewer's segment, in the currency in which they ordered most often; empty without a confirmed order."""
    viewer = identity.viewer()
    if viewer is None:
        return []
    keys = [f"{viewer.id} {currency}" for currency in settings.CURRENCIES]
    row = CustomerRow.objects.filter(key__in=keys).order_by("-orders", "key").first()
    bounds = row and SegmentBounds.objects.filter(currency=row.currency).values_list("bounds", flat=True).first()
    return [segments.key_of(_segment(row, bounds))] if bounds else []


def _segment(row: Any, bounds: dict[str, list[list[Any]]]) -> str:
    groups = {
        name: segments.group_of(bounds[name], [getattr(row, field) for field in by]) for name, by in ORDERS.items()
    }
    return segments.segment_of(segments.Cell(**groups, customers=1, net=row.net))
