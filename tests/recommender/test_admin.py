"""The staff's view of what was learnt: to look at, not to change."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from apps.recommender import models
from tests.recommender import shop


@pytest.fixture
def staff(client, db):
    client.force_login(get_user_model().objects.create_superuser(email="staff@thriftshop.example", password=None))
    shop.for_sale(["CUP", "SAUCER"])
    shop.confirmed("order-1", ["CUP", "SAUCER"])
    shop.told()
    return client


def test_staff_see_what_sells_and_how_much_of_it_is_left(staff):
    page = staff.get(reverse("admin:recommender_popularity_changelist"))
    assert page.status_code == 200
    assert [(row.sku, row.pieces) for row in page.context["cl"].result_list] == [("CUP", 10), ("SAUCER", 10)]


def test_staff_see_what_goes_with_a_product(staff):
    page = staff.get(reverse("admin:recommender_popularity_change", args=["CUP"]))
    assert "SAUCER (bought together" in page.content.decode()


def test_staff_see_the_baskets(staff):
    basket = models.Basket.objects.get()
    assert "order-1" in staff.get(reverse("admin:recommender_basket_changelist")).content.decode()
    assert "SAUCER" in staff.get(reverse("admin:recommender_basket_change", args=[basket.pk])).content.decode()


@pytest.mark.parametrize("table", ["popularity", "basket"])
def test_nothing_can_be_added_changed_or_deleted_by_hand(staff, table):
    row = {"popularity": models.Popularity, "basket": models.Basket}[table].objects.first()
    assert staff.get(reverse(f"admin:recommender_{table}_add")).status_code == 403
    assert staff.post(reverse(f"admin:recommender_{table}_change", args=[row.pk]), {"sku": "HAT"}).status_code == 403
    assert staff.post(reverse(f"admin:recommender_{table}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()
