"""The recommender's read-only admin."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from apps.recommender import models
from tests.recommender import shop


@pytest.fixture
def staff(client, db):
    client.force_login(get_user_model().objects.create_superuser(email="staff@thriftshop.example", password=None))
    shop.put_on_sale(["CUP", "SAUCER"])
    shop.confirm_order("order-1", ["CUP", "SAUCER"])
    shop.project_all()
    return client


def test_staff_see_popular_products_with_their_stock(staff):
    page = staff.get(reverse("admin:recommender_popularity_changelist"))
    assert page.status_code == 200
    assert [(row.sku, row.quantity) for row in page.context["cl"].result_list] == [("CUP", 10), ("SAUCER", 10)]


def test_staff_see_the_recommendations_for_a_product(staff):
    page = staff.get(reverse("admin:recommender_popularity_change", args=["CUP"]))
    assert "SAUCER (bought together" in page.content.decode()


def test_staff_see_the_baskets(staff):
    basket = models.Basket.objects.get()
    assert "order-1" in staff.get(reverse("admin:recommender_basket_changelist")).content.decode()
    assert "SAUCER" in staff.get(reverse("admin:recommender_basket_change", args=[basket.pk])).content.decode()


@pytest.mark.parametrize("table", ["popularity", "basket"])
def test_staff_cannot_add_change_or_delete_rows(staff, table):
    row = {"popularity": models.Popularity, "basket": models.Basket}[table].objects.first()
    assert staff.get(reverse(f"admin:recommender_{table}_add")).status_code == 403
    assert staff.post(reverse(f"admin:recommender_{table}_change", args=[row.pk]), {"sku": "HAT"}).status_code == 403
    assert staff.post(reverse(f"admin:recommender_{table}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()
