"""The bookings that belong to no order, and the sandbox card provider's books, in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.orders.admin import forms, verbs, wording
from apps.orders.domain.placing import shown
from apps.orders.models import Adjustment, CardEntry
from idl import orders
from thriftshop import rpc


class ReadOnly(admin.ModelAdmin[Any]):
    """Rows to be looked at, never to be changed."""

    actions = None

    class Media:
        css = {"all": ["orders/admin.css"]}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(Adjustment)
class AdjustmentAdmin(ReadOnly):
    """Bank charges, corrections, goodwill: booked once, then left alone."""

    list_display = ("description", "happened", "kind", "amount_shown", "reference", "customer_id", "actor")
    list_filter = ("kind", "currency")
    search_fields = ("description__icontains", "reference__istartswith", "customer_id__startswith")
    search_help_text = "A word of the description, or the beginning of a document or customer"
    ordering = ("-occurred_at", "-id")
    fields = ("description", "happened", "kind", "amount_shown", "reference", "customer_id", "actor")
    readonly_fields = ("happened", "amount_shown")

    @admin.display(description="Happened", ordering="occurred_at")
    def happened(self, booking: Adjustment) -> str:
        """When."""
        return wording.moment_text(booking.occurred_at)

    @admin.display(description="Amount", ordering="amount")
    def amount_shown(self, booking: Adjustment) -> str:
        """How much."""
        return shown(booking.amount, booking.currency)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form of a booking, and what becomes of it when it is sent."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = forms.BookingForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and _book(form):
            messages.success(request, "Booked. It appears in the list in a moment.")
            return HttpResponseRedirect(reverse("admin:orders_adjustment_changelist"))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Book money", "form": form}
        return TemplateResponse(request, "admin/orders/adjustment/book.html", context)


def _book(form: forms.BookingForm) -> bool:
    about = form.cleaned_data
    amount = forms.minor(about["amount"], about["currency"])
    try:
        rpc.connect(orders.OrdersService).book_adjustment(
            about["key"],
            about["kind"],
            about["description"],
            amount,
            about["customer_id"] or None,
            about["reference"] or None,
        )
    except (*verbs.REFUSALS, orders.IdempotencyConflict) as refusal:
        form.add_error(None, verbs.problem_of(refusal))
        return False
    return True


@admin.register(CardEntry)
class CardEntryAdmin(ReadOnly):
    """What the sandbox card provider was asked to do, and did once."""

    list_display = ("reference", "happened", "kind", "outcome_shown", "amount_shown", "token", "asked", "account")
    list_filter = ("kind", "outcome", "token")
    search_fields = ("reference__startswith", "account__startswith")
    search_help_text = "The beginning of a reference or of an order's id"
    fields = ("reference", "happened", "kind", "outcome", "amount_shown", "token", "asked", "account")
    readonly_fields = ("happened", "amount_shown")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: the provider keeps its own books."""
        return False

    @admin.display(description="Happened", ordering="created_at")
    def happened(self, entry: CardEntry) -> str:
        """When it was first asked for."""
        return wording.moment_text(entry.created_at)

    @admin.display(description="Outcome", ordering="outcome")
    def outcome_shown(self, entry: CardEntry) -> str:
        """How it ended."""
        return wording.badge(entry.outcome.capitalize(), {"declined": "bad", "waiting": "warn"}.get(entry.outcome, ""))

    @admin.display(description="Amount", ordering="amount")
    def amount_shown(self, entry: CardEntry) -> str:
        """How much."""
        return shown(entry.amount, entry.currency) if entry.kind != "void" else "the rest"
