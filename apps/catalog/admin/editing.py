"""One product's page in the admin: its form, its pictures and its prices over time."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.catalog.admin import forms, pages, price_forms, price_timeline, wording
from apps.catalog.models import Product
from idl import catalog
from thriftshop import clock, rpc


def service() -> catalog.CatalogService:
    """The catalog, by its contract."""
    return rpc.connect(catalog.CatalogService)


def edit(model_admin: admin.ModelAdmin[Product], request: HttpRequest, product: Product | None) -> HttpResponse:
    """The form of a product, or of a new one; what becomes of it when it is sent."""
    shown = service().get_products([product.sku]) if product else []
    initial = forms.initial_of(product, _regular(shown)) if product else {"status": catalog.ProductStatus.DRAFT}
    form = forms.ProductForm(request.POST or None, initial=initial, product=product)
    lines = forms.attribute_forms(request.POST or None, product)
    if request.method == "POST" and all((form.is_valid(), lines.is_valid())):
        saved = _save(model_admin, request, form, lines, product)
        if saved is not None:
            return saved
    return _form_page(model_admin, request, form, lines, product, shown)


def _regular(shown: Sequence[catalog.Product]) -> dict[str, int]:
    """The regular prices now by currency; of a temporary price the one beside it."""
    found = {money.currency: money.amount for one in shown for money in one.prices}
    for sale in (sale for one in shown for sale in one.sales or ()):
        found.pop(sale.money.currency)
        if sale.regular is not None:
            found[sale.money.currency] = sale.regular.amount
    return found


def _save(
    model_admin: admin.ModelAdmin[Product],
    request: HttpRequest,
    form: forms.ProductForm,
    lines: Any,
    product: Product | None,
) -> HttpResponse | None:
    """Writes the product; None where it was refused, which the form then says."""
    try:
        (outcome,) = service().put_products([form.to_input(forms.attributes_of(lines))], False)
    except wording.REFUSALS as refusal:
        form.add_error(None, wording.problem_of(refusal))
        return None
    if outcome.outcome == "refused":
        form.add_error(None, outcome.problem or "")
        return None
    saved = Product.objects.get(sku=outcome.sku)
    if outcome.differences:
        pages.log(model_admin, request, saved, "; ".join(outcome.differences), added=product is None)
    said = {"created": "was added", "changed": "was changed", "unchanged": "stays as it was"}[outcome.outcome]
    messages.success(request, f"{saved.name} {said}.")
    name = (
        "admin:catalog_product_change"
        if "_continue" in request.POST or product is None
        else "admin:catalog_product_changelist"
    )
    return HttpResponseRedirect(reverse(name, args=[saved.pk] if name.endswith("change") else []))


def _form_page(
    model_admin: admin.ModelAdmin[Product],
    request: HttpRequest,
    form: forms.ProductForm,
    lines: Any,
    product: Product | None,
    shown: Sequence[Any],
) -> HttpResponse:
    return pages.page(
        model_admin,
        request,
        "change_form",
        title=product.name if product else "Add a product",
        form=form,
        lines=lines,
        product=product,
        images=[image for one in shown for image in one.images],
        prices=price_timeline.rows(product, clock.now()) if product else [],
        status=wording.status(product.status) if product else "",
        picture_form=forms.PictureForm(prefix="picture"),
        schedule_form=price_forms.ScheduleForm(prefix="schedule"),
    )
