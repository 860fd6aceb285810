"""Goods are received, counted and written off in the admin; the ledger shows the actor and the reason."""

import pytest
from playwright.sync_api import expect

from idl import inventory
from tests import acting
from tests.browser import accessibility, shop
from tests.browser.conftest import over_every_transport
from thriftshop import rpc
from thriftshop.events import progress


@pytest.fixture
def ledger(desk, goods):
    """Open the page of all movements, as far as they are known, and give the newest row."""

    def newest():
        progress.catch_up()
        desk.goto("/admin/inventory/movement/")
        return desk.locator("#result_list tbody tr").first

    return newest


def on_hand(sku):
    with acting.as_stranger():
        return rpc.connect(inventory.InventoryService).get_levels([sku])[0].on_hand


@over_every_transport
def test_goods_are_received_by_the_form(desk, staff, ledger):
    desk.goto("/admin/inventory/level/")
    desk.get_by_role("link", name="Receive goods").click()
    desk.get_by_label("SKU of line 1").fill(shop.LAMP)
    desk.get_by_label("Quantity of line 1").fill("4")
    desk.get_by_label("SKU of line 2").fill("a lamp!")
    desk.get_by_label("Quantity of line 2").fill("0")
    desk.get_by_label("Reference").fill("DN-12")
    desk.get_by_role("button", name="Receive").click()
    expect(desk.get_by_role("alert")).to_contain_text("Nothing was changed")
    accessibility.check(desk)
    before = on_hand(shop.LAMP)
    desk.get_by_label("SKU of line 2").fill("")
    desk.get_by_label("Quantity of line 2").fill("")
    desk.get_by_role("button", name="Receive").click()
    expect(desk.locator(".messagelist")).to_contain_text(f"LAMP: {before + 4} on hand")
    accessibility.check(desk)
    assert on_hand(shop.LAMP) == before + 4
    row = ledger()
    expect(row).to_contain_text("Received")
    expect(row).to_contain_text("DN-12")
    row.get_by_role("link").first.click()
    expect(desk.locator("#content")).to_contain_text(f"{staff.name} ({staff.email})")


@over_every_transport
def test_a_count_shows_the_actor_and_the_reason(desk, staff, ledger):
    desk.goto("/admin/inventory/level/")
    desk.get_by_label("Select this object for an action - TEAPOT").check()
    desk.get_by_label("Action:").select_option(label="Count the selected SKUs")
    desk.get_by_role("button", name="Go").click()
    expect(desk.get_by_label("SKU of line 1")).to_have_value(shop.TEAPOT)
    desk.get_by_label("Counted of line 1").fill("25")
    desk.get_by_role("button", name="Save the count").click()
    expect(desk.get_by_text("This field is required")).to_be_visible()
    desk.get_by_label("Reason").fill("Stock-taking in autumn")
    desk.get_by_role("button", name="Save the count").click()
    expect(desk.locator(".messagelist")).to_contain_text("TEAPOT: 25 on hand")
    row = ledger()
    expect(row).to_contain_text("Counted")
    desk.goto(f"/admin/inventory/movement/?by={staff.pk}")
    expect(desk.locator("#result_list tbody tr")).to_have_count(1)
    desk.locator("#result_list tbody tr").get_by_role("link").first.click()
    expect(desk.locator("#content")).to_contain_text("Stock-taking in autumn")
    accessibility.check(desk)


@over_every_transport
def test_a_write_off_cannot_exceed_the_stock(desk, goods):
    initial = on_hand(shop.COAT)
    desk.goto(f"/admin/inventory/level/write_off/?sku={shop.COAT}")
    desk.get_by_label("Quantity of line 1").fill("1000")
    desk.get_by_label("Reason").fill("Moths again")
    desk.get_by_role("button", name="Write off", exact=True).click()
    expect(desk.locator("#content")).to_contain_text("There is not enough of COAT")
    assert on_hand(shop.COAT) == initial
    desk.get_by_label("Quantity of line 1").fill("1")
    desk.get_by_role("button", name="Write off", exact=True).click()
    expect(desk.locator(".messagelist")).to_contain_text(f"COAT: {initial - 1} on hand")
    progress.catch_up()
    desk.goto(f"/admin/inventory/level/{shop.COAT}/change/")
    expect(desk.locator("#content")).to_contain_text("Moths again")
    accessibility.check(desk)
