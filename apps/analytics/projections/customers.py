"""The figures of customers, computed from their orders whenever one of these changes."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.conf import settings

from apps.analytics.domain import sales
from apps.analytics.models import CustomerMonth, CustomerRow, OrderRow
from apps.analytics.models.sums import put
from thriftshop import days

Key = tuple[str, str]
"""A customer and a currency."""


def recompute(keys: Collection[Key]) -> None:
    """Compute the figures of these customers from their confirmed orders."""
    if not keys:
        return
    _lock(keys)
    purchases = _purchases(keys)
    found = {key: sales.customer_of(purchases[key]) for key in keys}
    put(CustomerRow, "key", [_row(key, customer) for key, customer in found.items() if customer])
    without = [" ".join(key) for key, customer in found.items() if customer is None]
    CustomerRow.objects.filter(pk__in=without).delete()
    CustomerMonth.objects.filter(customer_id__in={customer_id for customer_id, _ in keys}).delete()
    put(CustomerMonth, "key", [row for key in _all_currencies(keys, purchases) for row in _months(key, purchases[key])])


def _lock(keys: Collection[Key]) -> None:
    """Lock the customers' rows until the transaction ends: another process may apply other orders of theirs."""
    nothing = sales.Customer(0, 0, 0, "", 0, 0)
    put(CustomerRow, "key", [_row(key, nothing) for key in keys])


def _purchases(keys: Collection[Key]) -> defaultdict[Key, list[sales.Purchase]]:
    purchases: defaultdict[Key, list[sales.Purchase]] = defaultdict(list)
    rows = OrderRow.objects.filter(
        customer_id__in={customer_id for customer_id, _ in keys}, confirmed_at__isnull=False
    ).values_list("customer_id", "currency", "order_id", "confirmed_at", "goods", "net")
    for customer_id, currency, order_id, at, goods, net in rows:
        month = days.day_of(at or 0, settings.TIME_ZONE)[:7]
        purchases[customer_id, currency].append(sales.Purchase(order_id, at or 0, month, goods, net))
    return purchases


def _all_currencies(keys: Collection[Key], purchases: Collection[Key]) -> set[Key]:
    """The keys with those of the same customers in other currencies, whose months were deleted as well."""
    return set(keys) | set(purchases)


def _row(key: Key, customer: sales.Customer) -> dict[str, Any]:
    return {
        "key": " ".join(key),
        "customer_id": key[0],
        "currency": key[1],
        "orders": customer.orders,
        "net": customer.net,
        "first_at": customer.first_at,
        "first_day": days.day_of(customer.first_at, settings.TIME_ZONE),
        "first_net": customer.first_net,
        "last_at": customer.last_at,
    }


def _months(key: Key, purchases: Collection[sales.Purchase]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for purchase in purchases:
        empty = {
            "key": " ".join((*key, purchase.month)),
            "customer_id": key[0],
            "currency": key[1],
            "month": purchase.month,
            "orders": 0,
            "net": 0,
        }
        row = rows.setdefault(purchase.month, empty)
        row["orders"] += 1
        row["net"] += purchase.net
    return list(rows.values())
