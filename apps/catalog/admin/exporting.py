"""Exports products as a file that can be imported unchanged."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponse

from apps.catalog.admin import columns, sheets
from apps.catalog.models import Product

BATCH = 1_000


def as_csv(products: QuerySet[Product]) -> HttpResponse:
    """The products as CSV. Not streamed: under ASGI, Django would consume a synchronous iterator first, with a warning."""
    response = HttpResponse("".join(sheets.csv_lines(_rows(products))), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="products.csv"'
    return response


def as_xlsx(products: QuerySet[Product]) -> HttpResponse:
    """The products as a workbook."""
    response = HttpResponse(sheets.xlsx(_rows(products)), content_type=sheets.XLSX_TYPE)
    response["Content-Disposition"] = 'attachment; filename="products.xlsx"'
    return response


def _rows(products: QuerySet[Product]) -> Iterator[list[str]]:
    """The header, then the products by SKU."""
    selected = Product.objects.filter(pk__in=products.order_by().values("pk")).order_by("sku")
    traits = {
        trait[0] for attributes in selected.values_list("attributes", flat=True).iterator() for trait in attributes
    }
    codes = sorted(traits)
    yield columns.header(codes)
    last_sku = ""
    while batch := list(selected.filter(sku__gt=last_sku)[:BATCH]):
        yield from columns.rows_of(batch, codes)
        last_sku = batch[-1].sku
