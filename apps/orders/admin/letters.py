"""The letters in the admin: what customers were told, and when. What a letter said is kept nowhere."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.orders.admin import numbers, wording
from apps.orders.models import Letter
from thriftshop.desk.admin import ReadOnly


@admin.register(Letter)
class LetterAdmin(numbers.NumbersOrders, ReadOnly):
    """Each e-mail that an event of an order called for. Read only, for everybody."""

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
        """The letters about exactly that order."""
        term = search_term.strip()
        return (queryset.filter(order_id=term) if term else queryset), False

    @admin.display(description="About", ordering="kind")
    def what(self, letter: Letter) -> str:
        """The event that it told of."""
        return letter.kind

    @admin.display(description="Order", ordering="order_id")
    def order(self, letter: Letter) -> str:
        """The order that it is about."""
        return numbers.link(letter, letter.order_id)

    @admin.display(description="Sent", ordering="sent_at")
    def sent(self, letter: Letter) -> str:
        """When it was sent, or that it is on its way."""
        return wording.badge("On its way", "warn") if letter.sent_at is None else wording.moment_text(letter.sent_at)
