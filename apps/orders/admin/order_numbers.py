"""Order numbers in lists of other models."""

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from apps.orders.admin import labels
from apps.orders.models import Order

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    Base = ModelAdmin[Any]
else:
    Base = object


class WithOrderNumbers(Base):
    """Loads the number of each row's order with the rows."""

    order_field = "order_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows, each with the number of its order."""
        number = Order.objects.filter(pk=OuterRef(self.order_field)).values("number")[:1]
        rows: QuerySet[Any] = super().get_queryset(request).annotate(order_number=Subquery(number))
        return rows


def link(row: Any, order_id: str) -> str:
    """A link to a row's order, with its number."""
    number = row.order_number or order_id[:8]
    return labels.link(f"Order {number}", labels.page("orders_order_change", order_id))
