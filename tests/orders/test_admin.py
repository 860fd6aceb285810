"""The admin of orders: the list, the pages, the actions and their refusals."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from idl.orders import OrderStatus, PaymentStatus

from idl import orders
from tests import acting
from tests.orders import shop
from tests.orders.admin_pages import LIST, row, send, url
from tests.orders.shop import COAT, LAMP, TEAPOT, gbp
from thriftshop import call_context
from thriftshop.desk import stories
from thriftshop.events import progress

pytestmark = pytest.mark.django_db


def test_the_list_shows_each_order_and_can_be_filtered(admin):
    shop.open_shop()
    sent = shop.shipped((COAT, 2), charges=[shop.charge(3_95)])
    stuck = shop.shipped((LAMP, 1), token="tok_capture_fail", customer=None)
    page = admin.get(reverse(LIST)).content.decode()
    for text in ("Shipped", "Captured", "93.95 GBP", "2 pieces", acting.CUSTOMER[:8]):
        assert text in row(page, sent.number)
    for text in ("Guest", "Authorised", "Retry: capturing the payment"):
        assert text in row(page, stuck.number)
    for query, numbers in [
        (f"?status__exact={OrderStatus.SHIPPED}", {sent.number, stuck.number}),
        (f"?payment_status__exact={PaymentStatus.CAPTURED}", {sent.number}),
        ("?waits_for=retrying", {stuck.number}),
        ("?waits_for=stuck", set()),
        ("?waits_for=open", set()),
        ("?buyer=guest", {stuck.number}),
        ("?buyer=customer", {sent.number}),
        ("?provider=card", {stuck.number}),
        ("?since=2026-01-01", {sent.number, stuck.number}),
        ("?since=2999-01-01", set()),
        ("?before=2001-01-01", set()),
        ("?since=tomorrow&before=", {sent.number, stuck.number}),
        (f"?q={sent.number.lower()}", {sent.number}),
        (f"?q={sent.number[3:]}", {sent.number}),
        (f"?q={stuck.id}", {stuck.number}),
        (f"?q={sent.customer_id}", {sent.number}),
        (f"?q={sent.number}", {sent.number}),
        ("?q=nothing", set()),
    ]:
        page = admin.get(reverse(LIST) + query).content.decode()
        assert set(re.findall(r"TS-[0-9A-Z]{8}(?=</a>)", page)) == numbers, query


def test_a_link_with_an_earlier_filter_leads_to_the_whole_list(admin):
    for query in ("?standing=stuck", "?whose=guest"):
        assert admin.get(reverse(LIST) + query, follow=True).status_code == 200


def test_an_orders_page_links_to_its_traces_with_their_events_and_log_lines(admin, settings):
    settings.TRACES_URL = "https://traces.example/{trace}"
    shop.open_shop()
    with call_context.using(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"):
        order = shop.confirmed((LAMP, 1))
    page = admin.get(url("change", order)).content.decode()
    assert "https://traces.example/0af7651916cd43dd8448eb211c80319c" in page
    story = admin.get(reverse("admin:events_event_story", args=["0af7651916cd43dd8448eb211c80319c"]))
    assert f"orders/{order.id} 1 OrderPlaced" in story.content.decode()
    assert admin.get(reverse("admin:events_event_story", args=["nonsense"])).status_code == 404


def test_a_trace_that_is_not_sampled_is_only_kept_for_a_reason(settings):
    settings.TRACES_URL = "https://traces.example/{trace}"
    shop.open_shop()
    with call_context.using(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"):
        order = shop.confirmed((LAMP, 1))
    assert "Trace 0af76519, if it was slow or failed" in dict(stories.links("orders", order.id))


def test_an_address_of_traces_may_have_other_braces(settings):
    settings.TRACES_URL = 'https://grafana.example/explore?left={"queries":[{"query":"{trace}"}]}'
    shop.open_shop()
    with call_context.using(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"):
        order = shop.confirmed((LAMP, 1))
    addresses = [address for _, address in stories.links("orders", order.id)]
    assert (
        'https://grafana.example/explore?left={"queries":[{"query":"0af7651916cd43dd8448eb211c80319c"}]}' in addresses
    )


def test_an_orders_page_shows_its_details(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (TEAPOT, 1, 9_99), charges=[shop.charge(3_95)], token="tok_ok")
    shop.ship(order.id, (1, 1), tracking="JD0002")
    progress.catch_up()
    shop.return_lines(order.id, (1, 1), restock=False)
    progress.catch_up()
    page = admin.get(url("change", order)).content.decode()
    for text in (
        order.number,
        "Partly shipped",
        "103.94 GBP",
        "Ada Lovelace<br>12 St James",
        "ada@example.org",
        "JD0002",
        "1 x Coat",
        "agreed",
        "Postage",
        "does not fit",
        "to be inspected",
        "The order was confirmed.",
        "45.00 GBP was refunded.",
    ):
        assert text in page
    assert "Failed steps" not in page


def test_staff_ship_a_part_then_the_rest(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (TEAPOT, 1))
    assert "has been shipped" in send(admin, "ship", order, **{"line-1": "1", "line-2": "0", "tracking": "JD1"})
    assert shop.get(order.id).status == OrderStatus.PARTLY_SHIPPED
    send(admin, "ship", order, **{"line-1": "1", "line-2": "1", "tracking": ""})
    order = shop.get(order.id)
    assert (order.status, order.captured, len(order.shipments)) == (OrderStatus.SHIPPED, gbp(102_50), 2)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("3", "Line 1 has only 2 left to ship, not 3."),
        ("９", "Line 1 has only 2 left to ship, not 9."),
        ("-1", "greater than or equal to 0"),
        ("many", "Enter a whole number."),
        ("1.5", "Enter a whole number."),
        ("9" * 30, "less than or equal to 100000"),
    ],
)
def test_an_invalid_quantity_is_refused_and_nothing_is_shipped(admin, typed, problem):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    page = send(admin, "ship", order, **{"line-1": typed, "tracking": ""})
    assert problem in page
    assert "Nothing was changed." in page
    assert shop.get(order.id).shipments == []


def test_a_form_without_quantities_ships_nothing(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    assert "at least one line" in send(admin, "ship", order, **{"line-1": "0"})
    assert shop.get(order.id).shipments == []


def test_staff_return_goods_and_refund_money(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 2), token="tok_ok")
    send(admin, "return", order, **{"line-1": "1", "reason": "moths", "restock": "on", "agreed_refund": "10.50"})
    send(admin, "refund", order, amount="5.25", reason="sorry")
    order = shop.get(order.id)
    assert (order.returns[0].restocked, order.refunded) == (True, gbp(15_75))
    page = send(admin, "refund", order, amount="1000", reason="sorry")
    assert "74.25 GBP" in page
    assert shop.get(order.id).refunded == gbp(15_75)


def test_staff_see_each_lines_price_after_a_discount_and_its_refund(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 1), (LAMP, 1), charges=[shop.charge(-15_00, orders.ChargeKind.DISCOUNT, "Sale")])
    page = admin.get(url("change", order)).content.decode()
    assert "36.00 GBP" in page
    assert "24.00 GBP" in page
    form = admin.get(url("return", order)).content.decode()
    assert "Refund for the maximum" in form
    assert form.index("36.00 GBP") < form.index("24.00 GBP")
    send(admin, "return", order, **{"line-2": "1", "reason": "moths", "agreed_refund": ""})
    assert shop.get(order.id).refunded == gbp(24_00)


def test_staff_cancel_lines_and_the_order(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (LAMP, 1))
    send(admin, "cancel-lines", order, **{"line-1": "1", "reason": "moths"})
    assert shop.get(order.id).lines[0].cancelled == 1
    send(admin, "cancel", order, reason="all of it")
    assert shop.get(order.id).status == OrderStatus.CANCELLED
    assert shop.levels(COAT, LAMP) == {COAT: (20, 0), LAMP: (20, 0)}


def test_impossible_actions_are_not_offered(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 1))
    page = admin.get(url("change", order)).content.decode()
    assert url("return", order) in page
    assert url("ship", order) not in page
    assert url("cancel", order) not in page
    page = admin.get(url("ship", order), follow=True).content.decode()
    assert "this is not possible" in page


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("ship", {"line-1": "2", "tracking": ""}),
        ("ship", {"line-1": "1", "tracking": "JD1"}),
        ("cancel-lines", {"line-1": "1", "reason": "moths"}),
        ("cancel-lines", {"line-1": "2", "reason": "moths"}),
        ("cancel", {"reason": "moths"}),
    ],
)
def test_a_form_submitted_twice_before_shipping_has_one_effect(admin, name, fields):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    data = {"key": "k" * 32, **fields}
    pages = [admin.post(url(name, order), data, follow=True).content.decode() for _ in range(2)]
    assert ["Done: order" in page for page in pages] == [True, False]
    assert "this form was already submitted; nothing was done twice" in pages[1]
    assert shop.get(order.id).version == order.version + 1
    assert LogEntry.objects.get().object_id == order.id


@pytest.mark.parametrize(
    ("name", "fields", "refunded"),
    [
        ("refund", {"amount": "1.00", "reason": "sorry"}, 1_00),
        ("refund", {"amount": "90.00", "reason": "sorry"}, 90_00),
        ("return", {"line-1": "2", "reason": "moths", "restock": "on", "agreed_refund": ""}, 90_00),
        ("return", {"line-1": "1", "reason": "moths", "agreed_refund": "0"}, 0),
    ],
)
def test_a_form_submitted_twice_after_shipping_has_one_effect(admin, name, fields, refunded):
    shop.open_shop()
    order = shop.shipped((COAT, 2))
    data = {"key": "k" * 32, **fields}
    pages = []
    for _ in range(2):
        pages.append(admin.post(url(name, order), data, follow=True).content.decode())
        progress.catch_up()
    assert ["Done: order" in page for page in pages] == [True, False]
    assert "nothing was done twice" in pages[1]
    assert shop.get(order.id).refunded == gbp(refunded)
    assert LogEntry.objects.count() == 1


def test_an_action_that_became_impossible_is_refused_on_the_form(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (LAMP, 1))
    shop.ship(order.id, (1, 1))
    for name, fields, problem in [
        ("cancel", {"reason": "moths"}, "It can no longer be cancelled."),
        ("ship", {"line-1": "2"}, "Line 1 has only 1 left to ship, not 2."),
        ("cancel-lines", {"line-1": "2", "reason": "moths"}, "Line 1 has only 1 left to cancel, not 2."),
        ("return", {"line-2": "1", "reason": "moths"}, "Only 0 of line 2 can be returned, not 1."),
        ("refund", {"amount": "1", "reason": "sorry"}, "Nothing can be refunded."),
    ]:
        page = admin.post(url(name, order), {"key": "k" * 32, **fields}).content.decode()
        assert problem in page, name
        assert "Nothing was changed." in page
    assert shop.get(order.id).version == order.version + 1
