"""The page of a product in the admin: its form, its pictures and its prices over time."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.catalog.admin import forms, labels, pages, price_forms, price_timeline
from apps.catalog.models import Product
from idl import catalog
from thriftshop import clock, rpc


def service() -> catalog.CatalogService:
    """The catalog, by its contract."""
    return rpc.connect(catalog.CatalogService)


def edit(model_admin: admin.ModelAdmin[Product], request: HttpRequest, product: Product | None) -> HttpResponse:
    """The form of a product or a new one, and its submission."""
    current = service().get_products([product.sku]) if product else []
    initial = forms.initial_of(product, _regular(current)) if product else {"status": catalog.ProductStatus.DRAFT}
    form = forms.ProductForm(request.POST or None, initial=initial, product=product)
    lines = forms.attribute_forms(request.POST or None, product)
    if request.method == "POST" and all((form.is_valid(), lines.is_valid())):
        saved = _save(model_admin, request, form, lines, product)
        if saved is not None:
            return saved
    return _form_page(model_admin, request, form, lines, product, current)


def _regular(products: Sequence[catalog.Product]) -> dict[str, int]:
    """The current regular prices by currency, also of products with a temporary price."""
    amounts = {money.currency: money.amount for product in products for money in product.prices}
    for sale in (sale for product in products for sale in product.sales or ()):
        amounts.pop(sale.money.currency)
        if sale.regular is not None:
            amounts[sale.money.currency] = sale.regular.amount
    return amounts


def _save(
    model_admin: admin.ModelAdmin[Product],
    request: HttpRequest,
    form: forms.ProductForm,
    lines: Any,
    product: Product | None,
) -> HttpResponse | None:
    """Save the product; None if it was refused, with the error in the form."""
    try:
        (outcome,) = service().put_products([form.to_input(forms.attributes_of(lines))], False)
    except labels.REFUSALS as refusal:
        form.add_error(None, labels.message_of(refusal))
        return None
    if outcome.outcome == "refused":
        form.add_error(None, outcome.problem or "")
        return None
    saved = Product.objects.get(sku=outcome.sku)
    if outcome.differences:
        pages.log(model_admin, request, saved, "; ".join(outcome.differences), added=product is None)
    description = {"created": "was added", "changed": "was changed", "unchanged": "was not changed"}[outcome.outcome]
    messages.success(request, f"{saved.name} {description}.")
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
    current: Sequence[Any],
) -> HttpResponse:
    return pages.page(
        model_admin,
        request,
        "change_form",
        title=product.name if product else "Add a product",
        form=form,
        lines=lines,
        product=product,
        images=[image for struct in current for image in struct.images],
        prices=price_timeline.rows(product, clock.now()) if product else [],
        status=labels.status(product.status) if product else "",
        picture_form=forms.PictureForm(prefix="picture"),
        schedule_form=price_forms.ScheduleForm(prefix="schedule"),
    )
