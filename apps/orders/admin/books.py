"""The books in the admin: what each event meant in money, bookings that belong to no order, the sandbox provider's side."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from apps.orders.admin import filters, forms, numbers, verbs, wording
from apps.orders.domain import booking
from apps.orders.domain.placing import shown
from apps.orders.models import Adjustment, CardEntry, Entry
from idl import orders
from thriftshop import rpc
from thriftshop.desk import admin as events_admin
from thriftshop.desk import people

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
class AdjustmentAdmin(people.NamesPeople, ReadOnly):
    """Bank charges, corrections, goodwill: booked once, then left alone."""

    people_in = ("customer_id", "actor")
    list_display = ("description", "happened", "kind", "amount_shown", "reference", "customer", "by")
    list_filter = ("kind", Currency, filters.Days)
    search_fields = ("description__icontains", "reference__istartswith", "customer_id__startswith")
    search_help_text = "A word of the description, or the beginning of a document or customer"
    ordering = ("-occurred_at", "-id")
    fields = ("description", "happened", "kind", "amount_shown", "reference", "customer", "by")
    readonly_fields = fields
    change_list_template = "admin/orders/adjustment/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may add bookings."""
        return bool(request.user.has_perm("orders.add_adjustment"))

    @admin.display(description="Happened", ordering="occurred_at")
    def happened(self, row: Adjustment) -> str:
        """When."""
        return wording.moment_text(row.occurred_at)

    @admin.display(description="Customer", ordering="customer_id")
    def customer(self, row: Adjustment) -> str:
        """The customer whom it concerns, by name."""
        return people.name_of(row, row.customer_id) if row.customer_id else "-"

    @admin.display(description="Booked by", ordering="actor")
    def by(self, row: Adjustment) -> str:
        """Who booked it, by name."""
        return people.name_of(row, row.actor)

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
class EntryAdmin(numbers.NumbersOrders, ReadOnly):
    """What each event meant in money; above it, what the chosen days came to."""

    order_in = "stream"
    list_display = ("happened", "about", "ordered", "called_off", "given_back", "booked", "taken", "pieces")
    list_filter = (Currency, filters.Days)
    search_fields = ("stream",)
    search_help_text = "A whole order id"
    ordering = ("-id",)
    fields = list_display
    readonly_fields = fields
    change_list_template = "admin/orders/entry/change_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with the sums above it."""
        own: dict[str, Any] = {"title": "The books"}
        if self.has_view_permission(request):
            currency = request.GET.get("currency") or settings.CURRENCIES[0]
            since, before = (filters.midnight(request.GET.get(name, "")) for name in (filters.SINCE, filters.BEFORE))
            own |= {"revenue": _revenue(currency, since, before), "currency": currency}
        return super().changelist_view(request, own | (extra_context or {}))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """The entries of exactly that order or booking."""
        term = search_term.strip()
        return (queryset.filter(stream__in=(term, booking.PREFIX + term)) if term else queryset), False

    @admin.display(description="Happened")
    def happened(self, entry: Entry) -> str:
        """When."""
        return wording.moment_text(entry.occurred_at)

    @admin.display(description="Of")
    def about(self, entry: Entry) -> str:
        """The order, or the booking."""
        if entry.stream.startswith(booking.PREFIX):
            made = entry.stream.removeprefix(booking.PREFIX)
            return wording.link(f"Booking {made[:8]}", wording.page("orders_adjustment_change", made))
        return numbers.link(entry, entry.stream)

    @admin.display(description="Ordered")
    def ordered(self, entry: Entry) -> str:
        """Goods and charges of an order that was confirmed."""
        return _amount(entry, entry.goods + entry.charges)

    @admin.display(description="Called off")
    def called_off(self, entry: Entry) -> str:
        """What is no longer owed."""
        return _amount(entry, entry.cancelled)

    @admin.display(description="Given back")
    def given_back(self, entry: Entry) -> str:
        """What was refunded."""
        return _amount(entry, entry.refunded)

    @admin.display(description="Booked")
    def booked(self, entry: Entry) -> str:
        """What was booked without an order."""
        return _amount(entry, entry.adjustments)

    @admin.display(description="Taken")
    def taken(self, entry: Entry) -> str:
        """What the provider paid."""
        return _amount(entry, entry.captured)

    @admin.display(description="Pieces")
    def pieces(self, entry: Entry) -> str:
        """What left and what came back."""
        moved = {"sent": entry.units_shipped, "back": entry.units_returned}
        return ", ".join(f"{count:,} {what}" for what, count in moved.items() if count)


def _amount(entry: Entry, amount: int) -> str:
    return shown(amount, entry.currency) if amount else ""


def _revenue(currency: str, since: int | None, before: int | None) -> list[tuple[str, str]]:
    """What the days came to, in words and amounts; nothing where the sums cannot be had now."""
    try:
        sums = rpc.connect(orders.OrdersService).get_revenue(currency, since, before)
    except verbs.REFUSALS:
        return []
    amounts = {
        "Goods ordered": sums.goods,
        "Charges": sums.charges,
        "Called off": sums.cancelled,
        "Given back": sums.refunded,
        "Booked besides": sums.adjustments,
        "Net": sums.net,
        "Taken": sums.captured,
    }
    counts = {"Orders": sums.orders, "Pieces sent": sums.units_shipped, "Pieces back": sums.units_returned}
    return [
        *((words, wording.money(amount)) for words, amount in amounts.items()),
        *((words, f"{count:,}") for words, count in counts.items()),
    ]


@admin.register(CardEntry)
class CardEntryAdmin(numbers.NumbersOrders, ReadOnly):
    """What the sandbox card provider was asked to do, and did once. What was paid with is not shown."""

    order_in = "account"
    list_display = ("reference", "happened", "kind", "outcome_shown", "amount_shown", "asked", "order")
    list_filter = ("kind", "outcome")
    search_fields = ("reference", "account")
    search_help_text = "A whole reference, or a whole order id"
    fields = list_display
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CardEntry], search_term: str
    ) -> tuple[QuerySet[CardEntry], bool]:
        """The entries of exactly that reference or order."""
        term = search_term.strip()
        return (queryset.filter(Q(reference=term) | Q(account=term)) if term else queryset), False

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

    @admin.display(description="Order", ordering="account")
    def order(self, entry: CardEntry) -> str:
        """The order that it was asked for."""
        return numbers.link(entry, entry.account)
