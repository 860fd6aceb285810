"""Uploads of product files in tests, and their outcomes."""

import csv
import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.catalog.admin import sheets
from apps.catalog.models import Product
from tests.catalog import admin_pages


def exported_rows(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def import_file(desk, content, name="products.csv"):
    return desk.post(f"{admin_pages.LIST}import/", {"file": SimpleUploadedFile(name, content)})


def zip_file(**parts):
    """A ZIP file with these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


WORKBOOK = sheets.xlsx([["sku", "name"], ["A", "Lamp"], ["B", "Chest"]])


def names_by_sku():
    return dict(Product.objects.values_list("sku", "name"))


def outcomes(response):
    return {line.sku: (line.outcome, line.problem or line.differences) for line in response.context["lines"]}
