"""The e-mails in the admin: about which events, and when they were sent. Their texts are not stored."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.orders.admin import labels, order_numbers
from apps.orders.models import Email
from thriftshop.desk import read_only


@admin.register(Email)
class EmailAdmin(order_numbers.WithOrderNumbers, read_only.ReadOnly):
    """The e-mails about orders, read-only."""

    list_display = ("event", "order", "version", "sent")
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("order_id",)
    search_help_text = "A whole order id"
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = None
    fields = list_display
    readonly_fields = fields

    class Media:
        css = {"all": ["orders/admin.css"]}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Email], search_term: str
    ) -> tuple[QuerySet[Email], bool]:
        """The e-mails about the order with exactly this id."""
        term = search_term.strip()
        return (queryset.filter(order_id=term) if term else queryset), False

    @admin.display(description="About", ordering="kind")
    def event(self, email: Email) -> str:
        """The event's name."""
        return email.kind

    @admin.display(description="Order", ordering="order_id")
    def order(self, email: Email) -> str:
        """A link to the order."""
        return order_numbers.link(email, email.order_id)

    @admin.display(description="Sent", ordering="sent_at")
    def sent(self, email: Email) -> str:
        """When it was sent, or that it is being sent."""
        return labels.badge("Sending", "warn") if email.sent_at is None else labels.moment_text(email.sent_at)
