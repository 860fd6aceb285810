"""The full-text index, on databases that have one here (apps/catalog/models/search.py)."""

from django.db import migrations

CREATE_TABLE = (
    "CREATE VIRTUAL TABLE catalog_search USING fts5(name, sku, traits, category, description,"
    " tokenize='porter unicode61 remove_diacritics 2', prefix='2 3')"
)


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(CREATE_TABLE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE catalog_search")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
