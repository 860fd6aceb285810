"""A guest's order: found by number and e-mail address, opened by the link, cancelled and returned on its page."""

import re

import pytest
from django.core import mail
from idl.orders import OrderStatus
from playwright.sync_api import expect

from apps.orders.service import guests
from tests import acting
from tests.browser import accessibility
from tests.orders import buying
from tests.orders import shop as ordering
from thriftshop.events import progress

EMAIL = "gus@shop.example"


@pytest.fixture
def order(transactional_db):
    """A guest's confirmed order of two coats and a teapot."""
    ordering.open_shop()
    token = buying.guest_cart({ordering.COAT: 2, ordering.TEAPOT: 1})
    with acting.as_stranger():
        placed = ordering.shop().place(buying.buy(cart_token=token, email=EMAIL))
    progress.catch_up()
    return placed


def open_link(page, order):
    """Ask for the link on the page for it, and open the one that the e-mail brings."""
    page.goto("/account/find-order")
    page.get_by_label("Order number").fill(order.number)
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("status")).to_contain_text("If this order exists")
    guests.send_links()
    page.goto(re.search(r"https?://[^/\s]+(/account/\S+#token=\S+)", mail.outbox[-1].body)[1])
    expect(page.get_by_role("heading", name=f"Your order {order.number}")).to_be_visible()
    expect(page).not_to_have_url(re.compile("token"))


def test_a_guest_finds_an_order_and_cancels_it(page, order):
    page.goto("/account/find-order")
    accessibility.check(page)
    open_link(page, order)
    expect(page.get_by_role("row", name="Coat 2 £90.00")).to_be_visible()
    expect(page.get_by_role("row", name="Total £102.50")).to_be_visible()
    expect(page.get_by_role("button", name="Return these goods")).to_be_hidden()
    accessibility.check(page)
    page.get_by_label("Reason for cancelling").fill("Changed my mind.")
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.get_by_role("status")).to_have_text("Your order is cancelled.")
    expect(page.get_by_role("button", name="Cancel the order")).to_be_hidden()
    assert ordering.get(order.id).status == OrderStatus.CANCELLED


def test_a_guest_returns_a_part_of_an_order(page, order):
    ordering.ship(order.id)
    progress.catch_up()
    open_link(page, order)
    page.emulate_media(color_scheme="dark")
    accessibility.check(page)
    page.get_by_label("Reason for returning").fill("Too large.")
    page.get_by_role("button", name="Return these goods").click()
    expect(page.get_by_role("status")).to_contain_text("Enter the quantity to return")
    page.get_by_label("Coat (at most 2)").fill("1")
    page.get_by_role("button", name="Return these goods").click()
    expect(page.get_by_role("status")).to_contain_text("Your return is registered")
    expect(page.get_by_label("Coat (at most 1)")).to_be_visible()
    assert [line.returned for line in ordering.get(order.id).lines] == [1, 0]


def test_an_invalid_link_shows_an_error(page, transactional_db):
    for address in ("/account/guest-order", "/account/guest-order#token=made-up"):
        page.goto("/")
        page.goto(address)
        expect(page.get_by_role("status")).to_contain_text("request a")
        expect(page.get_by_role("button")).to_be_hidden()
        accessibility.check(page)


def test_another_link_in_the_same_tab_reloads_the_page(page, order):
    open_link(page, order)
    page.goto("/account/guest-order#token=made-up")
    expect(page.get_by_role("status")).to_contain_text("This link has expired")
    expect(page.get_by_role("heading")).not_to_contain_text(order.number)


@pytest.mark.parametrize("address", ["find-order", "guest-order", "verify-email", "reset-password"])
def test_every_customer_page_has_a_description(page, transactional_db, address):
    page.goto(f"/account/{address}")
    expect(page.locator("meta[name=description]")).to_have_attribute("content", re.compile(r"Thrift Shop"))
