"""Indexes on PostgreSQL the products, and learns their words, that were written before 0006 made the index there."""

from django.db import migrations

from apps.catalog.models import search
from apps.catalog.models.search.queries import Row

BATCH = 1_000
SEPARATOR = "/"  # of the ids in a category's path


def index(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    categories = _category_texts(apps.get_model("catalog", "Category"))
    missing = apps.get_model("catalog", "Product").objects.extra(
        where=["NOT EXISTS (SELECT 1 FROM catalog_search WHERE catalog_search.product_id = catalog_product.id)"]
    )
    while products := list(missing.order_by("id")[:BATCH]):
        search.write([_row(product, categories) for product in products])


def _category_texts(model):
    """For each category the names on its path."""
    names = dict(model.objects.values_list("id", "name"))
    paths = model.objects.values_list("id", "path")
    return {key: " ".join(names[above] for above in path.split(SEPARATOR)) for key, path in paths}


def _row(product, categories):
    traits = " ".join(f"{name} {value}" for _, name, value in product.attributes)
    category = categories.get(product.category_id or "", "")
    return Row(product.id, product.name, product.sku, traits, category, product.description)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_search_on_postgresql")]
    operations = [migrations.RunPython(index, migrations.RunPython.noop)]
