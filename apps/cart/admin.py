"""The carts' admin, read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from apps.cart.models import CartSummary
from thriftshop import clock, money
from thriftshop.desk import figures, read_only

DAY = 86_400_000
COLUMNS = ("SKU", "Quantity", "Price when added", "Added")


class Status(admin.SimpleListFilter):
    """Carts by status."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [
            ("filled", "Not empty"),
            ("left", "Abandoned for a day"),
            ("empty", "Empty"),
            ("ordered", "Ordered"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CartSummary]) -> QuerySet[CartSummary]:
        """The carts of the chosen kind."""
        chosen = {
            "filled": queryset.filter(item_count__gt=0),
            "left": queryset.filter(item_count__gt=0, used_at__lt=clock.now() - DAY),
            "empty": queryset.filter(item_count=0),
            "ordered": queryset.filter(order_count__gt=0),
        }
        return chosen.get(self.value() or "", queryset)


class OwnerKind(admin.SimpleListFilter):
    """Carts of guests or of customers."""

    title = "owner"
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("guest", "A guest's"), ("customer", "A customer's")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CartSummary]) -> QuerySet[CartSummary]:
        """The carts of the chosen kind."""
        if self.value() == "guest":
            return queryset.filter(customer_id="")
        return queryset.exclude(customer_id="") if self.value() == "customer" else queryset


@admin.register(CartSummary)
class CartSummaryAdmin(read_only.ReadOnly):
    """Carts, last used first, read-only."""

    list_display = ("cart", "owner", "line_count", "item_count", "status", "last_used", "order_count")
    list_filter = (Status, OwnerKind)
    search_fields = ("cart_id",)
    search_help_text = "A whole cart id or customer id"
    ordering = ("-used_at",)
    list_per_page = 50
    show_full_result_count = False
    actions = None
    fields = ("cart_id", "owner", "currency", "content", "opened", "last_used", "order_count", "history")
    readonly_fields = fields

    def figures(self, request: HttpRequest) -> list[figures.KeyFigure]:
        """The figure on the admin's index: carts filled within a day."""
        filled = CartSummary.objects.filter(used_at__gte=clock.now() - DAY, item_count__gt=0).count()
        carts = reverse("admin:cart_cartsummary_changelist")
        return [figures.KeyFigure("Carts filled today", f"{filled:,}", f"{carts}?status=filled")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with its own title."""
        return super().changelist_view(request, {"title": "Carts"} | (extra_context or {}))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CartSummary], search_term: str
    ) -> tuple[QuerySet[CartSummary], bool]:
        """Search for an exact cart id or customer id."""
        term = search_term.strip()
        return (queryset.filter(cart_id=term) | queryset.filter(customer_id=term) if term else queryset), False

    @admin.display(description="Cart", ordering="cart_id")
    def cart(self, summary: CartSummary) -> str:
        """The beginning of its id; the whole id is on its page."""
        return summary.cart_id if len(summary.cart_id) <= 24 else f"{summary.cart_id[:24]}…"

    @admin.display(description="Owner", ordering="customer_id")
    def owner(self, summary: CartSummary) -> str:
        """The customer's id, or that it is a guest's."""
        return summary.customer_id or "a guest's"

    @admin.display(description="Status")
    def status(self, summary: CartSummary) -> SafeString:
        """Empty, abandoned, or in use."""
        if not summary.item_count:
            style, label = "quiet", "Empty"
        elif summary.used_at < clock.now() - DAY:
            style, label = "warn", "Abandoned"
        else:
            style, label = "", "In use"
        return format_html('<span class="ts-badge {}">{}</span>', style, label)

    @admin.display(description="Last used", ordering="used_at")
    def last_used(self, summary: CartSummary) -> str:
        """When its owner last changed it."""
        return _moment(summary.used_at)

    @admin.display(description="Opened", ordering="opened_at")
    def opened(self, summary: CartSummary) -> str:
        """When it was opened."""
        return _moment(summary.opened_at)

    @admin.display(description="Items")
    def content(self, summary: CartSummary) -> SafeString:
        """The lines, as a table."""
        if not summary.lines:
            return format_html("{}", "Nothing.")
        head = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in COLUMNS))
        rows = (
            (sku, quantity, "-" if price is None else money.format_amount(price, summary.currency), _moment(at))
            for sku, quantity, price, at in summary.lines
        )
        body = format_html_join(
            "", '<tr><th scope="row">{}</th><td class="number">{}</td><td class="number">{}</td><td>{}</td></tr>', rows
        )
        return format_html('<table class="ts-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, body)

    @admin.display(description="History")
    def history(self, summary: CartSummary) -> SafeString:
        """A link to its events."""
        try:
            log = reverse("admin:events_event_changelist")
        except NoReverseMatch:
            return format_html("{} changes", summary.version)
        return format_html('<a href="{}?{}">{} changes</a>', log, urlencode({"q": summary.cart_id}), summary.version)


def _moment(milliseconds: int) -> str:
    return f"{timezone.localtime(clock.datetime_of(milliseconds)):%d %b %Y %H:%M}"
