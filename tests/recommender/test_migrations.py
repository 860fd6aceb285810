"""The migration that adds exact sums of popularity to existing rows."""

import importlib

import pytest
from django.apps import apps

from apps.recommender import models, projections
from tests.recommender import shop
from thriftshop.events import rebuild

pytestmark = pytest.mark.django_db


def test_existing_rows_get_the_same_sums_as_by_a_rebuild():
    shop.confirm_order("o1", ["A", "B"], at=shop.NOW - 4000 * shop.DAY)
    shop.confirm_order("o2", ["A", "C"])
    shop.confirm_order("o3", ["C", "D"])
    shop.cancel_order("o3")
    shop.project_all()
    models.Popularity.objects.update(units="", weight=1.5)
    migration = importlib.import_module("apps.recommender.migrations.0002_exact_popularity")
    migration.fill_units(apps, None)
    assert models.Popularity.objects.get(sku="A").units
    (baskets,) = (projection for projection in projections.PROJECTIONS if projection.name == "recommender.baskets")
    assert rebuild.differences(baskets) == []
