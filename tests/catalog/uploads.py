"""Uploads of product files in tests, and their outcomes."""

import csv
import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.catalog.admin import sheets
from apps.catalog.models import Product
from tests.catalog import admin_pages


def exported(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def send(desk, content, name="products.csv"):
    return desk.post(f"{admin_pages.LIST}import/", {"file": SimpleUploadedFile(name, content)})


def archive(**parts):
    """A ZIP archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return buffer.getvalue()


WORKBOOK = sheets.xlsx([["sku", "name"], ["A", "Lamp"], ["B", "Chest"]])


def names():
    return dict(Product.objects.values_list("sku", "name"))


def outcomes(answer):
    return {line.sku: (line.outcome, line.problem or line.differences) for line in answer.context["lines"]}
