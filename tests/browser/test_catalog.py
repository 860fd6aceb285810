"""The products in the admin: edited, re-priced in bulk after a preview, and imported from a file after a dry run."""

import re

import pytest
from playwright.sync_api import expect

from idl import catalog
from tests import acting
from tests.browser import accessibility, shop
from tests.browser.conftest import over_every_transport
from thriftshop import rpc
from thriftshop.events import progress

FILE = """sku,name,price GBP,status
TEAPOT,"Teapot, hardly used",15.00,published
KETTLE,Copper kettle,22.50,draft
LAMP,"Lamp, hardly used",free,published
"""


@pytest.fixture
def products():
    """The products of these SKUs, by the contract."""

    def get(*skus):
        with acting.as_service("catalog"):
            return rpc.connect(catalog.CatalogService).get_products(list(skus))

    return get


def pounds(product):
    return next(money.amount for money in product.prices if money.currency == "GBP")


@over_every_transport
def test_selected_products_are_repriced_after_a_preview(desk, goods, products):
    desk.goto("/admin/catalog/product/")
    for name in (shop.TEAPOT, shop.LAMP):
        desk.get_by_role("row", name=f"{name.capitalize()}, hardly used").get_by_role("checkbox").check()
    desk.get_by_label("Action:").select_option(label="Re-price the selected products")
    desk.get_by_role("button", name="Go").click()
    accessibility.check(desk)
    desk.get_by_label("Change", exact=False).and_(desk.get_by_role("combobox")).select_option(label="By per cent")
    desk.get_by_label("How much").fill("10")
    desk.get_by_label("Reason").fill("Christmas is near")
    desk.get_by_role("button", name="Preview").click()
    expect(desk.get_by_role("row", name="TEAPOT")).to_contain_text("13.75")
    expect(desk.get_by_role("row", name="LAMP")).to_contain_text("33.00")
    accessibility.check(desk)
    assert [pounds(product) for product in products(shop.TEAPOT, shop.LAMP)] == [12_50, 30_00]
    desk.get_by_role("button", name="Set 2 prices").click()
    expect(desk.locator(".messagelist")).to_contain_text("2 prices were set")
    assert [pounds(product) for product in products(shop.TEAPOT, shop.LAMP)] == [13_75, 33_00]


def test_a_file_is_imported_after_a_dry_run(desk, goods, products, tmp_path):
    file = tmp_path / "products.csv"
    file.write_text(FILE)
    desk.goto("/admin/catalog/product/")
    desk.get_by_role("link", name="Import").click()
    desk.locator("input[type=file]").set_input_files(file)
    desk.get_by_role("button", name="Preview").click()
    expect(desk.get_by_role("row", name="KETTLE")).to_contain_text("created")
    expect(desk.get_by_role("row", name="TEAPOT")).to_contain_text("12.50")
    expect(desk.get_by_role("row", name="LAMP")).to_contain_text("refused")
    accessibility.check(desk)
    assert products("KETTLE") == []
    assert pounds(products(shop.TEAPOT)[0]) == 12_50
    desk.get_by_role("button", name="Import 2 products").click()
    expect(desk.locator(".messagelist")).to_contain_text("1 refused, 1 created, 1 changed")
    accessibility.check(desk)
    kettle, teapot = products("KETTLE", shop.TEAPOT)
    assert (kettle.name, kettle.status, pounds(kettle)) == ("Copper kettle", catalog.ProductStatus.DRAFT, 22_50)
    assert pounds(teapot) == 15_00


def test_a_file_that_cannot_be_read_is_refused_by_name(desk, goods, tmp_path):
    file = tmp_path / "holiday.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    desk.goto("/admin/catalog/product/import/")
    desk.locator("input[type=file]").set_input_files(file)
    desk.get_by_role("button", name="Preview").click()
    expect(desk.get_by_role("alert")).to_contain_text("Nothing was changed")
    accessibility.check(desk)


@over_every_transport
def test_a_product_is_created_published_and_archived(desk, goods, products):
    desk.goto("/admin/catalog/product/add/")
    desk.get_by_label("SKU").fill("CLOCK")
    desk.get_by_label("Name", exact=False).first.fill("Station clock")
    desk.get_by_label("Price in GBP").fill("49.90")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".messagelist")).to_contain_text(re.compile("Station clock.* was added"))
    desk.goto("/admin/catalog/product/?q=station")
    desk.locator("#action-toggle").check()
    desk.get_by_label("Action:").select_option(label="Publish the selected products")
    desk.get_by_role("button", name="Go").click()
    expect(desk.locator(".messagelist")).to_contain_text("on sale")
    assert products("CLOCK")[0].status == catalog.ProductStatus.PUBLISHED
    desk.get_by_role("link", name="Station clock").click()
    desk.get_by_role("link", name="History").click()
    expect(desk.locator("#content")).to_contain_text("Put on sale")
    accessibility.check(desk)


def test_a_sale_is_set_with_its_end_and_ended_early(desk, goods, products):
    desk.goto("/admin/catalog/product/?q=teapot")
    desk.get_by_role("link", name="Teapot, hardly used").click()
    desk.get_by_label("New price").fill("6.00")
    desk.get_by_label("Until").fill("2999-12-31T00:00")
    desk.get_by_role("button", name="Set the price").click()
    expect(desk.locator(".messagelist")).to_contain_text("was set")
    row = desk.get_by_role("row", name="6.00 GBP")
    expect(row.first).to_contain_text("temporary, instead of 12.50 GBP")
    expect(row.first).to_contain_text("current")
    expect(desk.get_by_label("Price in GBP")).to_have_value("12.50")
    assert [pounds(product) for product in products(shop.TEAPOT)] == [6_00]
    accessibility.check(desk)
    desk.get_by_role("button", name="End now the temporary price 6.00 GBP").click()
    expect(desk.locator(".messagelist")).to_contain_text("was ended")
    assert [pounds(product) for product in products(shop.TEAPOT)] == [12_50]


def test_a_subcategory_is_created(desk, goods):
    desk.goto("/admin/catalog/category/")
    accessibility.check(desk)
    desk.locator(".object-tools").get_by_role("link", name="Add").click()
    desk.get_by_label("Name", exact=False).first.fill("Pots and pans")
    desk.get_by_label("Parent category").select_option(label="Kitchen")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".messagelist")).to_contain_text("Pots and pans")
    progress.catch_up()
    with acting.as_stranger():
        tree = {category.name: category for category in rpc.connect(catalog.CatalogService).get_categories()}
    assert tree["Pots and pans"].parent_id == tree["Kitchen"].id
