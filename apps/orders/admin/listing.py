"""Orders in the admin: the list, to be filtered and searched."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from idl.orders import OrderStatus

from apps.orders.admin import pages, wording
from apps.orders.domain.placing import shown
from apps.orders.models import Order
from thriftshop import figures


class Standing(admin.SimpleListFilter):
    """Whether anything stands in an order's way."""

    title = "what stands in its way"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Waits for staff, or will be tried again by itself."""
        return [("stuck", "Waits for staff"), ("retrying", "Will be tried again")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """The orders of the choice."""
        if self.value() == "stuck":
            return queryset.exclude(stuck="")
        return queryset.filter(retry_at__isnull=False) if self.value() == "retrying" else queryset


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin[Order]):
    """All orders. Nothing is edited here: what can be done about an order stands on its page."""

    list_display = ("number", "placed", "standing", "payment", "total_shown", "pieces", "provider", "customer", "waits")
    list_filter = ("status", "payment_status", Standing, "provider", "currency")
    search_fields = ("number__istartswith", "id__startswith", "customer_id__startswith")
    search_help_text = "The beginning of an order's number or id, or of a customer's id"
    ordering = ("-placed_at", "-id")
    list_per_page = 50
    show_full_result_count = False
    actions = None

    class Media:
        css = {"all": ["orders/admin.css"]}

    def figures(self, request: HttpRequest) -> list[figures.Figure]:
        """What the staff see first: what is stuck, and what waits to be sent."""
        stuck = Order.objects.exclude(stuck="").count()
        ready = Order.objects.filter(status__in=(OrderStatus.CONFIRMED, OrderStatus.PARTLY_SHIPPED)).count()
        listing = reverse("admin:orders_order_changelist")
        return [
            figures.Figure("Orders stuck", f"{stuck:,}", f"{listing}?standing=stuck", "bad" if stuck else ""),
            figures.Figure("Orders to send", f"{ready:,}", f"{listing}?status__exact={OrderStatus.CONFIRMED}"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: orders are placed by the contract."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: what was ordered stays."""
        return False

    @admin.display(description="Placed", ordering="placed_at")
    def placed(self, order: Order) -> str:
        """When it was placed."""
        return wording.moment_text(order.placed_at)

    @admin.display(description="Status", ordering="status")
    def standing(self, order: Order) -> str:
        """Where it stands."""
        return wording.status(order.status)

    @admin.display(description="Payment", ordering="payment_status")
    def payment(self, order: Order) -> str:
        """Where its money stands."""
        return wording.payment_status(order.payment_status)

    @admin.display(description="Total", ordering="goods")
    def total_shown(self, order: Order) -> str:
        """Goods and charges as ordered."""
        return shown(order.total, order.currency)

    @admin.display(description="Pieces", ordering="units")
    def pieces(self, order: Order) -> str:
        """How many pieces were ordered."""
        return f"{order.units:,}"

    @admin.display(description="Customer", ordering="customer_id")
    def customer(self, order: Order) -> str:
        """Whose it is."""
        return order.customer_id or "Guest"

    @admin.display(description="In its way", ordering="stuck")
    def waits(self, order: Order) -> str:
        """The step that waits for staff, or is being tried again."""
        if order.stuck:
            return wording.badge(f"Stuck: {order.stuck}", "bad")
        return wording.badge("Tried again soon", "warn") if order.retry_at is not None else ""

    def get_urls(self) -> list[URLPattern]:
        """The pages of what can be done about an order, before Django's own."""
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"orders_order_{name}")
            for name, view in pages.views(self).items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The order's page."""
        return pages.show(self, request, object_id)
