"""Exact sums of popularity, computed from the baskets, and an index of the newest baskets."""

from collections import Counter
from typing import Any

from django.db import migrations, models

from apps.recommender.domain import decay


def fill_units(apps: Any, _: Any) -> None:
    """Add up the stored baskets again, product by product."""
    units: Counter[str] = Counter()
    baskets = apps.get_model("recommender", "Basket").objects.values_list("bought_at", "skus")
    for bought_at, skus in baskets.iterator(chunk_size=1000):
        one = decay.popularity_units(bought_at)
        for sku in skus:
            units[sku] += one
    table = apps.get_model("recommender", "Popularity").objects
    rows = list(table.all())
    for row in rows:
        row.weight, row.units = decay.weight_of_units(units[row.sku]), decay.units_to_text(units[row.sku])
    table.bulk_update(rows, ["weight", "units"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("recommender", "0001_initial")]

    operations = [
        migrations.AddIndex(
            "basket", models.Index(fields=["-bought_at", "-order_id"], name="basket_newest_first")
        ),
        migrations.AddField(
            "popularity",
            "units",
            models.TextField(db_default="", default="", help_text="The exact weight; see domain/decay.py."),
        ),
        migrations.RunPython(fill_units, migrations.RunPython.noop, elidable=True),
    ]
