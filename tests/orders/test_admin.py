"""The staff's door to the orders: what is shown, what can be done by whom, and what is refused."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.admin import forms
from apps.orders.models import Adjustment, CardEntry, Order
from tests import acting
from tests.orders import shop
from tests.orders.shop import BUTTON, COAT, LAMP, TEAPOT, gbp
from thriftshop import clock
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
    for text in ("Shipped", "Captured", "93.95 GBP", "2 pieces", acting.CUSTOMER[:8]):
        assert text in row(page, sent.number)
    for text in ("Guest", "Authorised", "Another try: taking the money"):
        assert text in row(page, stuck.number)
    for query, found in [
        (f"?status__exact={OrderStatus.SHIPPED}", {sent.number, stuck.number}),
        (f"?payment_status__exact={PaymentStatus.CAPTURED}", {sent.number}),
        ("?standing=retrying", {stuck.number}),
        ("?standing=stuck", set()),
        ("?standing=open", set()),
        ("?whose=guest", {stuck.number}),
        ("?whose=customer", {sent.number}),
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


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("3", "Line 1 has 2 left to ship, fewer than 3."),
        ("９", "Line 1 has 2 left to ship, fewer than 9."),
        ("-1", "greater than or equal to 0"),
        ("many", "Enter a whole number."),
        ("1.5", "Enter a whole number."),
        ("9" * 30, "less than or equal to 100000"),
    ],
)
def test_a_quantity_that_cannot_be_sent_is_refused_and_nothing_is_sent(admin, typed, problem):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    page = send(admin, "ship", order, **{"line-1": typed, "tracking": ""})
    assert problem in page
    assert "Nothing was changed." in page
    assert shop.get(order.id).shipments == []


def test_a_form_with_no_quantity_at_all_sends_nothing(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    assert "at least one line" in send(admin, "ship", order, **{"line-1": "0"})
    assert shop.get(order.id).shipments == []


def test_staff_take_goods_back_and_give_money_back(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 2), token="tok_ok")
    send(admin, "return", order, **{"line-1": "1", "reason": "moths", "restock": "on", "agreed_refund": "10.50"})
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
def test_a_form_sent_twice_before_anything_left_is_taken_once(admin, name, fields):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    data = {"key": "k" * 32, **fields}
    said = [admin.post(url(name, order), data, follow=True).content.decode() for _ in range(2)]
    assert ["Done: order" in page for page in said] == [True, False]
    assert "this was taken before; nothing is done twice" in said[1]
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
def test_a_form_sent_twice_after_goods_left_is_taken_once(admin, name, fields, refunded):
    shop.open_shop()
    order = shop.shipped((COAT, 2))
    data = {"key": "k" * 32, **fields}
    said = []
    for _ in range(2):
        said.append(admin.post(url(name, order), data, follow=True).content.decode())
        bus.drain()
    assert ["Done: order" in page for page in said] == [True, False]
    assert "nothing is done twice" in said[1]
    assert shop.get(order.id).refunded == gbp(refunded)
    assert LogEntry.objects.count() == 1


def test_what_became_impossible_while_the_form_was_open_is_refused_on_the_form(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (LAMP, 1))
    shop.ship(order.id, (1, 1))
    for name, fields, problem in [
        ("cancel", {"reason": "moths"}, "It can no longer be cancelled."),
        ("ship", {"line-1": "2"}, "Line 1 has 1 left to ship, fewer than 2."),
        ("cancel-lines", {"line-1": "2", "reason": "moths"}, "Line 1 has 1 left to be called off, fewer than 2."),
        ("return", {"line-2": "1", "reason": "moths"}, "Of line 2 0 can come back, fewer than 1."),
        ("refund", {"amount": "1", "reason": "sorry"}, "There is no money that could be given back."),
    ]:
        page = admin.post(url(name, order), {"key": "k" * 32, **fields}).content.decode()
        assert problem in page, name
        assert "Nothing was changed." in page
    assert shop.get(order.id).version == order.version + 1


def test_a_refusal_that_names_a_field_stands_beside_it(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 2))
    data = {"key": "k" * 32, "line-1": "1", "reason": "moths", "agreed_refund": "500"}
    form = admin.post(url("return", order), data).context["form"]
    assert "90.00 GBP, which was taken" in form.errors["agreed_refund"][0]
    form = admin.post(url("refund", order), {"key": "k", "amount": "500", "reason": "sorry"}).context["form"]
    assert "90.00 GBP, which was taken" in form.errors["amount"][0]
    assert shop.get(order.id).version == order.version


def test_the_page_is_right_at_once_before_any_list_knows(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    page = admin.post(url("ship", order), {"key": "k", "line-1": "2"}, follow=True).content.decode()
    assert "2 of 2" in page
    assert "2 pieces left." in page
    assert "Being done now: taking the money." in page
    assert url("ship", order) not in page
    assert url("return", order) in page
    assert re.search(r"2 pieces left.</span><small>you</small>", page)
    assert "<small>you</small>" not in page.split("2 pieces left.")[1].split("</small>", 1)[1]


def test_a_step_that_failed_is_tried_again_by_its_button_once(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 1), token="tok_capture_fail")
    page = admin.get(url("change", order)).content.decode()
    assert "The bank refuses to pay out what it promised." in page
    assert "Taking the money</strong> failed 1 time:" in page
    assert url("retry", order) in page
    seen = {"seen": re.search(r'name="seen" value="(\d+)"', page)[1]}
    CardEntry.objects.update(token="tok_ok")
    assert admin.get(url("retry", order)).status_code == 405
    said = [admin.post(url("retry", order), seen, follow=True).content.decode() for _ in range(2)]
    assert "is being tried again" in said[0]
    assert "nothing more was done" in said[1]
    assert shop.kinds(order.id).count("RetryRequested") == 1
    bus.drain()
    order = shop.get(order.id)
    assert order.captured == gbp(45_00)
    page = admin.post(url("retry", order), {"seen": order.version}, follow=True).content.decode()
    assert "nothing to try again" in page


def test_an_order_that_waits_for_staff_says_so_and_comes_first(admin, monkeypatch):
    shop.open_shop()
    stuck = shop.shipped((COAT, 1), token="tok_capture_fail")
    later = shop.confirmed((LAMP, 1))
    for hours in range(1, 5):  # the first try was made; after the fifth it waits for staff
        moment = later.placed_at + hours * 3_600_000
        monkeypatch.setattr(clock, "now", lambda at=moment: at)
        bus.sweep()
        bus.drain()
    assert Order.objects.get(pk=stuck.id).stuck == "capture"
    page = admin.get(reverse(LIST) + "?standing=stuck").content.decode()
    assert "You: taking the money" in row(page, stuck.number)
    assert later.number not in page
    assert listed(admin.get(reverse(LIST))) == [later.number, stuck.number]
    assert listed(admin.get(reverse(LIST) + "?o=6")) == [stuck.number, later.number]
    assert "It waits for you." in admin.get(url("change", stuck)).content.decode()
    assert re.search(r"Orders stuck</h3><p class=\"figure\">1<", admin.get(reverse("admin:index")).content.decode())


def listed(page):
    """The numbers in the list, from the top."""
    return re.findall(r"TS-[0-9A-Z]{8}(?=</a>)", page.content.decode())


def test_the_list_asks_the_database_as_often_however_long_it_is(admin, django_assert_max_num_queries):
    shop.open_shop(stock=100)
    shop.confirmed((COAT, 1))
    with CaptureQueriesContext(connection) as short:
        assert len(listed(admin.get(reverse(LIST)))) == 1
    for _ in range(11):
        shop.confirmed((COAT, 1), token="tok_ok", customer=None)
    with django_assert_max_num_queries(len(short)):
        assert len(listed(admin.get(reverse(LIST)))) == 12
    assert len(short) <= 8


def test_a_long_order_is_seen_to_in_rounds(admin):
    shop.open_shop(stock=2_000)
    order = shop.confirmed(*[(BUTTON, 1)] * 950)
    page = admin.get(url("ship", order))
    fields = {row["field"].html_name: 1 for row in page.context["form"].rows()}
    assert len(fields) == forms.MOST_LINES
    assert "These are the first 900 lines" in page.content.decode()
    assert "is on its way" in send(admin, "ship", order, **fields)
    assert len(admin.get(url("ship", order)).context["form"].rows()) == 50
    assert "and 888 more lines" in admin.get(url("change", order)).content.decode()


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
    assert "tok_ok" not in page
    entry = CardEntry.objects.filter(kind="capture").get()
    page = admin.get(reverse("admin:orders_cardentry_change", args=[entry.pk])).content.decode()
    assert "45.00 GBP" in page
    assert "tok_ok" not in page
    assert admin.get(reverse("admin:orders_cardentry_changelist") + "?q=nothing").context["cl"].result_count == 0
    assert admin.get(reverse("admin:orders_cardentry_add")).status_code == 403


def test_the_desk_shows_what_is_stuck_and_what_waits_to_be_sent(admin):
    shop.open_shop()
    shop.confirmed((COAT, 1))
    page = admin.get(reverse("admin:index")).content.decode()
    assert re.search(r"Orders to send</h3><p class=\"figure\">1<", page)
    assert re.search(r"Orders stuck</h3><p class=\"figure\">0<", page)


def test_the_books_say_what_came_of_it(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 2), charges=[shop.charge(3_95)])
    shop.return_lines(order.id, (1, 1))
    bus.drain()
    page = admin.get(reverse("admin:orders_entry_changelist"))
    told = dict(page.context["revenue"])
    assert (told["Goods ordered"], told["Charges"], told["Given back"]) == ("90.00 GBP", "3.95 GBP", "45.00 GBP")
    assert (told["Net"], told["Orders"], told["Pieces sent"], told["Pieces back"]) == ("48.95 GBP", "1", "2", "1")
    for text in ("93.95 GBP", "2 sent", "1 back", f"Order {order.id[:8]}"):
        assert text in page.content.decode()
    assert page.context["cl"].result_count == 5
    for query, count in [("?q=" + order.id, 5), ("?q=nothing", 0), ("?currency=EUR", 0), ("?before=2001-01-01", 0)]:
        page = admin.get(reverse("admin:orders_entry_changelist") + query)
        assert page.context["cl"].result_count == count, query
    assert dict(page.context["revenue"])["Net"] == "0.00 GBP"
    assert admin.get(reverse("admin:orders_entry_add")).status_code == 403


def test_the_letters_that_were_sent_are_to_be_seen(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 1))
    page = admin.get(reverse("admin:orders_letter_changelist") + f"?q={order.id}").content.decode()
    assert "OrderConfirmed" in page
    assert "OrderShipped" in page
    assert "ada@example.org" not in page
    assert admin.get(reverse("admin:orders_letter_changelist") + "?q=nothing").context["cl"].result_count == 0


def test_no_list_shows_who_a_customer_is(admin):
    shop.open_shop()
    shop.shipped((COAT, 1), token="tok_ok")
    for name in ("order", "adjustment", "entry", "cardentry", "letter"):
        page = admin.get(reverse(f"admin:orders_{name}_changelist"))
        assert page.status_code == 200
        for known in ("ada@example.org", "Lovelace", "SW1Y"):
            assert known not in page.content.decode()
