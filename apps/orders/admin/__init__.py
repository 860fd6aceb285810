"""The staff's door to the orders: the list, each order with what can be done about it, the bookings, the sandbox's books."""

from apps.orders.admin.books import AdjustmentAdmin, CardEntryAdmin
from apps.orders.admin.listing import OrderAdmin

__all__ = ["AdjustmentAdmin", "CardEntryAdmin", "OrderAdmin"]
