"""The admin of orders: the list, the pages and actions of an order, the books, and the e-mails that were sent."""

from apps.orders.admin.books import AdjustmentAdmin, CardEntryAdmin, EntryAdmin
from apps.orders.admin.emails import EmailAdmin
from apps.orders.admin.listing import OrderAdmin

__all__ = ["AdjustmentAdmin", "CardEntryAdmin", "EmailAdmin", "EntryAdmin", "OrderAdmin"]
