"""The books in the admin: what each event meant in money, bookings that belong to no order, the sandbox provider's side."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from apps.orders.admin import filters, forms, verbs, wording
from apps.orders.domain import booking
from apps.orders.domain.placing import shown
from apps.orders.models import Adjustment, CardEntry, Entry
from idl import orders
from thriftshop import rpc
from thriftshop.events import admin as events_admin

BOOKINGS = "orders_adjustment_changelist"


class ReadOnly(events_admin.ReadOnly):
    """A list of money to be looked at, newest first."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    class Media:
        css = {"all": ["orders/admin.css"]}


class Currency(admin.SimpleListFilter):
    """In which currency."""

    title = "currency"
    parameter_name = "currency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Those of the shop."""
        return [(code, code) for code in settings.CURRENCIES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the choice."""
        return queryset.filter(currency=self.value()) if self.value() else queryset


@admin.register(Adjustment)
class AdjustmentAdmin(ReadOnly):
    """Bank charges, corrections, goodwill: booked once, then left alone."""

    list_display = ("description", "happened", "kind", "amount_shown", "reference", "customer_id", "actor")
    list_filter = ("kind", Currency, filters.Days)
    search_fields = ("description__icontains", "reference__istartswith", "customer_id__startswith")
    search_help_text = "A word of the description, or the beginning of a document or customer"
    ordering = ("-occurred_at", "-id")
    fields = ("description", "happened", "kind", "amount_shown", "reference", "customer_id", "actor")
    readonly_fields = fields
    change_list_template = "admin/orders/adjustment/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may add bookings."""
        return bool(request.user.has_perm("orders.add_adjustment"))

    @admin.display(description="Happened", ordering="occurred_at")
    def happened(self, row: Adjustment) -> str:
        """When."""
        return wording.moment_text(row.occurred_at)

    @admin.display(description="Amount", ordering="amount")
    def amount_shown(self, row: Adjustment) -> str:
        """How much."""
        return shown(row.amount, row.currency)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form of a booking, and what becomes of it when it is sent."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = forms.BookingForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and (booked := _book(form)):
            said = f"Booked. {booked.description}: {wording.money(booked.amount)}. It appears in the list in a moment."
            messages.success(request, said)
            return HttpResponseRedirect(wording.page(BOOKINGS))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Book money", "form": form}
        return TemplateResponse(request, "admin/orders/adjustment/book.html", context)


def _book(form: forms.BookingForm) -> orders.Adjustment | None:
    """Books what the form says; None where that was refused, with the reason on the form."""
    about = form.cleaned_data
    try:
        return rpc.connect(orders.OrdersService).book_adjustment(
            about["key"],
            about["kind"],
            about["description"],
            forms.minor(about["amount"], about["currency"]),
            about["customer_id"] or None,
            about["reference"] or None,
        )
    except (*verbs.REFUSALS, orders.IdempotencyConflict) as refusal:
        verbs.put_on(form, refusal)
        return None


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    """What each event meant in money and pieces; above it, what the chosen span came to."""

    list_display = ("happened", "about", *orders_money, "orders", "units_shipped", "units_returned")
