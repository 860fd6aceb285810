"""The letters in the admin: what customers were told, and when. What a letter said is kept nowhere."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.orders.admin import numbers, wording
from apps.orders.models import Letter
from thriftshop.desk.admin import ReadOnly


@admin.register(Letter)
class LetterAdmin(numbers.NumbersOrders, ReadOnly):
    """The e-mails about orders, read-only."""

    list_display = ("what", "order", "version", "sent")
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
        self, request: HttpRequest, queryset: QuerySet[Letter], search_term: str
    ) -> tuple[QuerySet[Letter], bool]:
        """The e-mails about the order with exactly this id."""
        term = search_term.strip()
        return (queryset.filter(order_id=term) if term else queryset), False

    @admin.display(description="About", ordering="kind")
    def what(self, letter: Letter) -> str:
        """The event's name."""
        return letter.kind

    @admin.display(description="Order", ordering="order_id")
    def order(self, letter: Letter) -> str:
        """A link to the order."""
        return numbers.link(letter, letter.order_id)

    @admin.display(description="Sent", ordering="sent_at")
    def sent(self, letter: Letter) -> str:
        """When it was sent, or that it is being sent."""
        return wording.badge("Sending", "warn") if letter.sent_at is None else wording.moment_text(letter.sent_at)
