"""The admin of stock levels: lowest first, with forms to change them and their movements."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.http import urlencode

from apps.inventory.admin import forms, labels, moving
from apps.inventory.models import Level
from idl import common, inventory
from thriftshop import clock, rpc
from thriftshop.desk import figures
from thriftshop.rpc import sku_case

MAX_MOVEMENTS = 25


def low_stock() -> int:
    """The available quantity up to which stock is low."""
    return int(settings.LOW_STOCK)


class InStock(admin.SimpleListFilter):
    """Levels by available quantity."""

    title = "stock"
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [
            ("none", "Out of stock"),
            ("low", f"Low (1 to {low_stock()})"),
            ("enough", "Enough"),
            ("reserved", "Reserved for orders"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Level]) -> QuerySet[Level]:
        """The levels of the chosen kind."""
        chosen = {
            "none": queryset.filter(available__lte=0),
            "low": queryset.filter(available__gt=0, available__lte=low_stock()),
            "enough": queryset.filter(available__gt=low_stock()),
            "reserved": queryset.filter(reserved__gt=0),
        }
        return chosen.get(self.value() or "", queryset)


@admin.register(Level)
class LevelAdmin(admin.ModelAdmin[Level]):
    """Stock levels. They are not edited, but changed by receiving, counting and writing off goods."""

    list_display = ("sku", "on_hand", "reserved", "available", "status", "moved")
    list_filter = (InStock,)
    search_fields = ("sku__istartswith",)
    search_help_text = "The beginning of a SKU"
    ordering = ("available", "sku")
    list_per_page = 50
    actions = ("receive_chosen", "count_chosen", "write_off_chosen")
    change_list_template = "admin/inventory/level/change_list.html"

    class Media:
        css = {"all": ["inventory/admin.css"]}

    def figures(self, request: HttpRequest) -> list[figures.KeyFigure]:
        """The figures on the admin's index: SKUs out of stock, and low stock."""
        out_of_stock = Level.objects.filter(available__lte=0).count()
        low = Level.objects.filter(available__gt=0, available__lte=low_stock()).count()
        levels = reverse("admin:inventory_level_changelist")
        return [
            figures.KeyFigure(
                "Out of stock", f"{out_of_stock:,}", f"{levels}?stock=none", "warn" if out_of_stock else ""
            ),
            figures.KeyFigure("Low stock", f"{low:,}", f"{levels}?stock=low", "warn" if low else ""),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: levels result from movements."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the ledger is append-only."""
        return False

    @admin.display(description="Status", ordering="available")
    def status(self, level: Level) -> str:
        """A badge for low stock and out of stock."""
        if level.available <= 0:
            return format_html('<span class="ts-badge bad">{}</span>', "Out of stock")
        if level.available <= low_stock():
            return format_html('<span class="ts-badge warn">{}</span>', "Low")
        return ""

    @admin.display(description="Last moved", ordering="updated_at")
    def moved(self, level: Level) -> str:
        """The time of the last movement."""
        return labels.moment(level.updated_at)

    def get_urls(self) -> list[URLPattern]:
        """The pages of the forms and of past levels, before Django's own."""
        urls = [
            *(
                path(f"{name}/", self.admin_site.admin_view(self._move_view(move)), name=f"inventory_{name}")
                for name, move in moving.MOVES.items()
            ),
            path("at/", self.admin_site.admin_view(self.past_view), name="inventory_at"),
        ]
        return [*urls, *super().get_urls()]

    # -- actions: they redirect to the form for the selected SKUs --

    @admin.action(description="Receive goods of the selected SKUs", permissions=["change"])
    def receive_chosen(self, request: HttpRequest, queryset: QuerySet[Level]) -> HttpResponse:
        """Redirect to the form to receive goods."""
        return self._redirect_to_form(request, "receive", queryset)

    @admin.action(description="Count the selected SKUs", permissions=["change"])
    def count_chosen(self, request: HttpRequest, queryset: QuerySet[Level]) -> HttpResponse:
        """Redirect to the form to count goods."""
        return self._redirect_to_form(request, "count", queryset)

    @admin.action(description="Write off goods of the selected SKUs", permissions=["change"])
    def write_off_chosen(self, request: HttpRequest, queryset: QuerySet[Level]) -> HttpResponse:
        """Redirect to the form to write off goods."""
        return self._redirect_to_form(request, "write_off", queryset)

    def _redirect_to_form(self, request: HttpRequest, name: str, queryset: QuerySet[Level]) -> HttpResponse:
        skus = list(queryset.values_list("sku", flat=True)[: forms.MAX_LINES + 1])
        if len(skus) > forms.MAX_LINES:
            messages.error(request, f"Select at most {forms.MAX_LINES} SKUs.")
            return HttpResponseRedirect(reverse("admin:inventory_level_changelist"))
        return HttpResponseRedirect(reverse(f"admin:inventory_{name}") + "?" + urlencode({"sku": skus}, doseq=True))

    # -- pages --

    def _move_view(self, move: moving.Move) -> Any:
        return lambda request: self.move_view(request, move)

    def move_view(self, request: HttpRequest, move: moving.Move) -> HttpResponse:
        """The form of a stock change, and its submission."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        skus = request.GET.getlist("sku")[: forms.MAX_LINES]
        lines = forms.line_forms(move.line, request.POST or None, skus, blank=0 if skus else 3)
        about = move.about(request.POST or None)
        error_note = "Nothing was changed. Please correct the errors below."
        if request.method == "POST" and all((lines.is_valid(), about.is_valid())):
            try:
                levels = move.call(lines.lines(), about.cleaned_data)
            except moving.REFUSALS as refusal:
                error_note = moving.error_note(refusal) or error_note
                about.add_error(None, moving.message_of(refusal))
                if moving.is_final(refusal):
                    about.renew()
            else:
                now = "; ".join(
                    f"{level.sku}: {level.on_hand} on hand, {level.available} available" for level in levels
                )
                messages.success(request, f"Done. {now}.")
                return HttpResponseRedirect(reverse("admin:inventory_level_changelist"))
        return self._page(request, "move", title=move.title, move=move, lines=lines, about=about, error_note=error_note)

    def past_view(self, request: HttpRequest) -> HttpResponse:
        """The levels at a past time, beside the current ones."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = forms.PastForm(request.GET if "at" in request.GET else None, initial=request.GET.dict())
        levels: list[Any] = []
        if form.is_valid():
            stock, skus = rpc.connect(inventory.InventoryService), form.cleaned_data["skus"]
            then = stock.get_levels_at(skus, clock.moment(form.cleaned_data["at"]))
            levels = list(zip(then, stock.get_levels(skus), strict=True))
        return self._page(request, "at", title="Level at a past time", form=form, levels=levels)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The stock card of a SKU: its current level and its latest movements."""
        sku = sku_case.canonical(unquote(object_id))
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not Level.objects.filter(sku=sku).exists():
            raise Http404(f"There are no stock movements of {sku}.")
        stock = rpc.connect(inventory.InventoryService)
        (level,) = stock.get_levels([sku])
        page = stock.get_movements(sku, common.Page(first=MAX_MOVEMENTS))
        rows = [labels.row(movement) for movement in page.movements]
        return self._page(
            request, "card", title=sku, level=level, movements=rows, total=page.page_info.total, low=low_stock()
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with links to the forms for users with permission."""
        context = {
            "moves": moving.MOVES.values(),
            "title": "Stock levels",
            "has_change_permission": self.has_change_permission(request),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "moves": moving.MOVES.values(),
            "has_change_permission": self.has_change_permission(request),
        }
        return TemplateResponse(request, f"admin/inventory/level/{template}.html", shared | context)
