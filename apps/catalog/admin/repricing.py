"""Re-pricing many products: a form, a preview of every price, and one call that sets all or none."""

import hashlib
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.catalog.admin import bulk_forms, labels, pages, price_forms
from apps.catalog.domain import prices as rules
from apps.catalog.domain.repricing import Repricing
from apps.catalog.models import PriceEntry, Product
from idl import catalog, common
from thriftshop import clock, rpc

MAX_PRODUCTS = 5_000
MAX_DISPLAYED = 200


class Row(NamedTuple):
    """The price of a product before and after; `problem` if it cannot be set."""

    sku: str
    name: str
    before: int | None
    after: int | None
    currency: str
    problem: str = ""

    @property
    def before_text(self) -> str:
        """The current price."""
        return rules.amount_text(self.before, self.currency)

    @property
    def after_text(self) -> str:
        """The new price."""
        return "" if self.after is None else rules.amount_text(self.after, self.currency)

    @property
    def direction(self) -> str:
        """Whether the price increases or decreases."""
        if self.before is None or self.after is None or self.before == self.after:
            return ""
        return "increase" if self.after > self.before else "decrease"


def begin(model_admin: admin.ModelAdmin[Product], request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse:
    """The form for the selected products."""
    skus = list(queryset.values_list("sku", flat=True)[: MAX_PRODUCTS + 1])
    if len(skus) > MAX_PRODUCTS:
        messages.error(request, f"Select at most {MAX_PRODUCTS:,} products.")
        return HttpResponseRedirect(reverse("admin:catalog_product_changelist"))
    return _page(model_admin, request, bulk_forms.RepriceForm(initial={"ending": "penny"}), skus, [])


def view(model_admin: admin.ModelAdmin[Product], request: HttpRequest) -> HttpResponse:
    """The preview; with `apply`, set the previewed prices."""
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
    """The change of each regular price that applies when the new one starts."""
    data = form.cleaned_data
    at = price_forms.moment_of(data["valid_from"]) or clock.now()
    products = list(Product.objects.filter(sku__in=skus).order_by("sort_name"))
    timelines = PriceEntry.objects.timelines(product.id for product in products)
    rows = []
    for product in products:
        current = rules.regular(timelines.get((product.id, data["currency"]), ()), at)
        rows.append(_row(product, current.amount if current else None, data["currency"], form.repricing()))
    return rows


def _row(product: Product, before: int | None, currency: str, repricing: Repricing) -> Row:
    row = Row(product.sku, product.name, before, None, currency)
    if before is None and repricing.kind != "to":
        return row._replace(problem="has no price, so it is not changed")
    after = repricing.applied(before or 0)
    if not 1 <= after <= rules.MAX_AMOUNT:
        return row._replace(problem=f"{rules.amount_text(after, currency)} is not a valid price")
    return row._replace(after=after)


def _times(form: bulk_forms.RepriceForm) -> tuple[int | None, int | None]:
    starts_at, ends_at = (price_forms.moment_of(form.cleaned_data[name]) for name in ("valid_from", "valid_until"))
    return starts_at, ends_at


def _changes(form: bulk_forms.RepriceForm, rows: list[Row]) -> list[tuple[Row, int]]:
    """The rows with prices to set. Scheduled and temporary prices are set even if they equal the current ones."""
    return [
        (row, row.after) for row in rows if row.after is not None and (row.after != row.before or any(_times(form)))
    ]


def _fingerprint(form: bulk_forms.RepriceForm, rows: list[Row]) -> str:
    """A digest of the preview, so that it is applied once, and not if prices changed meanwhile."""
    previewed = [(row.sku, row.before, row.after) for row in rows], _times(form)
    return hashlib.sha256(repr(previewed).encode()).hexdigest()


def _apply(request: HttpRequest, form: bulk_forms.RepriceForm, rows: list[Row]) -> bool:
    if request.POST.get("previewed") != _fingerprint(form, rows):
        form.add_error(
            None, "Nothing was changed: the prices or the form have changed since the preview. Check the new preview."
        )
        return False
    if any(row.problem and row.before is not None for row in rows):
        form.add_error(None, "Nothing was changed: some prices would be invalid. Choose another change.")
        return False
    prices = _inputs(form, rows)
    try:
        rpc.connect(catalog.CatalogService).set_prices(prices)
    except labels.REFUSALS as refusal:
        form.add_error(None, f"Nothing was changed. {labels.message_of(refusal)}")
        return False
    starts_at, ends_at = _times(form)
    verb = f"{'scheduled' if starts_at else 'set'}{' temporarily' if ends_at else ''}"
    messages.success(request, f"{len(prices):,} prices were {verb}.")
    return True


def _inputs(form: bulk_forms.RepriceForm, rows: list[Row]) -> list[catalog.PriceInput]:
    starts_at, ends_at = _times(form)
    return [
        catalog.PriceInput(
            sku=row.sku,
            money=common.Money(amount=amount, currency=row.currency),
            valid_from=starts_at,
            valid_until=ends_at,
            reason=form.cleaned_data["reason"],
        )
        for row, amount in _changes(form, rows)
    ]


def _page(
    model_admin: admin.ModelAdmin[Product],
    request: HttpRequest,
    form: bulk_forms.RepriceForm,
    skus: list[str],
    rows: list[Row],
) -> HttpResponse:
    changed = _changes(form, rows) if rows else []
    context: dict[str, Any] = {
        "title": "Re-price products",
        "form": form,
        "skus": skus,
        "rows": rows[:MAX_DISPLAYED],
        "not_displayed": max(0, len(rows) - MAX_DISPLAYED),
        "changed": len(changed),
        "problems": sum(bool(row.problem) for row in rows),
        "previewed": _fingerprint(form, rows) if rows else "",
        "currency": form.cleaned_data.get("currency", "") if rows else "",
    }
    return pages.page(model_admin, request, "reprice", **context)
