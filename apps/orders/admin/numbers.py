"""Orders by their numbers, in lists of what belongs to them."""

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from apps.orders.admin import wording
from apps.orders.models import Order

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    Base = ModelAdmin[Any]
else:
    Base = object


class NumbersOrders(Base):
    """Loads the numbers of the orders that a list is about, with its rows."""

    order_in = "order_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows, each with the number of its order."""
        number = Order.objects.filter(pk=OuterRef(self.order_in)).values("number")[:1]
        rows: QuerySet[Any] = super().get_queryset(request).annotate(order_number=Subquery(number))
        return rows


def link(row: Any, order_id: str) -> str:
    """The order that a row is about, by its number, with its page behind it."""
    number = row.order_number or order_id[:8]
    return wording.link(f"Order {number}", wording.page("orders_order_change", order_id))
