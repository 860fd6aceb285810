"""Creates the tables and loads products: `FOLDER=... python -m tests.load.peers.stock.loading`, from FOLDER/products.json."""

import json
import os
from pathlib import Path

import django
from django.apps import apps
from django.db import connection, transaction

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.peers.stock.settings"


def load(products):
    """Save the products."""
    from tests.load.peers.stock.models import Category, Product, Stock

    saved = {}
    for item in products:
        category, _ = Category.objects.get_or_create(name=item["category"])
        values = {name: item[name] for name in ("sku", "name", "slug", "description", "price", "currency")}
        saved[item["sku"]] = product = Product.objects.create(category=category, **values)
        Stock.objects.create(product=product, available=item["available"])
    for item in products:
        saved[item["sku"]].bought_together.set(saved[sku] for sku in item["bought_together"] if sku in saved)


def main():
    """Create everything in an empty database."""
    django.setup()
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("stock").get_models():
            editor.create_model(model)
    with transaction.atomic():
        load(json.loads((Path(os.environ["FOLDER"]) / "products.json").read_text()))


if __name__ == "__main__":
    main()
