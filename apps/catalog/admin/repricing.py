"""Re-pricing many products at once: a form, a preview of every price, and one call that sets all or none."""

import hashlib
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.catalog.admin import bulk_forms, pages, price_forms, wording
from apps.catalog.domain import prices as rules
from apps.catalog.domain.repricing import Repricing
from apps.catalog.models import PriceEntry, Product
from idl import catalog, common
from thriftshop import clock, rpc

MAX_PRODUCTS = 5_000
SHOWN = 200


class Row(NamedTuple):
    """One product's price before and after; `problem` where that would be no price."""

    sku: str
    name: str
    before: int | None
    after: int | None
    currency: str
    problem: str = ""

    @property
    def shown_before(self) -> str:
        """The price now."""
        return rules.shown(self.before, self.currency)

    @property
    def shown_after(self) -> str:
        """The price to be."""
        return "" if self.after is None else rules.shown(self.after, self.currency)

    @property
    def direction(self) -> str:
        """Whether the price increases or decreases."""
        if self.before is None or self.after is None or self.before == self.after:
            return ""
        return "increase" if self.after > self.before else "decrease"


def begin(model_admin: admin.ModelAdmin[Product], request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse:
    """The form for the chosen products, which it keeps in mind."""
    skus = list(queryset.values_list("sku", flat=True)[: MAX_PRODUCTS + 1])
    if len(skus) > MAX_PRODUCTS:
        messages.error(request, f"Choose up to {MAX_PRODUCTS:,} products at once.")
        return HttpResponseRedirect(reverse("admin:catalog_product_changelist"))
    return _page(model_admin, request, bulk_forms.RepriceForm(initial={"ending": "penny"}), skus, [])


def view(model_admin: admin.ModelAdmin[Product], request: HttpRequest) -> HttpResponse:
    """The preview, and with `apply` the setting of the prices that were previewed."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:catalog_product_changelist"))
    skus = request.POST.get("skus", "").split()[:MAX_PRODUCTS]
    form = bulk_forms.RepriceForm(request.POST)
    if not form.is_valid():
        return _page(model_admin, request, form, skus, [])
    rows = _rows(skus, form)
    if "apply" in request.POST and _apply(request, form, rows):
        return HttpResponseRedirect(reverse("admin:catalog_product_changelist"))
    return _page(model_admin, request, form, skus, rows)


def _rows(skus: list[str], form: bulk_forms.RepriceForm) -> list[Row]:
    """What would become of each regular price that applies when the new one begins."""
    given = form.cleaned_data
    at = price_forms.moment_of(given["valid_from"]) or clock.now()
    products = list(Product.objects.filter(sku__in=skus).order_by("sort_name"))
    timelines = PriceEntry.objects.timelines(product.id for product in products)
    rows = []
    for product in products:
        held = rules.regular(timelines.get((product.id, given["currency"]), ()), at)
        rows.append(_row(product, held.amount if held else None, given["currency"], form.repricing()))
    return rows


def _row(product: Product, before: int | None, currency: str, repricing: Repricing) -> Row:
    row = Row(product.sku, product.name, before, None, currency)
    if before is None and repricing.kind != "to":
        return row._replace(problem="has no price to start from; it is left alone")
    after = repricing.applied(before or 0)
    if not 1 <= after <= rules.MAX_AMOUNT:
        return row._replace(problem=f"{rules.shown(after, currency)} would not be a price")
    return row._replace(after=after)


def _times(form: bulk_forms.RepriceForm) -> tuple[int | None, int | None]:
    begins, ends = (price_forms.moment_of(form.cleaned_data[name]) for name in ("valid_from", "valid_until"))
    return begins, ends


def _to_set(form: bulk_forms.RepriceForm, rows: list[Row]) -> list[tuple[Row, int]]:
    """The rows with their price to set: for later or for a time also one that is the same now, which may change until then."""
    return [
        (row, row.after) for row in rows if row.after is not None and (row.after != row.before or any(_times(form)))
    ]


def _fingerprint(form: bulk_forms.RepriceForm, rows: list[Row]) -> str:
    """What was previewed, so that exactly that is applied: not twice, and not to prices that changed meanwhile."""
    previewed = [(row.sku, row.before, row.after) for row in rows], _times(form)
    return hashlib.sha256(repr(previewed).encode()).hexdigest()


def _apply(request: HttpRequest, form: bulk_forms.RepriceForm, rows: list[Row]) -> bool:
    if request.POST.get("previewed") != _fingerprint(form, rows):
        form.add_error(
            None, "Nothing was changed: the prices or the form are no longer what you saw. Look at them again."
        )
        return False
    if any(row.problem and row.before is not None for row in rows):
        form.add_error(None, "Nothing was changed: some would have no price. Choose another change.")
        return False
    begins, ends = _times(form)
    wanted = [
        catalog.PriceInput(
            sku=row.sku,
            money=common.Money(amount=amount, currency=row.currency),
            valid_from=begins,
            valid_until=ends,
            reason=form.cleaned_data["reason"],
        )
        for row, amount in _to_set(form, rows)
    ]
    try:
        rpc.connect(catalog.CatalogService).set_prices(wanted)
    except wording.REFUSALS as refusal:
        form.add_error(None, f"Nothing was changed. {wording.problem_of(refusal)}")
        return False
    messages.success(
        request, f"{len(wanted):,} prices were set{' for later' if begins else ''}{' for a time' if ends else ''}."
    )
    return True


def _page(
    model_admin: admin.ModelAdmin[Product],
    request: HttpRequest,
    form: bulk_forms.RepriceForm,
    skus: list[str],
    rows: list[Row],
) -> HttpResponse:
    changed = _to_set(form, rows) if rows else []
    context: dict[str, Any] = {
        "title": "Re-price products",
        "form": form,
        "skus": skus,
        "rows": rows[:SHOWN],
        "not_shown": max(0, len(rows) - SHOWN),
        "changed": len(changed),
        "problems": sum(bool(row.problem) for row in rows),
        "previewed": _fingerprint(form, rows) if rows else "",
        "currency": form.cleaned_data.get("currency", "") if rows else "",
    }
    return pages.page(model_admin, request, "reprice", **context)
