"""The staff's door to the orders: the list, each order with what can be done about it, the books, the letters that were sent."""

from apps.orders.admin.books import AdjustmentAdmin, CardEntryAdmin, EntryAdmin
from apps.orders.admin.letters import LetterAdmin
from apps.orders.admin.listing import OrderAdmin

__all__ = ["AdjustmentAdmin", "CardEntryAdmin", "EntryAdmin", "LetterAdmin", "OrderAdmin"]
