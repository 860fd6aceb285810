"""The admin's forms, permissions and books."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.orders.admin import forms
from apps.orders.models import Adjustment, CardEntry, Order
from tests.orders import shop
from tests.orders.admin_pages import LIST, listed, row, send, url
from tests.orders.shop import BUTTON, COAT, LAMP, gbp
from thriftshop import clock
from thriftshop.events import progress, schedule

pytestmark = pytest.mark.django_db


def test_a_refusal_that_names_a_field_is_shown_beside_it(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 2))
    data = {"key": "k" * 32, "line-1": "1", "reason": "moths", "agreed_refund": "500"}
    form = admin.post(url("return", order), data).context["form"]
    assert "90.00 GBP, which was captured" in form.errors["agreed_refund"][0]
    form = admin.post(url("refund", order), {"key": "k", "amount": "500", "reason": "sorry"}).context["form"]
    assert "90.00 GBP, which was captured" in form.errors["amount"][0]
    assert shop.get(order.id).version == order.version


def test_the_page_is_up_to_date_before_the_projections_are(admin):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    page = admin.post(url("ship", order), {"key": "k", "line-1": "2"}, follow=True).content.decode()
    assert "2 of 2" in page
    assert "Shipped: 2 pieces." in page
    assert "In progress: capturing the payment." in page
    assert url("ship", order) not in page
    assert url("return", order) in page
    assert re.search(r"Shipped: 2 pieces.</span><small>you</small>", page)
    assert "<small>you</small>" not in page.split("Shipped: 2 pieces.")[1].split("</small>", 1)[1]


def test_a_failed_step_is_retried_once_by_its_button(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 1), token="tok_capture_fail")
    page = admin.get(url("change", order)).content.decode()
    assert "The bank refuses to pay the authorised amount." in page
    assert "Capturing the payment</strong> failed 1 time:" in page
    assert url("retry", order) in page
    seen = {"seen": re.search(r'name="seen" value="(\d+)"', page)[1]}
    CardEntry.objects.update(token="tok_ok")
    assert admin.get(url("retry", order)).status_code == 405
    pages = [admin.post(url("retry", order), seen, follow=True).content.decode() for _ in range(2)]
    assert "is being retried" in pages[0]
    assert "nothing was done" in pages[1]
    assert shop.kinds(order.id).count("RetryRequested") == 1
    progress.catch_up()
    order = shop.get(order.id)
    assert order.captured == gbp(45_00)
    page = admin.post(url("retry", order), {"seen": order.version}, follow=True).content.decode()
    assert "no failed steps to retry" in page


def test_an_order_that_waits_for_staff_is_marked_and_sorted_first(admin, monkeypatch):
    shop.open_shop()
    stuck = shop.shipped((COAT, 1), token="tok_capture_fail")
    later = shop.confirmed((LAMP, 1))
    for hours in range(1, 5):  # the first try was made; after the fifth it waits for staff
        moment = later.placed_at + hours * 3_600_000
        monkeypatch.setattr(clock, "now", lambda at=moment: at)
        schedule.run()
        progress.catch_up()
    assert Order.objects.get(pk=stuck.id).stuck == "capture"
    page = admin.get(reverse(LIST) + "?waits_for=stuck").content.decode()
    assert "Staff: capturing the payment" in row(page, stuck.number)
    assert later.number not in page
    assert listed(admin.get(reverse(LIST))) == [later.number, stuck.number]
    assert listed(admin.get(reverse(LIST) + "?o=6")) == [stuck.number, later.number]
    assert "It must be retried manually." in admin.get(url("change", stuck)).content.decode()
    assert re.search(r"Failed orders</h3><p class=\"figure\">1<", admin.get(reverse("admin:index")).content.decode())


def test_the_number_of_queries_does_not_depend_on_the_length_of_the_list(admin, django_assert_max_num_queries):
    shop.open_shop(stock=100)
    shop.confirmed((COAT, 1))
    with CaptureQueriesContext(connection) as short:
        assert len(listed(admin.get(reverse(LIST)))) == 1
    for _ in range(11):
        shop.confirmed((COAT, 1), token="tok_ok", customer=None)
    with django_assert_max_num_queries(len(short)):
        assert len(listed(admin.get(reverse(LIST)))) == 12
    assert len(short) <= 8


def test_a_large_order_is_processed_in_several_forms(admin):
    shop.open_shop(stock=2_000)
    order = shop.confirmed(*[(BUTTON, 1)] * 950)
    page = admin.get(url("ship", order))
    fields = {row["field"].html_name: 1 for row in page.context["form"].rows()}
    assert len(fields) == forms.MAX_LINES
    assert "These are the first 900 lines" in page.content.decode()
    assert "has been shipped" in send(admin, "ship", order, **fields)
    assert len(admin.get(url("ship", order)).context["form"].rows()) == 50
    assert "and 888 more lines" in admin.get(url("change", order)).content.decode()


def test_staff_with_view_permission_only_cannot_change_orders(reader):
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


def test_customers_have_no_access(client):
    shop.open_shop()
    order = shop.confirmed((COAT, 1))
    client.force_login(get_user_model().objects.create_user(email="ada@example.org"))
    for address in (reverse(LIST), url("change", order), url("ship", order)):
        assert client.get(address).status_code == 302


def test_an_unknown_order_is_not_found(admin):
    for name in ("change", "ship", "retry"):
        address = reverse(f"admin:orders_order_{name}", args=["no-such-order"])
        assert (admin.post if name == "retry" else admin.get)(address).status_code == 404


def test_staff_book_money_and_see_it_in_the_books(admin, staff):
    page = admin.get(reverse("admin:orders_adjustment_add")).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    data = {"key": key, "kind": "4", "description": "Bank charges", "amount": "-12.34", "currency": "GBP"}
    for _ in range(2):
        admin.post(reverse("admin:orders_adjustment_add"), data)
    progress.catch_up()
    booked = Adjustment.objects.get()
    assert (booked.amount, booked.actor) == (-12_34, str(staff.pk))
    page = admin.get(reverse("admin:orders_adjustment_changelist")).content.decode()
    assert "-12.34 GBP" in row(page, "Bank charges")
    page = admin.post(reverse("admin:orders_adjustment_add"), data | {"amount": "0"}).content.decode()
    assert "must not be 0" in page
    assert admin.get(reverse("admin:orders_adjustment_change", args=[booked.pk])).status_code == 200
    assert admin.post(reverse("admin:orders_adjustment_delete", args=[booked.pk])).status_code == 403


def test_staff_can_read_the_entries_of_the_sandbox_card(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 1), token="tok_ok")
    page = admin.get(reverse("admin:orders_cardentry_changelist") + f"?q={order.id}").content.decode()
    assert page.count("45.00 GBP") == page.count(f"Order {order.number}") == 2
    assert "tok_ok" not in page
    entry = CardEntry.objects.filter(kind="capture").get()
    page = admin.get(reverse("admin:orders_cardentry_change", args=[entry.pk])).content.decode()
    assert "45.00 GBP" in page
    assert "tok_ok" not in page
    assert admin.get(reverse("admin:orders_cardentry_changelist") + "?q=nothing").context["cl"].result_count == 0
    assert admin.get(reverse("admin:orders_cardentry_add")).status_code == 403


def test_the_start_page_counts_failed_orders_and_orders_to_ship(admin):
    shop.open_shop()
    shop.confirmed((COAT, 1))
    page = admin.get(reverse("admin:index")).content.decode()
    assert re.search(r"Orders to ship</h3><p class=\"figure\">1<", page)
    assert re.search(r"Failed orders</h3><p class=\"figure\">0<", page)


def test_the_books_show_totals(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 2), charges=[shop.charge(3_95)])
    shop.return_lines(order.id, (1, 1))
    progress.catch_up()
    page = admin.get(reverse("admin:orders_entry_changelist"))
    totals = dict(page.context["revenue"])
    assert (totals["Goods ordered"], totals["Charges"], totals["Refunded"]) == (
        "90.00 GBP",
        "3.95 GBP",
        "45.00 GBP",
    )
    assert (
        totals["Net"],
        totals["Orders"],
        totals["Pieces shipped"],
        totals["Pieces returned"],
    ) == (
        "48.95 GBP",
        "1",
        "2",
        "1",
    )
    for text in ("93.95 GBP", "2 shipped", "1 returned", f"Order {order.number}"):
        assert text in page.content.decode()
    assert page.context["cl"].result_count == 5
    for query, count in [("?q=" + order.id, 5), ("?q=nothing", 0), ("?currency=EUR", 0), ("?before=2001-01-01", 0)]:
        page = admin.get(reverse("admin:orders_entry_changelist") + query)
        assert page.context["cl"].result_count == count, query
    assert dict(page.context["revenue"])["Net"] == "0.00 GBP"
    assert admin.get(reverse("admin:orders_entry_add")).status_code == 403


@pytest.mark.parametrize(
    ("currency", "typed", "booked"),
    [
        ("JPY", "1500", 1500),
        ("JPY", "15.5", None),
        ("KWD", "1.25", 1250),
        ("GBP", "1.255", None),
        ("GBP", "-12", -12_00),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(admin, settings, currency, typed, booked):
    settings.CURRENCIES = ["GBP", "JPY", "KWD"]
    about = {"key": "k" * 32, "kind": "6", "description": "A correction", "amount": typed, "currency": currency}
    page = admin.post(reverse("admin:orders_adjustment_add"), about)
    progress.catch_up()
    rows = [(row.amount, row.currency) for row in Adjustment.objects.all()]
    assert rows == ([(booked, currency)] if booked is not None else [])
    if booked is None:
        assert f"an amount in {currency} has" in page.context["form"].errors["amount"][0]


def test_staff_can_see_which_emails_were_sent(admin):
    shop.open_shop()
    order = shop.shipped((COAT, 1))
    page = admin.get(reverse("admin:orders_email_changelist") + f"?q={order.id}").content.decode()
    assert f"Order {order.number}" in page
    assert "OrderConfirmed" in page
    assert "OrderShipped" in page
    assert "ada@example.org" not in page
    assert admin.get(reverse("admin:orders_email_changelist") + "?q=nothing").context["cl"].result_count == 0


def test_lists_show_no_personal_data(admin):
    shop.open_shop()
    shop.shipped((COAT, 1), token="tok_ok")
    for name in ("order", "adjustment", "entry", "cardentry", "email"):
        page = admin.get(reverse(f"admin:orders_{name}_changelist"))
        assert page.status_code == 200
        for known in ("ada@example.org", "Lovelace", "SW1Y"):
            assert known not in page.content.decode()
