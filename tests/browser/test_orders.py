"""The actions of staff on orders: ship completely and in parts, cancel, return, refund and retry."""

import pytest
from playwright.sync_api import expect

from idl import orders
from tests.browser import accessibility, shop
from tests.browser.conftest import over_every_transport
from tests.orders import shop as ordering
from thriftshop.events import progress


@pytest.fixture
def open_order(goods):
    """An order of two teapots and three coats, confirmed and paid for by invoice."""
    return ordering.confirmed((shop.TEAPOT, 2), (shop.COAT, 3))


@pytest.fixture
def sent_order(goods):
    """An order of two teapots that has left."""
    return ordering.shipped((shop.TEAPOT, 2))


def page_of(desk, order):
    progress.catch_up()
    desk.goto(f"/admin/orders/order/{order.id}/change/")


def begin(desk, order, verb):
    page_of(desk, order)
    desk.get_by_role("link", name=verb, exact=True).click()


def how_many(desk, name):
    return desk.get_by_label(f"{name.capitalize()}, hardly used")


def done(desk, text):
    expect(desk.locator(".messagelist .success")).to_contain_text(text)
    progress.catch_up()


@over_every_transport
def test_an_order_is_found_and_shipped_completely(desk, open_order):
    desk.goto("/admin/")
    desk.get_by_role("link", name="Orders to ship").click()
    desk.get_by_role("link", name=open_order.number).click()
    begin(desk, open_order, "Ship")
    expect(how_many(desk, shop.COAT)).to_have_value("3")
    desk.get_by_label("Tracking").fill("RM 1234")
    desk.get_by_role("button", name="Ship").click()
    done(desk, f"order {open_order.number} has been shipped")
    order = ordering.get(open_order.id)
    assert order.status == orders.OrderStatus.SHIPPED
    assert order.captured.amount == order.total.amount
    page_of(desk, order)
    expect(desk.locator("#content")).to_contain_text("RM 1234")
    expect(desk.get_by_role("link", name="Ship", exact=True)).to_have_count(0)


def test_an_order_is_shipped_in_parts(desk, open_order):
    begin(desk, open_order, "Ship")
    how_many(desk, shop.TEAPOT).fill("0")
    how_many(desk, shop.COAT).fill("4")
    desk.get_by_role("button", name="Ship").click()
    expect(desk.get_by_role("alert")).to_contain_text("Nothing was changed")
    accessibility.check(desk)
    how_many(desk, shop.COAT).fill("1")
    desk.get_by_role("button", name="Ship").click()
    done(desk, "has been shipped")
    order = ordering.get(open_order.id)
    assert order.status == orders.OrderStatus.PARTLY_SHIPPED
    assert order.captured.amount == shop.PRICES[shop.COAT]
    begin(desk, order, "Ship")
    expect(how_many(desk, shop.COAT)).to_have_value("2")
    desk.get_by_role("button", name="Ship").click()
    done(desk, "has been shipped")
    assert ordering.get(open_order.id).status == orders.OrderStatus.SHIPPED


def test_lines_are_cancelled_and_then_the_rest(desk, open_order):
    begin(desk, open_order, "Cancel lines")
    how_many(desk, shop.COAT).fill("2")
    desk.get_by_label("Reason").fill("One has a hole")
    desk.get_by_role("button", name="Cancel lines").click()
    done(desk, "has fewer lines")
    assert [line.cancelled for line in ordering.get(open_order.id).lines] == [0, 2]
    begin(desk, open_order, "Cancel")
    desk.get_by_label("Reason").fill("The customer rang")
    desk.get_by_role("button", name="Cancel the order").click()
    done(desk, "is cancelled")
    order = ordering.get(open_order.id)
    assert (order.status, order.reason) == (orders.OrderStatus.CANCELLED, "The customer rang")
    assert order.captured.amount == 0


@over_every_transport
def test_goods_are_returned_and_refunded(desk, sent_order):
    on_hand = ordering.levels(shop.TEAPOT)[shop.TEAPOT][0]
    begin(desk, sent_order, "Return goods")
    how_many(desk, shop.TEAPOT).fill("1")
    desk.get_by_label("Reason").fill("It drips")
    accessibility.check(desk)
    desk.get_by_role("button", name="Return").click()
    done(desk, "has a return")
    price = shop.PRICES[shop.TEAPOT]
    assert ordering.get(sent_order.id).refunded.amount == price
    assert ordering.levels(shop.TEAPOT)[shop.TEAPOT][0] in (on_hand, on_hand + 1)
    begin(desk, sent_order, "Refund")
    desk.get_by_label("Amount").fill("1000")
    desk.get_by_label("Reason").fill("Goodwill")
    desk.get_by_role("button", name="Refund").click()
    expect(desk.get_by_role("alert")).to_contain_text("Nothing was changed")
    desk.get_by_label("Amount").fill("2.50")
    desk.get_by_role("button", name="Refund").click()
    done(desk, "is being refunded")
    assert ordering.get(sent_order.id).refunded.amount == price + 250


def test_a_failed_step_of_an_order_is_retried(desk, goods):
    desk.goto("/admin/")
    desk.get_by_role("link", name="Failed orders 0").click()
    desk.get_by_role("link", name="Will be retried").click()
    desk.locator("#result_list tbody").get_by_role("link").first.click()
    expect(desk.locator("#content")).to_contain_text("Failed steps")
    accessibility.check(desk)
    desk.get_by_role("button", name="Retry now").click()
    done(desk, "is being retried")
    page_of(desk, ordering.get(desk.url.split("/")[-3]))
    expect(desk.locator(".order-story")).to_contain_text("capture")


def test_money_is_booked_without_an_order(desk, goods):
    desk.goto("/admin/orders/adjustment/add/")
    desk.get_by_label("Description").fill("Bank charge for October")
    desk.get_by_label("Amount").fill("-4.20")
    desk.get_by_role("button", name="Book").click()
    done(desk, "Booked.")
    desk.reload()
    expect(desk.locator("#result_list")).to_contain_text("Bank charge for October")
