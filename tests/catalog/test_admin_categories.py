"""The admin of categories."""

import pytest

from apps.catalog.models import Category
from tests.catalog import admin_pages, factories

pytestmark = pytest.mark.django_db


def test_categories_are_listed_added_changed_and_removed(desk):
    address = "/admin/catalog/category/"
    desk.post(f"{address}add/", {"name": "Furniture", "slug": "", "description": "", "parent": ""})
    root = Category.objects.get()
    desk.post(f"{address}add/", {"name": "Chairs", "slug": "", "description": "To sit.", "parent": root.id})
    chairs = Category.objects.get(name="Chairs")
    factories.product(category_id=chairs.id)
    assert [(one.name, one.product_count) for one in desk.get(address).context["tree"]] == [
        ("Furniture", 1),
        ("Chairs", 1),
    ]
    response = desk.post(f"{address}add/", {"name": "Other", "slug": "chairs", "description": "", "parent": ""})
    assert "Another category" in admin_pages.problems(response)
    twice = desk.post(f"{address}add/", {"name": "Chairs", "slug": "", "description": "", "parent": root.id})
    assert "already exists here" in admin_pages.problems(twice)
    assert Category.objects.get(name="Chairs").description == "To sit."
    below_itself = desk.post(f"{address}{root.id}/change/", {"name": "Furniture", "parent": chairs.id})
    assert "not one of the available choices" in admin_pages.problems(below_itself)
    refused = desk.post(f"{address}{root.id}/delete/", follow=True)
    assert "remove or move them first" in admin_pages.messages(refused)
    assert desk.get(f"{address}{chairs.id}/delete/").status_code == 200
    assert "was removed" in admin_pages.messages(desk.post(f"{address}{chairs.id}/delete/", follow=True))
    assert [category.name for category in Category.objects.all()] == ["Furniture"]
