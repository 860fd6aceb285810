"""The list of orders in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils import timezone

from apps.orders.admin import filters, labels, pages
from apps.orders.domain import states
from apps.orders.models import Order
from thriftshop import clock
from thriftshop.desk import figures, people
from thriftshop.money import format_amount

LIST = "orders_order_changelist"


@admin.register(Order)
class OrderAdmin(people.NamesPeople, admin.ModelAdmin[Order]):
    """All orders. An order's page has the possible actions; nothing is edited in the list."""

    people_in = ("customer_id",)
    list_display = ("number", "placed", "buyer", "status_badge", "payment", "total_shown", "waits")
    list_filter = (
        filters.WaitsFor,
        "status",
        "payment_status",
        filters.PlacedDays,
        filters.BuyerKind,
        filters.Provider,
    )
    search_fields = ("number", "id", "customer_id")
    search_help_text = "An order's number or id, or a customer's id"
    ordering = ("-placed_at", "-id")
    list_per_page = 50
    show_full_result_count = False
    actions = None

    class Media:
        css = {"all": ["orders/admin.css"]}

    def figures(self, request: HttpRequest) -> list[figures.KeyFigure]:
        """Key figures: orders with failed steps, orders to ship, and today's orders."""
        stuck = Order.objects.filter(stuck__gt="").count()
        ready = Order.objects.filter(status__in=states.OPEN).count()
        today = str(timezone.localdate(clock.datetime_of(clock.now())))
        placed = Order.objects.filter(placed_at__gte=filters.midnight(today)).count()
        return [
            figures.KeyFigure(
                "Failed orders", f"{stuck:,}", labels.page(LIST, waits_for="stuck"), "bad" if stuck else ""
            ),
            figures.KeyFigure("Orders to ship", f"{ready:,}", labels.page(LIST, waits_for="open")),
            figures.KeyFigure("Orders today", f"{placed:,}", labels.page(LIST, since=today)),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No: orders are placed through the contract."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No: orders are never deleted."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """The order with exactly this number or id, or a customer's orders; patterns could not use an index."""
        term = search_term.strip()
        numbers = (term.upper(), f"TS-{term.upper()}")
        matching = queryset.filter(Q(number__in=numbers) | Q(pk=term) | Q(customer_id=term)) if term else queryset
        return matching, False

    @admin.display(description="Placed", ordering="placed_at")
    def placed(self, order: Order) -> str:
        """When it was placed."""
        return labels.two_lines(*labels.moment_text(order.placed_at).rsplit(" ", 1))

    @admin.display(description="Buyer", ordering="customer_id")
    def buyer(self, order: Order) -> str:
        """A guest, or a customer by name with a link to all their orders."""
        if not order.customer_id:
            return "Guest"
        name = people.name_of(order, order.customer_id)
        return labels.two_lines("Customer", labels.link(name, labels.page(LIST, q=order.customer_id)))

    @admin.display(description="Status", ordering="status")
    def status_badge(self, order: Order) -> str:
        """The status as a badge."""
        return labels.status(order.status)

    @admin.display(description="Payment", ordering="payment_status")
    def payment(self, order: Order) -> str:
        """The payment status as a badge."""
        return labels.payment_status(order.payment_status)

    @admin.display(description="Total", ordering="goods")
    def total_shown(self, order: Order) -> str:
        """The total and the number of pieces."""
        pieces = "1 piece" if order.units == 1 else f"{order.units:,} pieces"
        return labels.two_lines(format_amount(order.total, order.currency), pieces)

    @admin.display(description="Waits for", ordering="-stuck")
    def waits(self, order: Order) -> str:
        """The failed step or the next one; sorting by it puts failed orders first."""
        return labels.waits_for(order)

    def get_urls(self) -> list[URLPattern]:
        """The pages of actions on an order, before Django's own."""
        action_urls = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"orders_order_{name}")
            for name, view in pages.views(self).items()
        ]
        return [*action_urls, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with its own title."""
        return super().changelist_view(request, {"title": "Orders"} | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The order's page."""
        return pages.show(self, request, object_id)
