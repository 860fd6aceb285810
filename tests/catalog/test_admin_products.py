"""The admin of products, and bulk actions."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.catalog.models import Product
from idl import catalog
from tests import acting
from tests.catalog import admin_pages, factories, test_images

pytestmark = pytest.mark.django_db


def test_a_product_is_added_and_changed_and_has_a_history(desk):
    lamps = factories.category("Lamps")
    fields = admin_pages.form_of(desk, f"{admin_pages.LIST}add/") | {
        "sku": "LAMP-1",
        "name": "Brass lamp",
        "category": lamps,
        "status": factories.PUBLISHED,
        "price_GBP": "12.50",
        "attributes-0-code": "colour",
        "attributes-0-value": "Gold",
    }
    response = desk.post(f"{admin_pages.LIST}add/", fields, follow=True)
    assert "was added" in admin_pages.messages(response)
    product = factories.read("LAMP-1")
    assert (product.name, product.category_id, product.prices) == ("Brass lamp", lamps, [factories.money(12.5)])
    assert product.attributes == [catalog.Attribute(code="colour", name="Colour", value="Gold")]
    fields = admin_pages.form_of(desk, admin_pages.page("LAMP-1")) | {
        "name": "Copper lamp",
        "attributes-0-code": "",
        "attributes-0-value": "",
    }
    desk.post(admin_pages.page("LAMP-1"), fields)
    product = factories.read("LAMP-1")
    assert (product.name, product.attributes, product.slug) == ("Copper lamp", [], "brass-lamp")
    history = desk.get(admin_pages.page("LAMP-1").replace("change", "history")).content.decode()
    assert "name: Brass lamp -&gt; Copper lamp" in history


def test_an_unchanged_form_changes_nothing(desk):
    sku = factories.product(
        description="One.\n\nTwo.",
        attributes=[factories.attribute("colour", "Red")],
        prices=[factories.money(1.07), factories.money(2, "EUR")],
    )
    before = factories.stored_rows()
    response = desk.post(admin_pages.page(sku), admin_pages.form_of(desk, admin_pages.page(sku)), follow=True)
    assert "was not changed" in admin_pages.messages(response)
    assert factories.stored_rows() == before


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": ""}, "required"),
        ({"name": "Oak\x0bchest"}, "control"),
        ({"slug": "No Slug"}, "is not a valid slug"),
        ({"slug": "the-other"}, "Another product has the address"),
        ({"price_GBP": "-1"}, "greater than or equal to 0.01"),
        ({"price_GBP": "1.234"}, "decimal place"),
        ({"price_GBP": "lots"}, "number"),
        ({"status": factories.DRAFT}, "cannot become a draft again"),
        ({"category": "nowhere"}, "not one of the available choices"),
        ({"version": "1"}, "changed by somebody else"),
        ({"attributes-0-code": "Colour", "attributes-0-value": "Red"}, "is not a valid attribute code"),
    ],
)
def test_a_refusal_is_shown_in_the_form_and_changes_nothing(desk, fields, problem):
    factories.product(slug="the-other")
    sku = factories.product()
    before = factories.stored_rows()
    response = desk.post(admin_pages.page(sku), admin_pages.form_of(desk, admin_pages.page(sku)) | fields)
    assert response.status_code == 200
    assert problem in admin_pages.problems(response)
    assert "Nothing was changed" in response.content.decode()
    assert factories.stored_rows() == before


def test_a_new_product_cannot_take_the_sku_of_another(desk):
    sku = factories.product()
    response = desk.post(
        f"{admin_pages.LIST}add/",
        admin_pages.form_of(desk, f"{admin_pages.LIST}add/") | {"sku": sku, "name": "X", "status": 1},
    )
    assert "product with this SKU already" in admin_pages.problems(response)


def test_an_incomplete_attribute_is_refused(desk):
    sku = factories.product()
    response = desk.post(
        admin_pages.page(sku), admin_pages.form_of(desk, admin_pages.page(sku)) | {"attributes-0-code": "colour"}
    )
    assert "needs a code and a value" in response.content.decode()


def test_the_list_of_products_has_the_shops_search_and_filters(desk):
    lamps = factories.category("Lamps")
    factories.product("Brass lamp", sku="LAMP", category_id=factories.category("Desk lamps", lamps), description="")
    factories.product("Oak table", sku="TABLE", status=factories.DRAFT, description="Text", price=None)
    skus = lambda query: [product.sku for product in desk.get(admin_pages.LIST + query).context["cl"].result_list]  # noqa: E731
    assert skus("?q=lmap") == ["LAMP"]
    assert skus("?q=%22%27%28") == []
    assert skus(f"?category={lamps}") == ["LAMP"]
    assert skus("?category=none") == ["TABLE"]
    assert skus("?status__exact=1") == ["TABLE"]
    assert skus("?lacking=price") == ["TABLE"]
    assert skus("?lacking=description") == ["LAMP"]
    assert sorted(skus("?lacking=picture")) == ["LAMP", "TABLE"]
    assert skus("?lacking=planned") == []
    assert skus("?o=-2") == ["TABLE", "LAMP"]
    assert skus("?q=lamp&status__exact=2&o=2") == ["LAMP"]


def test_products_are_published_and_archived_in_bulk(desk):
    skus = [factories.product(status=factories.DRAFT) for _ in range(3)]
    assert "3 products are on sale" in admin_pages.messages(admin_pages.run_action(desk, "publish", *skus))
    assert len(factories.find()) == 3
    admin_pages.run_action(desk, "archive", *skus[:2])
    assert factories.find() == skus[2:]
    with acting.as_staff("catalog"):
        (latest, *_) = factories.service().get_product_history(skus[0])
    assert latest.actor == str(get_user_model().objects.get().pk)


def test_publishing_a_product_without_a_price_is_refused(desk):
    sku = factories.product(status=factories.DRAFT, price=None)
    before = factories.stored_rows()
    assert "has no price, so" in admin_pages.messages(admin_pages.run_action(desk, "publish", sku))
    assert factories.stored_rows() == before


def test_pictures_are_added_displayed_and_removed(desk):
    sku = factories.product()
    address = admin_pages.page(sku).replace("change", "pictures")
    upload = SimpleUploadedFile("chest.png", test_images.picture())
    assert "was added" in admin_pages.messages(
        desk.post(address, {"picture-file": upload, "picture-alt": "A chest"}, follow=True)
    )
    (image,) = factories.read(sku).images
    assert image.thumbnail_url in desk.get(admin_pages.LIST).content.decode()
    assert image.thumbnail_url in desk.get(admin_pages.page(sku)).content.decode()
    large = SimpleUploadedFile("chest.png", bytes(5 * 1024 * 1024 + 1))
    assert "5 MiB; this has 5,242,881 bytes" in admin_pages.messages(
        desk.post(address, {"picture-file": large, "picture-alt": "X"}, follow=True)
    )
    invalid = SimpleUploadedFile("chest.png", b"no picture")
    assert "not a picture in a supported format" in admin_pages.messages(
        desk.post(address, {"picture-file": invalid, "picture-alt": "X"}, follow=True)
    )
    desk.post(f"{address}{image.id}/remove/", follow=True)
    assert factories.read(sku).images == []


def test_staff_with_view_permissions_cannot_change_anything(reader):
    sku, lamps = factories.product(), factories.category("Lamps")
    before = factories.stored_rows()
    response = reader.get(admin_pages.page(sku))
    assert response.status_code == 200
    assert 'value="Save"' not in response.content.decode()
    assert reader.get(admin_pages.LIST).status_code == 200
    assert reader.get("/admin/catalog/category/").status_code == 200
    pk = Product.objects.get(sku=sku).pk
    for address in (
        f"{admin_pages.LIST}{pk}/change/",
        f"{admin_pages.LIST}add/",
        f"{admin_pages.LIST}import/",
        f"{admin_pages.LIST}reprice/",
        f"{admin_pages.LIST}{pk}/pictures/",
        f"{admin_pages.LIST}{pk}/pictures/x/remove/",
        f"{admin_pages.LIST}{pk}/prices/",
        f"{admin_pages.LIST}{pk}/delete/",
        "/admin/catalog/category/add/",
        f"/admin/catalog/category/{lamps}/change/",
        f"/admin/catalog/category/{lamps}/delete/",
    ):
        assert reader.post(address, {"name": "X", "sku": "X"}).status_code == 403, address
    assert factories.stored_rows() == before


def test_pages_of_missing_objects_return_404(desk):
    for address in (
        f"{admin_pages.LIST}99/change/",
        f"{admin_pages.LIST}x/change/",
        f"{admin_pages.LIST}²/change/",
        f"{admin_pages.LIST}99/history/",
        "/admin/catalog/category/x/change/",
    ):
        assert desk.get(address).status_code == 404, address


def test_the_admin_index_counts_products_on_sale_and_drafts(desk):
    factories.product()
    factories.product(status=factories.DRAFT)
    figures = {one.label: one.value for one in desk.get("/admin/").context["figures"]}
    assert (figures["Products on sale"], figures["Drafts"]) == ("1", "1")
