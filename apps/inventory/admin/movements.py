"""The admin of the ledger: read-only, with filters by SKU, kind, date, document and actor."""

import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode

from apps.inventory.admin import labels
from apps.inventory.models import Movement
from thriftshop import clock
from thriftshop.desk import people, read_only
from thriftshop.rpc import sku_case


class TypedFilter(admin.SimpleListFilter):
    """A filter with a text field."""

    template = "admin/inventory/movement/typed_filter.html"
    input_type = "text"
    hint = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One choice that is never displayed: Django omits filters without choices."""
        return [("", "")]

    def choices(self, changelist: Any) -> Any:
        """The template's context: the current value, and the other filters."""
        others = {name: value for name, value in changelist.params.items() if name != self.parameter_name}
        other_filters = {
            name: value[-1] if isinstance(value, list) else value
            for name, value in {**changelist.filter_params, **others}.items()
            if name != self.parameter_name
        }
        yield {"value": self.value() or "", "other_filters": other_filters, "name": self.parameter_name}


class BySku(TypedFilter):
    """The movements of one SKU."""

    title = "SKU"
    parameter_name = "of"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movement]) -> QuerySet[Movement]:
        """The movements of exactly this SKU."""
        return queryset.filter(sku=sku_case.canonical(self.value().strip())) if self.value() else queryset  # type: ignore[union-attr]


class ByActor(TypedFilter):
    """The movements made by one user or service."""

    title = "actor"
    parameter_name = "by"
    hint = "A user's id, or a service: orders"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movement]) -> QuerySet[Movement]:
        """The movements of exactly this actor."""
        return queryset.filter(actor=self.value().strip()) if self.value() else queryset  # type: ignore[union-attr]


class DateFilter(TypedFilter):
    """A filter by day."""

    input_type = "date"

    def midnight(self) -> int | None:
        """The start of the entered day in milliseconds, None for an invalid one."""
        try:
            day = datetime.date.fromisoformat(self.value() or "")
            return clock.moment(timezone.make_aware(datetime.datetime.combine(day, datetime.time())))
        except (ValueError, OverflowError):
            return None


class Since(DateFilter):
    """Movements on or after a day."""

    title = "from day"
    parameter_name = "since"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movement]) -> QuerySet[Movement]:
        """The movements on or after the day."""
        bound = self.midnight()
        return queryset if bound is None else queryset.filter(occurred_at__gte=bound)


class Before(DateFilter):
    """Movements before a day."""

    title = "before day"
    parameter_name = "before"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movement]) -> QuerySet[Movement]:
        """The movements before the day."""
        bound = self.midnight()
        return queryset if bound is None else queryset.filter(occurred_at__lt=bound)


class ByKind(admin.SimpleListFilter):
    """Movements by kind."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All kinds in the contract."""
        return list(labels.KINDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movement]) -> QuerySet[Movement]:
        """The movements of that kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Movement)
class MovementAdmin(people.NamesPeople, read_only.ReadOnly):
    """Movements, read-only."""

    people_in = ("actor",)
    list_display = ("happened", "sku_link", "kind_badge", "on_hand_to", "reserved_to", "reference", "why", "by")
    list_display_links = ("happened",)
    list_filter = (ByKind, BySku, ByActor, Since, Before)
    search_fields = ("sku",)
    search_help_text = "A whole SKU, order id or document"
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = None
    fields = (
        "happened", "recorded", "sku", "version", "kind_badge", "on_hand_to", "reserved_to", "reference", "why", "by",
    )  # fmt: skip
    readonly_fields = fields

    class Media:
        css = {"all": ["inventory/admin.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, under its own name."""
        return super().changelist_view(request, {"title": "The ledger"} | (extra_context or {}))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Movement], search_term: str
    ) -> tuple[QuerySet[Movement], bool]:
        """Search for an exact SKU or document by index; a pattern would scan millions of rows."""
        term = search_term.strip()
        return (queryset.filter(Q(sku=sku_case.canonical(term)) | Q(reference=term)) if term else queryset), False

    @admin.display(description="Date", ordering="occurred_at")
    def happened(self, movement: Movement) -> str:
        """The time of the movement."""
        return labels.moment(movement.occurred_at)

    @admin.display(description="Recorded")
    def recorded(self, movement: Movement) -> str:
        """The time at which it was recorded."""
        return labels.moment(movement.recorded_at)

    @admin.display(description="SKU", ordering="sku")
    def sku_link(self, movement: Movement) -> str:
        """The SKU, with a link to its stock card."""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:inventory_level_change", args=[quote(movement.sku)]), movement.sku
        )

    @admin.display(description="Movement", ordering="kind")
    def kind_badge(self, movement: Movement) -> str:
        """The kind of movement."""
        return format_html(
            '<span class="ts-badge {}">{}</span>', labels.style(movement.kind), labels.kind(movement.kind)
        )

    @admin.display(description="On hand")
    def on_hand_to(self, movement: Movement) -> str:
        """The change of the quantity on hand, and the quantity after it."""
        return labels.change(movement.on_hand_change, movement.on_hand)

    @admin.display(description="Reserved")
    def reserved_to(self, movement: Movement) -> str:
        """The change of the reserved quantity, and the quantity after it."""
        return labels.change(movement.reserved_change, movement.reserved)

    @admin.display(description="Reason")
    def why(self, movement: Movement) -> str:
        """The reason."""
        return movement.reason or "-"

    @admin.display(description="Actor", ordering="actor")
    def by(self, movement: Movement) -> str:
        """The user or service, with a link to all of their movements."""
        return format_html(
            '<a href="{}?{}">{}</a>',
            reverse("admin:inventory_movement_changelist"),
            urlencode({"by": movement.actor}),
            people.name_of(movement, movement.actor),
        )
