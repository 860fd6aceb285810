"""The staff's door to the orders: what is shown, what can be done by whom, and what is refused."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.models import Adjustment, CardEntry
from tests import acting
from tests.orders import shop
from tests.orders.shop import COAT, LAMP, TEAPOT, gbp
from thriftshop.events import bus

pytestmark = pytest.mark.django_db
LIST = "admin:orders_order_changelist"


@pytest.fixture
def staff():
    """Somebody who works here and may do everything."""
    return get_user_model().objects.create_superuser(email="boss@shop.example")


@pytest.fixture
def admin(client, staff):
    """A browser in which they are logged in."""
    client.force_login(staff)
    return client


@pytest.fixture
def reader(client):
    """A browser of somebody who may look at orders, and no more."""
    user = get_user_model().objects.create_user(email="reader@shop.example")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="orders", codename__startswith="view"))
    client.force_login(user)
    return client


def url(name, order):
    return reverse(f"admin:orders_order_{name}", args=[order.id])


def send(admin, name, order, **data):
    """Fills in a form as it was served, and sends it."""
    page = admin.get(url(name, order)).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    answer = admin.post(url(name, order), {"key": key, **data}, follow=True)
    bus.drain()
    return answer.content.decode()


def row(page, number):
    """One row of the list, as text."""
    (found,) = [part for part in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if number in part]
    return re.sub(r"<[^>]*>", " ", found)


def test_the_list_shows_each_order_and_can_be_filtered(admin):
    shop.open_shop()
    sent = shop.shipped((COAT, 2), charges=[shop.charge(3_95)])
    stuck = shop.shipped((LAMP, 1), token="tok_capture_fail", customer=None)
    page = admin.get(reverse(LIST)).content.decode()
    for text in ("Shipped", "Captured", "93.95 GBP", acting.CUSTOMER):
        assert text in row(page, sent.number)
    for text in ("Guest", "Authorised", "Tried again soon"):
        assert text in row(page, stuck.number)
    for query, found in [
        (f"?status__exact={OrderStatus.SHIPPED}", {sent.number, stuck.number}),
        (f"?payment_status__exact={PaymentStatus.CAPTURED}", {sent.number}),
        ("?standing=retrying", {stuck.number}),
        ("?standing=stuck", set()),
        (f"?q={sent.number}", {sent.number}),
        ("?q=nothing", set()),
    ]:
        page = admin.get(reverse(LIST) + query).content.decode()
        assert set(re.findall(r"TS-[0-9A-Z]{8}(?=</a>)", page)) == found, query


def test_an_orders_page_tells_all_about_it(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (TEAPOT, 1, 9_99), charges=[shop.charge(3_95)], token="tok_ok")
    shop.ship(order.id, (1, 1), tracking="JD0002")
    bus.drain()
    shop.return_lines(order.id, (1, 1), restock=False)
    bus.drain()
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
        "to be looked at",
        "The order was confirmed.",
        "45.00 GBP was given back.",
    ):
        assert text in page
    assert "Something stands in its way" not in page


def test_staff_send_a_part_then_the_rest(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (TEAPOT, 1))
    assert "is on its way" in send(admin, "ship", order, **{"line-1": "1", "line-2": "0", "tracking": "JD1"})
    assert shop.get(order.id).status == OrderStatus.PARTLY_SHIPPED
    send(admin, "ship", order, **{"line-1": "1", "line-2": "1", "tracking": ""})
    order = shop.get(order.id)
    assert (order.status, order.captured, len(order.shipments)) == (OrderStatus.SHIPPED, gbp(102_50), 2)


@pytest.mark.parametrize("typed", ["3", "-1", "many", "1.5", "９"])
def test_a_quantity_that_cannot_be_sent_is_marked_and_nothing_is_sent(admin, typed):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    page = send(admin, "ship", order, **{"line-1": typed, "tracking": ""})
    assert "Type a whole number from 0 to 2." in page
    assert shop.get(order.id).shipments == []


def test_a_form_with_no_quantity_at_all_sends_nothing(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    assert "at least one line" in send(admin, "ship", order, **{"line-1": "0"})
    assert shop.get(order.id).shipments == []


def test_staff_take_goods_back_and_give_money_back(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 2), token="tok_ok")
    send(admin, "return", order, **{"line-1": "1", "reason": "moths", "restock": "on", "agreed": "10.50"})
    send(admin, "refund", order, amount="5.25", reason="sorry")
    order = shop.get(order.id)
    assert (order.returns[0].restocked, order.refunded) == (True, gbp(15_75))
    page = send(admin, "refund", order, amount="1000", reason="sorry")
    assert "74.25 GBP" in page
    assert shop.get(order.id).refunded == gbp(15_75)


def test_staff_call_lines_off_and_cancel(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (LAMP, 1))
    send(admin, "cancel-lines", order, **{"line-1": "1", "reason": "moths"})
    assert shop.get(order.id).lines[0].cancelled == 1
    send(admin, "cancel", order, reason="all of it")
    assert shop.get(order.id).status == OrderStatus.CANCELLED
    assert shop.levels(COAT, LAMP) == {COAT: (20, 0), LAMP: (20, 0)}


def test_what_cannot_be_done_now_is_not_offered(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 1))
    page = admin.get(url("change", order)).content.decode()
    assert url("return", order) in page
    assert url("ship", order) not in page
    assert url("cancel", order) not in page
    page = admin.get(url("ship", order), follow=True).content.decode()
    assert "cannot be done" in page


def test_a_form_sent_twice_is_taken_once(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 2))
    data = {"key": "k" * 32, "amount": "1.00", "reason": "sorry"}
    for _ in range(2):
        admin.post(url("refund", order), data)
        bus.drain()
    assert shop.get(order.id).refunded == gbp(1_00)


def test_a_stuck_step_is_tried_again_by_its_button(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 1), token="tok_capture_fail")
    page = admin.get(url("change", order)).content.decode()
    assert "The bank refuses to pay out what it promised." in page
    assert url("retry", order) in page
    CardEntry.objects.update(token="tok_ok")
    assert admin.get(url("retry", order)).status_code == 405
    admin.post(url("retry", order))
    bus.drain()
    assert shop.get(order.id).captured == gbp(45_00)
    page = admin.post(url("retry", order), follow=True).content.decode()
    assert "nothing to try again" in page


def test_who_may_only_look_can_only_look(reader):
    shop.open_shop()
    order = shop.confirmed((COAT, 1))
    page = reader.get(url("change", order)).content.decode()
    assert order.number in page
    for name in ("ship", "cancel", "cancel-lines", "return", "refund"):
        assert url(name, order) not in page
        assert reader.get(url(name, order)).status_code == 403
        assert reader.post(url(name, order), {"key": "k"}).status_code == 403
    assert reader.post(url("retry", order)).status_code == 403
    assert reader.post(reverse("admin:orders_adjustment_add"), {}).status_code == 403
    assert shop.get(order.id).version == order.version


def test_a_customer_gets_nowhere(client):
    shop.open_shop()
    order = shop.confirmed((COAT, 1))
    client.force_login(get_user_model().objects.create_user(email="ada@example.org"))
    for address in (reverse(LIST), url("change", order), url("ship", order)):
        assert client.get(address).status_code == 302


def test_an_order_that_is_not_there_is_not_found(admin):
    for name in ("change", "ship", "retry"):
        address = reverse(f"admin:orders_order_{name}", args=["no-such-order"])
        assert (admin.post if name == "retry" else admin.get)(address).status_code == 404


def test_staff_book_money_and_look_at_the_books(admin, staff):
    page = admin.get(reverse("admin:orders_adjustment_add")).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    data = {"key": key, "kind": "4", "description": "Bank charges", "amount": "-12.34", "currency": "GBP"}
    for _ in range(2):
        admin.post(reverse("admin:orders_adjustment_add"), data)
    bus.drain()
    booked = Adjustment.objects.get()
    assert (booked.amount, booked.actor) == (-12_34, str(staff.pk))
    page = admin.get(reverse("admin:orders_adjustment_changelist")).content.decode()
    assert "-12.34 GBP" in row(page, "Bank charges")
    page = admin.post(reverse("admin:orders_adjustment_add"), data | {"amount": "0"}).content.decode()
    assert "not 0" in page
    assert admin.get(reverse("admin:orders_adjustment_change", args=[booked.pk])).status_code == 200
    assert admin.post(reverse("admin:orders_adjustment_delete", args=[booked.pk])).status_code == 403


def test_the_sandboxs_books_are_to_be_read(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 1), token="tok_ok")
    page = admin.get(reverse("admin:orders_cardentry_changelist") + f"?q={order.id}").content.decode()
    assert page.count("45.00 GBP") == 2
    assert admin.get(reverse("admin:orders_cardentry_add")).status_code == 403


def test_the_desk_shows_what_is_stuck_and_what_waits_to_be_sent(admin):
    shop.open_shop()
    shop.confirmed((COAT, 1))
    page = admin.get(reverse("admin:index")).content.decode()
    assert re.search(r"Orders to send</h3><p class=\"figure\">1<", page)
    assert re.search(r"Orders stuck</h3><p class=\"figure\">0<", page)
