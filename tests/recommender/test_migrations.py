"""The migration that adds exact sums of popularity to a shop that has sold already."""

import importlib

import pytest
from django.apps import apps

from apps.recommender import models, projections
from tests.recommender import shop
from thriftshop.events import rebuild

pytestmark = pytest.mark.django_db


def test_existing_rows_get_the_sums_that_a_rebuild_gives_them():
    shop.confirmed("o1", ["A", "B"], at=shop.NOW - 4000 * shop.DAY)
    shop.confirmed("o2", ["A", "C"])
    shop.confirmed("o3", ["C", "D"])
    shop.cancelled("o3")
    shop.told()
    models.Popularity.objects.update(units="", weight=1.5)
    migration = importlib.import_module("apps.recommender.migrations.0002_exact_popularity")
    migration.fill_units(apps, None)
    assert models.Popularity.objects.get(sku="A").units
    (baskets,) = (one for one in projections.PROJECTIONS if one.name == "recommender.baskets")
    assert rebuild.differences(baskets) == []
