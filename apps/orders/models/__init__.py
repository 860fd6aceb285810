"""The tables of orders: projections, keys of personal data, sent e-mails, and the records of the sandbox provider."""

from apps.orders.models.books import Adjustment, Entry
from apps.orders.models.card import CardEntry
from apps.orders.models.closings import Closing
from apps.orders.models.emails import Email
from apps.orders.models.guests import GuestEmail, LinkRequest
from apps.orders.models.listing import Order, OrderQuerySet
from apps.orders.models.names import ProductName
from apps.orders.models.personal import PersonalKey

__all__ = [
    "Adjustment",
    "CardEntry",
    "Closing",
    "Email",
    "Entry",
    "GuestEmail",
    "LinkRequest",
    "Order",
    "OrderQuerySet",
    "PersonalKey",
    "ProductName",
]
