"""One product's page in the admin: its form, its pictures and its prices over time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.catalog.admin import forms, pages, wording
from apps.catalog.domain import prices as price_rules
from apps.catalog.models import Product
from idl import catalog
from thriftshop import clock, rpc

if TYPE_CHECKING:
    from apps.catalog.admin.products import ProductAdmin


def service() -> catalog.CatalogService:
    """The catalog, by its contract."""
    return rpc.connect(catalog.CatalogService)


def edit(model_admin: "ProductAdmin", request: HttpRequest, product: Product | None) -> HttpResponse:
    """The form of a product, or of a new one; what becomes of it when it is sent."""
    shown = service().get_products([product.sku]) if product else []
    prices = [money for one in shown for money in one.prices]
    initial = forms.initial_of(product, prices) if product else {"status": catalog.ProductStatus.DRAFT}
    form = forms.ProductForm(request.POST or None, initial=initial, product=product)
    lines = forms.attribute_forms(request.POST or None, product)
    if request.method == "POST" and all((form.is_valid(), lines.is_valid())):
        saved = _save(model_admin, request, form, lines, product)
        if saved is not None:
            return saved
    return _form_page(model_admin, request, form, lines, product, shown)


def _save(
    model_admin: "ProductAdmin", request: HttpRequest, form: forms.ProductForm, lines: Any, product: Product | None
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
        model_admin.log(request, saved, "; ".join(outcome.differences), added=product is None)
    said = {"created": "was added", "changed": "was changed", "unchanged": "stays as it was"}[outcome.outcome]
    messages.success(request, f"{saved.name} {said}.")
    name = (
        "admin:catalog_product_change"
        if "_continue" in request.POST or product is None
        else "admin:catalog_product_changelist"
    )
    return HttpResponseRedirect(reverse(name, args=[saved.pk] if name.endswith("change") else []))


def _form_page(
    model_admin: "ProductAdmin",
    request: HttpRequest,
    form: forms.ProductForm,
    lines: Any,
    product: Product | None,
    shown: Sequence[Any],
) -> HttpResponse:
    now = clock.now()
    prices = service().get_price_history(product.sku)[::-1] if product else []
    return pages.page(
        model_admin,
        request,
        "change_form",
        title=product.name if product else "Add a product",
        form=form,
        lines=lines,
        product=product,
        images=[image for one in shown for image in one.images],
        prices=[_price_row(price, now) for price in prices],
        status=wording.status(product.status) if product else "",
        picture_form=forms.PictureForm(prefix="picture"),
        schedule_form=forms.ScheduleForm(prefix="schedule"),
    )


def _price_row(price: catalog.Price, now: int) -> dict[str, Any]:
    """A price of the history, with how it stands now."""
    over = price.valid_until is not None and price.valid_until <= now
    return {
        "shown": price_rules.shown(price.money.amount, price.money.currency),
        "since": wording.moment(price.valid_from),
        "until": wording.moment(price.valid_until),
        "standing": "to come" if price.valid_from > now else "over" if over else "in force",
        "look": "warn" if price.valid_from > now else "quiet" if over else "",
        "reason": price.reason or "",
        "actor": price.actor or "",
    }
