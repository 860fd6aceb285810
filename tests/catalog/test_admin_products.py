"""The staff's door to the catalog: products one by one and in bulk."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.catalog.models import Product
from idl import catalog
from tests import acting
from tests.catalog import browsing, making, test_images

pytestmark = pytest.mark.django_db


def test_a_product_is_added_changed_and_its_history_told(desk):
    lamps = making.category("Lamps")
    fields = browsing.form_of(desk, f"{browsing.LIST}add/") | {
        "sku": "LAMP-1",
        "name": "Brass lamp",
        "category": lamps,
        "status": making.PUBLISHED,
        "price_GBP": "12.50",
        "attributes-0-code": "colour",
        "attributes-0-value": "Gold",
    }
    answer = desk.post(f"{browsing.LIST}add/", fields, follow=True)
    assert "was added" in browsing.said(answer)
    found = making.read("LAMP-1")
    assert (found.name, found.category_id, found.prices) == ("Brass lamp", lamps, [making.money(12.5)])
    assert found.attributes == [catalog.Attribute(code="colour", name="Colour", value="Gold")]
    fields = browsing.form_of(desk, browsing.page("LAMP-1")) | {
        "name": "Copper lamp",
        "attributes-0-code": "",
        "attributes-0-value": "",
    }
    desk.post(browsing.page("LAMP-1"), fields)
    found = making.read("LAMP-1")
    assert (found.name, found.attributes, found.slug) == ("Copper lamp", [], "brass-lamp")
    history = desk.get(browsing.page("LAMP-1").replace("change", "history")).content.decode()
    assert "name: Brass lamp -&gt; Copper lamp" in history


def test_a_form_sent_untouched_changes_nothing(desk):
    sku = making.product(
        description="One.\n\nTwo.",
        attributes=[making.attribute("colour", "Red")],
        prices=[making.money(1.07), making.money(2, "EUR")],
    )
    before = making.tables()
    answer = desk.post(browsing.page(sku), browsing.form_of(desk, browsing.page(sku)), follow=True)
    assert "stays as it was" in browsing.said(answer)
    assert making.tables() == before


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": ""}, "required"),
        ({"name": "Oak\x0bchest"}, "control"),
        ({"slug": "No Slug"}, "no name for an address"),
        ({"slug": "the-other"}, "Another product has the address"),
        ({"price_GBP": "-1"}, "greater than or equal to 0.01"),
        ({"price_GBP": "1.234"}, "decimal place"),
        ({"price_GBP": "lots"}, "number"),
        ({"status": making.DRAFT}, "not a draft again"),
        ({"category": "nowhere"}, "not one of the available choices"),
        ({"version": "1"}, "Somebody else has changed it"),
        ({"attributes-0-code": "Colour", "attributes-0-value": "Red"}, "no code of a trait"),
    ],
)
def test_a_refusal_is_shown_in_the_form_and_changes_nothing(desk, fields, problem):
    making.product(slug="the-other")
    sku = making.product()
    before = making.tables()
    answer = desk.post(browsing.page(sku), browsing.form_of(desk, browsing.page(sku)) | fields)
    assert answer.status_code == 200
    assert problem in browsing.problems(answer)
    assert "Nothing was changed" in answer.content.decode()
    assert making.tables() == before


def test_a_new_product_cannot_take_the_sku_of_another(desk):
    sku = making.product()
    answer = desk.post(
        f"{browsing.LIST}add/", browsing.form_of(desk, f"{browsing.LIST}add/") | {"sku": sku, "name": "X", "status": 1}
    )
    assert "product of this SKU already" in browsing.problems(answer)


def test_half_an_attribute_is_refused(desk):
    sku = making.product()
    answer = desk.post(browsing.page(sku), browsing.form_of(desk, browsing.page(sku)) | {"attributes-0-code": "colour"})
    assert "needs a code and a value" in answer.content.decode()


def test_the_list_searches_as_the_shop_does_and_is_narrowed_down(desk):
    lamps = making.category("Lamps")
    making.product("Brass lamp", sku="LAMP", category_id=making.category("Desk lamps", lamps), description="")
    making.product("Oak table", sku="TABLE", status=making.DRAFT, description="Text", price=None)
    shown = lambda query: [one.sku for one in desk.get(browsing.LIST + query).context["cl"].result_list]  # noqa: E731
    assert shown("?q=lmap") == ["LAMP"]
    assert shown("?q=%22%27%28") == []
    assert shown(f"?category={lamps}") == ["LAMP"]
    assert shown("?category=none") == ["TABLE"]
    assert shown("?status__exact=1") == ["TABLE"]
    assert shown("?lacking=price") == ["TABLE"]
    assert shown("?lacking=description") == ["LAMP"]
    assert sorted(shown("?lacking=picture")) == ["LAMP", "TABLE"]
    assert shown("?lacking=planned") == []
    assert shown("?o=-2") == ["TABLE", "LAMP"]
    assert shown("?q=lamp&status__exact=2&o=2") == ["LAMP"]


def test_products_are_published_and_archived_in_bulk(desk):
    skus = [making.product(status=making.DRAFT) for _ in range(3)]
    assert "3 products are on sale" in browsing.said(browsing.act(desk, "publish", *skus))
    assert len(making.found()) == 3
    browsing.act(desk, "archive", *skus[:2])
    assert making.found() == skus[2:]
    with acting.as_staff("catalog"):
        (latest, *_) = making.service().get_product_history(skus[0])
    assert latest.actor == str(get_user_model().objects.get().pk)


def test_what_cannot_be_published_is_said_and_changes_nothing(desk):
    sku = making.product(status=making.DRAFT, price=None)
    before = making.tables()
    assert "has no price yet" in browsing.said(browsing.act(desk, "publish", sku))
    assert making.tables() == before


def test_pictures_are_added_shown_and_removed(desk):
    sku = making.product()
    address = browsing.page(sku).replace("change", "pictures")
    upload = SimpleUploadedFile("chest.png", test_images.picture())
    assert "was added" in browsing.said(
        desk.post(address, {"picture-file": upload, "picture-alt": "A chest"}, follow=True)
    )
    (image,) = making.read(sku).images
    assert image.thumbnail_url in desk.get(browsing.LIST).content.decode()
    assert image.thumbnail_url in desk.get(browsing.page(sku)).content.decode()
    large = SimpleUploadedFile("chest.png", bytes(5 * 1024 * 1024 + 1))
    assert "5 MiB; this has 5,242,881 bytes" in browsing.said(
        desk.post(address, {"picture-file": large, "picture-alt": "X"}, follow=True)
    )
    bad = SimpleUploadedFile("chest.png", b"no picture")
    assert "That is no picture" in browsing.said(
        desk.post(address, {"picture-file": bad, "picture-alt": "X"}, follow=True)
    )
    desk.post(f"{address}{image.id}/remove/", follow=True)
    assert making.read(sku).images == []


def test_who_may_only_look_changes_nothing(reader):
    sku, lamps = making.product(), making.category("Lamps")
    before = making.tables()
    shown = reader.get(browsing.page(sku))
    assert shown.status_code == 200
    assert 'value="Save"' not in shown.content.decode()
    assert reader.get(browsing.LIST).status_code == 200
    assert reader.get("/admin/catalog/category/").status_code == 200
    pk = Product.objects.get(sku=sku).pk
    for address in (
        f"{browsing.LIST}{pk}/change/",
        f"{browsing.LIST}add/",
        f"{browsing.LIST}import/",
        f"{browsing.LIST}reprice/",
        f"{browsing.LIST}{pk}/pictures/",
        f"{browsing.LIST}{pk}/pictures/x/remove/",
        f"{browsing.LIST}{pk}/prices/",
        f"{browsing.LIST}{pk}/delete/",
        "/admin/catalog/category/add/",
        f"/admin/catalog/category/{lamps}/change/",
        f"/admin/catalog/category/{lamps}/delete/",
    ):
        assert reader.post(address, {"name": "X", "sku": "X"}).status_code == 403, address
    assert making.tables() == before


def test_what_is_not_there_is_not_found(desk):
    for address in (
        f"{browsing.LIST}99/change/",
        f"{browsing.LIST}x/change/",
        f"{browsing.LIST}²/change/",
        f"{browsing.LIST}99/history/",
        "/admin/catalog/category/x/change/",
    ):
        assert desk.get(address).status_code == 404, address


def test_the_desk_is_told_what_is_on_sale_and_what_is_a_draft(desk):
    making.product()
    making.product(status=making.DRAFT)
    figures = {one.label: one.value for one in desk.get("/admin/").context["figures"]}
    assert (figures["Products on sale"], figures["Drafts"]) == ("1", "1")
