"""The registry in a browser: accessible, on a phone, searched while typing, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import accessibility
from tests.browser.conftest import TIMEOUT_SECONDS

PAGES = (
    "/registry",
    "/registry/contracts/orders",
    "/registry/contracts/inventory/InventoryService",
    "/registry/contracts/legacy.inventory/InventoryService",
    "/registry/contracts/common/Address",
    "/registry/contracts/orders/OrderEvent",
    "/registry/contracts/catalog/ProductStatus",
    "/registry/contracts/common/NotFound",
    "/registry/contracts/common/Sku",
    "/registry/topics",
    "/registry/topics/orders",
    "/registry/graphql",
    "/registry/graphql/Query",
    "/registry/graphql/ProductSort",
    "/registry/search",
    "/registry/search?q=stock",
    "/registry/running",
    "/registry/machines",
    "/registry/contracts/nothing",
)


@pytest.fixture
def reader(page, settings, transactional_db):
    """The registry's page, for a member of staff."""
    settings.REGISTRY_OPEN = True
    return page


def test_every_registry_page_is_accessible(reader):
    found = {}
    for address in PAGES:
        reader.goto(address)
        if problems := accessibility.violations(reader):
            found[address] = problems
    assert found == {}


def test_pages_fit_on_a_telephone(reader):
    reader.set_viewport_size({"width": 375, "height": 700})
    wide = []
    for address in PAGES:
        reader.goto(address)
        if reader.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
    assert wide == []


def test_search_shows_results_while_typing_with_links(reader):
    reader.goto("/registry/search")
    reader.keyboard.press("/")
    expect(reader.get_by_label("Search the registry")).to_be_focused()
    reader.keyboard.type("get_levels")
    reader.get_by_role("link", name="inventory.InventoryService.get_levels", exact=True).click()
    expect(reader).to_have_url(re.compile("/registry/contracts/inventory/InventoryService#get_levels$"))
    expect(reader.locator("#get_levels")).to_be_in_viewport()


def test_the_registry_can_be_browsed_without_scripts(browser, live_server, settings, transactional_db):
    settings.REGISTRY_OPEN = True
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.set_default_timeout(TIMEOUT_SECONDS)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Registry").click()
    page.get_by_role("link", name="CatalogService", exact=True).first.click()
    page.get_by_role("link", name="ProductPage", exact=True).first.click()
    expect(page.locator("h1")).to_have_text("ProductPage")
    page.get_by_label("Search the registry").fill("postcode")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="common.Address.postcode", exact=True)).to_be_visible()
    page.get_by_label("Breadcrumbs").get_by_role("link", name="Registry").click()
    expect(page.locator("h1")).to_have_text("Every contract of the shop")
    context.close()


def test_staff_return_to_the_requested_page_after_login(page, staff, settings):
    settings.REGISTRY_OPEN = False
    page.goto("/registry/topics/orders#shipped")
    page.get_by_label("E-mail address").fill(staff.email)
    page.get_by_label("Password").fill("a long walk to the shop")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("h1")).to_have_text("orders")
