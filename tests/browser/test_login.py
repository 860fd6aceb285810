"""Logging in to the admin, and out of it."""

from playwright.sync_api import expect

from tests.browser import accessibility, shop
from tests.browser.conftest import EMAIL, PASSWORD, over_every_transport
from tests.users import people


def log_in(page, email, password):
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()


@over_every_transport
def test_staff_log_in_only_with_the_right_password(page, staff):
    page.goto("/admin/inventory/level/")
    log_in(page, EMAIL, "a short walk to the shop")
    expect(page.get_by_text("password is incorrect")).to_be_visible()
    accessibility.check(page)
    log_in(page, EMAIL.upper(), PASSWORD)
    expect(page.get_by_role("heading", name="Stock levels")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.goto("/admin/")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


def test_customers_cannot_log_in_to_the_admin(page, goods):
    page.goto("/admin/")
    log_in(page, shop.CUSTOMER, shop.PASSWORD)
    expect(page.get_by_text("not a staff account")).to_be_visible()


def test_login_attempts_are_throttled(page, staff, monkeypatch):
    people.stop_clock(monkeypatch)
    page.goto("/admin/")
    for _ in range(12):
        log_in(page, EMAIL, "guess")
        if page.get_by_text("password is incorrect").count() == 0:
            break
    accessibility.check(page)
    log_in(page, EMAIL, PASSWORD)
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    expect(page.locator(".errornote")).to_contain_text("Too many")
