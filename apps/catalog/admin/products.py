"""The admin of products: the list, the page of a product, and bulk actions."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from apps.catalog.admin import (
    editing,
    exporting,
    filters,
    forms,
    importing,
    labels,
    pages,
    price_forms,
    price_timeline,
    repricing,
)
from apps.catalog.models import Image, Members, Price, Product
from idl import catalog
from thriftshop import clock, money
from thriftshop.desk import figures


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin[Product]):
    """Products. They are archived, never deleted."""

    list_display = ("picture", "product_name", "sku", "category", "status_badge", "price", "changed")
    list_display_links = ("product_name",)
    list_filter = ("status", filters.InCategory, filters.NeedsWork)
    list_select_related = ("category",)
    search_fields = ("name",)
    search_help_text = "Words of the name, the description, the attributes or the category, or a SKU"
    ordering = ("-updated_at", "-id")
    list_per_page = 50
    show_full_result_count = False
    actions = ("publish", "archive", "reprice", "export_csv", "export_xlsx")
    change_list_template = "admin/catalog/product/change_list.html"

    class Media:
        css = {"all": ["catalog/admin.css"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: orders refer to products."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Products with their current price and main picture."""
        prices = Price.objects.in_force(clock.now()).filter(product=OuterRef("pk"), currency=settings.CURRENCIES[0])
        images = Image.objects.filter(product=OuterRef("pk")).order_by("position")
        return (
            super()
            .get_queryset(request)
            .annotate(amount=Subquery(prices.values("amount")[:1]), thumbnail=Subquery(images.values("thumbnail")[:1]))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        """Search as the shop does."""
        return (queryset.search(search_term) if search_term.strip() else queryset), False  # type: ignore[attr-defined]

    def figures(self, request: HttpRequest) -> Sequence[figures.KeyFigure]:
        """The key figures on the admin index: products on sale, and drafts."""
        sizes = dict(Members.objects.filter(kind="status").values_list("value").annotate(Sum("size")))
        on_sale, drafts = (
            sizes.get(str(status), 0) for status in (catalog.ProductStatus.PUBLISHED, catalog.ProductStatus.DRAFT)
        )
        address = reverse("admin:catalog_product_changelist") + "?status__exact="
        return [
            figures.KeyFigure("Products on sale", f"{on_sale:,}", f"{address}{catalog.ProductStatus.PUBLISHED}"),
            figures.KeyFigure(
                "Drafts", f"{drafts:,}", f"{address}{catalog.ProductStatus.DRAFT}", "warn" if drafts else ""
            ),
        ]

    # -- columns --

    @admin.display(description="Picture")
    def picture(self, product: Any) -> str:
        """A thumbnail of the main picture, without alternative text because the name is beside it."""
        if not product.thumbnail:
            return format_html('<span class="{}" aria-hidden="true"></span>', "ts-nopicture")
        return format_html(
            '<img class="ts-thumb" src="{}" alt="" width="48" height="48" loading="lazy">',
            default_storage.url(product.thumbnail),
        )

    @admin.display(description="Name", ordering="sort_name")
    def product_name(self, product: Product) -> str:
        """The name, linked to its page."""
        return product.name

    @admin.display(description="Status", ordering="status")
    def status_badge(self, product: Product) -> str:
        """The status as a badge."""
        return labels.status(product.status)

    @admin.display(description="Price now")
    def price(self, product: Any) -> str:
        """The price in force in the shop's first currency."""
        return money.format_amount(product.amount, settings.CURRENCIES[0]) if product.amount is not None else "-"

    @admin.display(description="Changed", ordering="updated_at")
    def changed(self, product: Product) -> Any:
        """When it was last changed."""
        return labels.moment(product.updated_at)

    # -- bulk actions --

    @admin.action(description="Publish the selected products", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Publish all or none."""
        skus = list(queryset.values_list("sku", flat=True))
        self._attempt(request, f"{len(skus):,} products are on sale.", lambda: editing.service().publish_products(skus))

    @admin.action(description="Archive the selected products", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Archive all or none."""
        skus = list(queryset.values_list("sku", flat=True))
        self._attempt(
            request, f"{len(skus):,} products are off sale.", lambda: editing.service().archive_products(skus)
        )

    @admin.action(description="Re-price the selected products", permissions=["change"])
    def reprice(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse:
        """Show the form with its preview."""
        return repricing.begin(self, request, queryset)

    @admin.action(description="Export the selected products (CSV)", permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse:
        """A CSV file that can be imported."""
        return exporting.as_csv(queryset)

    @admin.action(description="Export the selected products (XLSX)", permissions=["view"])
    def export_xlsx(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse:
        """A workbook that can be imported."""
        return exporting.as_xlsx(queryset)

    def _attempt(self, request: HttpRequest, success: str, call: Any) -> bool:
        """Make a call and show a message about its outcome."""
        try:
            call()
        except labels.REFUSALS as refusal:
            messages.error(request, f"Nothing was changed. {labels.message_of(refusal)}")
            return False
        messages.success(request, success)
        return True

    # -- pages --

    def get_urls(self) -> list[URLPattern]:
        """Django's URLs, preceded by the catalog's own."""
        view = self.admin_site.admin_view
        urls = [
            path("reprice/", view(lambda request: repricing.view(self, request)), name="catalog_reprice"),
            path("import/", view(lambda request: importing.view(self, request)), name="catalog_import"),
            path("<int:pk>/pictures/", view(require_POST(self.add_picture_view)), name="catalog_picture_add"),
            path(
                "<int:pk>/pictures/<str:image_id>/remove/",
                view(require_POST(self.remove_picture_view)),
                name="catalog_picture_remove",
            ),
            path("<int:pk>/prices/", view(require_POST(self.schedule_view)), name="catalog_schedule"),
            path("<int:pk>/prices/end/", view(require_POST(self.end_price_view)), name="catalog_price_end"),
        ]
        return [*urls, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form for a new product."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return editing.edit(self, request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of a product."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        return editing.edit(self, request, self._product(object_id))

    def _product(self, object_id: Any) -> Product:
        product = Product.objects.filter(pk=object_id).first() if str(object_id).isdecimal() else None
        if product is None:
            raise Http404("There is no such product.")
        return product

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The history of a product, from its events."""
        product = self._product(object_id)
        if not self.has_view_or_change_permission(request, product):
            raise PermissionDenied
        changes = [
            (change, labels.moment(change.occurred_at), labels.KINDS.get(change.kind, change.kind))
            for change in editing.service().get_product_history(product.sku)
        ]
        return pages.page(
            self, request, "history", title=f"History of {product.name}", product=product, changes=changes
        )

    def add_picture_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add a picture to a product."""
        product = self._product_to_change(request, pk)
        form = forms.PictureForm(request.POST or None, request.FILES or None, prefix="picture")
        if not form.is_valid():
            self._show_errors(request, form)
            return self._redirect_to(product)
        content = form.cleaned_data["file"].read()
        success = f"The picture was added to {product}."
        if self._attempt(
            request, success, lambda: editing.service().add_image(product.sku, content, form.cleaned_data["alt"])
        ):
            pages.log(self, request, product, f"picture added: {form.cleaned_data['alt']}")
        return self._redirect_to(product)

    def remove_picture_view(self, request: HttpRequest, pk: int, image_id: str) -> HttpResponse:
        """Remove a picture from a product."""
        product = self._product_to_change(request, pk)
        success = f"The picture was removed from {product}."
        if self._attempt(request, success, lambda: editing.service().remove_image(product.sku, image_id)):
            pages.log(self, request, product, "picture removed")
        return self._redirect_to(product)

    def schedule_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set a price of a product, now or scheduled."""
        product = self._product_to_change(request, pk)
        form = price_forms.ScheduleForm(request.POST or None, prefix="schedule")
        if not form.is_valid():
            self._show_errors(request, form)
            return self._redirect_to(product)
        price = form.to_input(product.sku)
        if self._attempt(request, f"The price of {product} was set.", lambda: editing.service().set_prices([price])):
            pages.log(
                self, request, product, f"price set: {money.format_amount(price.money.amount, price.money.currency)}"
            )
        return self._redirect_to(product)

    def end_price_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a temporary price now, or withdraw one that has not started."""
        product = self._product_to_change(request, pk)
        currency, starts_at = request.POST.get("currency", ""), request.POST.get("valid_from", "")
        price = None
        if starts_at.isascii() and starts_at.isdigit():
            price = price_timeline.ending(product, currency, int(starts_at), clock.now())
        if price is None:
            messages.error(request, "Nothing was changed. That temporary price no longer exists.")
        elif self._attempt(
            request, f"The temporary price of {product} was ended.", lambda: editing.service().set_prices([price])
        ):
            pages.log(self, request, product, "temporary price ended")
        return self._redirect_to(product)

    def _product_to_change(self, request: HttpRequest, pk: int) -> Product:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self._product(pk)

    def _show_errors(self, request: HttpRequest, form: Any) -> None:
        for name, problems in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            messages.error(request, f"Nothing was changed. {label}: {' '.join(problems)}".replace(". : ", ". "))

    def _redirect_to(self, product: Product) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:catalog_product_change", args=[product.pk]))
