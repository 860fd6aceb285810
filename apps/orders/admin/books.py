"""The books in the admin: amounts by event, bookings without an order, and the entries of the sandbox provider."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from apps.orders.admin import actions, filters, forms, labels, order_numbers
from apps.orders.domain import booking
from apps.orders.models import Adjustment, CardEntry, Entry
from idl import orders
from thriftshop import rpc
from thriftshop.desk import people, read_only
from thriftshop.money import format_amount

BOOKINGS = "orders_adjustment_changelist"


class ReadOnly(read_only.ReadOnly):
    """A read-only list, newest first."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    class Media:
        css = {"all": ["orders/admin.css"]}


class Currency(admin.SimpleListFilter):
    """A filter by currency."""

    title = "currency"
    parameter_name = "currency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The shop's currencies."""
        return [(code, code) for code in settings.CURRENCIES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the choice."""
        return queryset.filter(currency=self.value()) if self.value() else queryset


@admin.register(Adjustment)
class AdjustmentAdmin(people.NamesPeople, ReadOnly):
    """Bookings of bank charges, corrections and goodwill, which cannot be changed."""

    people_in = ("customer_id", "actor")
    list_display = ("description", "happened", "kind", "amount_shown", "reference", "customer", "by")
    list_filter = ("kind", Currency, filters.Days)
    search_fields = ("description__icontains", "reference__istartswith", "customer_id__startswith")
    search_help_text = "Search by a word of the description, or by the start of a document number or customer ID."
    ordering = ("-occurred_at", "-id")
    fields = ("description", "happened", "kind", "amount_shown", "reference", "customer", "by")
    readonly_fields = fields
    change_list_template = "admin/orders/adjustment/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether the user may add bookings."""
        return bool(request.user.has_perm("orders.add_adjustment"))

    @admin.display(description="Date", ordering="occurred_at")
    def happened(self, row: Adjustment) -> str:
        """The time of the booking."""
        return labels.moment_text(row.occurred_at)

    @admin.display(description="Customer", ordering="customer_id")
    def customer(self, row: Adjustment) -> str:
        """The customer's name."""
        return people.name_of(row, row.customer_id) if row.customer_id else "-"

    @admin.display(description="Booked by", ordering="actor")
    def by(self, row: Adjustment) -> str:
        """The actor's name."""
        return people.name_of(row, row.actor)

    @admin.display(description="Amount", ordering="amount")
    def amount_shown(self, row: Adjustment) -> str:
        """The formatted amount."""
        return format_amount(row.amount, row.currency)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form of a booking, and its submission."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = forms.BookingForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and (booked := _book(form)):
            messages.success(
                request,
                f"Booked. {booked.description}: {labels.money(booked.amount)}. It will appear in the list in a moment.",
            )
            return HttpResponseRedirect(labels.page(BOOKINGS))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Book money", "form": form}
        return TemplateResponse(request, "admin/orders/adjustment/book.html", context)


def _book(form: forms.BookingForm) -> orders.Adjustment | None:
    """Books the amount; None if it was refused, with the reason on the form."""
    data = form.cleaned_data
    try:
        return rpc.connect(orders.OrdersService).book_adjustment(
            data["key"],
            data["kind"],
            data["description"],
            forms.minor(data["amount"], data["currency"]),
            data["customer_id"] or None,
            data["reference"] or None,
        )
    except (*actions.REFUSALS, orders.IdempotencyConflict) as refusal:
        actions.add_error(form, refusal)
        return None


@admin.register(Entry)
class EntryAdmin(order_numbers.WithOrderNumbers, ReadOnly):
    """The amounts of each event, with totals of the selected days above the list."""

    order_field = "stream"
    list_display = ("happened", "about", "ordered", "cancelled", "refunded", "booked", "captured", "pieces")
    list_filter = (Currency, filters.Days)
    search_fields = ("stream",)
    search_help_text = "A whole order id"
    ordering = ("-id",)
    fields = list_display
    readonly_fields = fields
    change_list_template = "admin/orders/entry/change_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with totals above it."""
        context: dict[str, Any] = {"title": "The books"}
        if self.has_view_permission(request):
            currency = request.GET.get("currency") or settings.CURRENCIES[0]
            since, before = (filters.midnight(request.GET.get(name, "")) for name in (filters.SINCE, filters.BEFORE))
            context |= {"revenue": _revenue(currency, since, before), "currency": currency}
        return super().changelist_view(request, context | (extra_context or {}))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """The entries of the order or booking with exactly this id."""
        term = search_term.strip()
        return (queryset.filter(stream__in=(term, booking.PREFIX + term)) if term else queryset), False

    @admin.display(description="Date")
    def happened(self, entry: Entry) -> str:
        """The time of the event."""
        return labels.moment_text(entry.occurred_at)

    @admin.display(description="Order or booking")
    def about(self, entry: Entry) -> str:
        """The order, or the booking."""
        if entry.stream.startswith(booking.PREFIX):
            booking_id = entry.stream.removeprefix(booking.PREFIX)
            return labels.link(f"Booking {booking_id[:8]}", labels.page("orders_adjustment_change", booking_id))
        return order_numbers.link(entry, entry.stream)

    @admin.display(description="Ordered")
    def ordered(self, entry: Entry) -> str:
        """Goods and charges of a confirmed order."""
        return _amount(entry, entry.goods + entry.charges)

    @admin.display(description="Cancelled")
    def cancelled(self, entry: Entry) -> str:
        """The cancelled amount."""
        return _amount(entry, entry.cancelled)

    @admin.display(description="Refunded")
    def refunded(self, entry: Entry) -> str:
        """The refunded amount."""
        return _amount(entry, entry.refunded)

    @admin.display(description="Booked")
    def booked(self, entry: Entry) -> str:
        """The amount booked without an order."""
        return _amount(entry, entry.adjustments)

    @admin.display(description="Captured")
    def captured(self, entry: Entry) -> str:
        """The captured amount."""
        return _amount(entry, entry.captured)

    @admin.display(description="Pieces")
    def pieces(self, entry: Entry) -> str:
        """The shipped and returned quantities."""
        quantities = {"shipped": entry.units_shipped, "returned": entry.units_returned}
        return ", ".join(f"{count:,} {what}" for what, count in quantities.items() if count)


def _amount(entry: Entry, amount: int) -> str:
    return format_amount(amount, entry.currency) if amount else ""


def _revenue(currency: str, since: int | None, before: int | None) -> list[tuple[str, str]]:
    """The totals of the selected days, with labels; empty if the service is not available."""
    try:
        sums = rpc.connect(orders.OrdersService).get_revenue(currency, since, before)
    except actions.REFUSALS:
        return []
    amounts = {
        "Goods ordered": sums.goods,
        "Charges": sums.charges,
        "Cancelled": sums.cancelled,
        "Refunded": sums.refunded,
        "Booked without an order": sums.adjustments,
        "Net": sums.net,
        "Captured": sums.captured,
    }
    counts = {"Orders": sums.orders, "Pieces shipped": sums.units_shipped, "Pieces returned": sums.units_returned}
    return [
        *((words, labels.money(amount)) for words, amount in amounts.items()),
        *((words, f"{count:,}") for words, count in counts.items()),
    ]


@admin.register(CardEntry)
class CardEntryAdmin(order_numbers.WithOrderNumbers, ReadOnly):
    """The calls of the sandbox card provider, without the card tokens."""

    order_field = "account"
    list_display = ("reference", "happened", "kind", "outcome_shown", "amount_shown", "calls", "order")
    list_filter = ("kind", "outcome")
    search_fields = ("reference", "account")
    search_help_text = "A whole reference, or a whole order id"
    fields = list_display
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CardEntry], search_term: str
    ) -> tuple[QuerySet[CardEntry], bool]:
        """The entries with exactly this reference or order id."""
        term = search_term.strip()
        return (queryset.filter(Q(reference=term) | Q(account=term)) if term else queryset), False

    @admin.display(description="Date", ordering="created_at")
    def happened(self, entry: CardEntry) -> str:
        """The time of the first call."""
        return labels.moment_text(entry.created_at)

    @admin.display(description="Outcome", ordering="outcome")
    def outcome_shown(self, entry: CardEntry) -> str:
        """The outcome as a badge."""
        return labels.badge(entry.outcome.capitalize(), {"declined": "bad", "waiting": "warn"}.get(entry.outcome, ""))

    @admin.display(description="Amount", ordering="amount")
    def amount_shown(self, entry: CardEntry) -> str:
        """The formatted amount."""
        return format_amount(entry.amount, entry.currency) if entry.kind != "void" else "the remainder"

    @admin.display(description="Order", ordering="account")
    def order(self, entry: CardEntry) -> str:
        """A link to the order."""
        return order_numbers.link(entry, entry.account)
