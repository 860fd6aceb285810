"""The migration that indexes the products of an existing shop on PostgreSQL."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from apps.catalog.models.words import Word
from apps.catalog.service import remembered
from tests.catalog import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="0002 indexed them on SQLite."),
]

TEXTS = ["brass", "candle", "thonet", "lighting", "buro", "tables", "candelstick"]


@pytest.mark.parametrize("batch", [1, 1_000])
def test_existing_products_are_found_after_the_upgrade(monkeypatch, batch):
    factories.product("Brass candlestick", sku="CANDLE", description="Fits any table.")
    factories.product("Oak table", sku="TABLE", attributes=[factories.attribute("maker", "Thonet")])
    factories.product("Büro lamp", sku="LAMP", category_id=factories.category("Lighting"))
    before = {text: factories.find(query=text) for text in TEXTS}
    assert all(before.values())
    rows = _index()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_search")
    Word.objects.all().delete()
    remembered.forget()
    assert not any(factories.find(query=text) for text in TEXTS)

    migration = importlib.import_module("apps.catalog.migrations.0007_index_existing_products")
    monkeypatch.setattr(migration, "BATCH", batch)
    with connection.schema_editor() as editor:
        migration.index(apps, editor)
    remembered.forget()
    assert _index() == rows
    assert {text: factories.find(query=text) for text in TEXTS} == before


def _index():
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_id, words::text FROM catalog_search ORDER BY product_id")
        return cursor.fetchall()
