"""E-mails about orders: which events send them, to whom, and what they contain."""

import pytest
from django.core import mail

from apps.orders.models import Email
from apps.orders.reactions import emails
from apps.orders.service import streams
from idl import cart, orders, users
from tests import acting
from tests.orders import buying, shop
from tests.orders.shop import COAT, LAMP, TEAPOT
from thriftshop import call_context, rpc
from thriftshop.events import progress

pytestmark = pytest.mark.django_db


def subjects():
    return [email.subject for email in mail.outbox]


def html(email):
    (part,) = email.alternatives
    return part[0]


def import_customer(**more):
    with acting.as_service("demo"):
        (user_id,) = rpc.connect(users.UsersService).import_users(
            [users.UserImport(email="ada@home.example", name="Ada", **more)]
        )
    return user_id


def test_a_customer_gets_emails_about_their_order():
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (TEAPOT, 1), charges=[shop.charge(3_95)], token="tok_ok")
    shop.ship(order.id, (1, 2), tracking="JD0002")
    progress.catch_up()
    with acting.as_staff("orders"):
        shop.shop().refund(shop.key(), order.id, shop.gbp(5_00), "a scratch")
    progress.catch_up()
    number = order.number
    assert subjects() == [
        f"Your order {number} is confirmed",
        f"Your order {number} is on its way",
        f"Your refund for order {number}",
    ]
    confirmed, sent, refunded = mail.outbox
    assert all(email.to == ["ada@example.org"] for email in mail.outbox)
    for text in (
        "2 x Coat: 90.00 GBP",
        "1 x Teapot: 12.50 GBP",
        "Postage: 3.95 GBP",
        "Total: 106.45 GBP",
        "Ada Lovelace",
    ):
        assert text in confirmed.body
    assert "JD0002" in sent.body
    assert "2 x Coat" in sent.body
    assert "Teapot" not in sent.body
    assert "5.00 GBP" in refunded.body
    for email in mail.outbox:
        assert email.subject in html(email)
        assert "{{" not in html(email) + email.body
        assert "{%" not in html(email) + email.body


def test_rejections_and_cancellations_have_their_own_emails():
    shop.open_shop()
    shop.confirmed((COAT, 1), token="tok_decline")
    off = shop.confirmed((COAT, 1))
    part = shop.confirmed((COAT, 1), (LAMP, 2))
    with acting.as_staff("orders"):
        shop.shop().cancel(off.id, "We dropped it.")
        shop.shop().cancel_lines("k", part.id, shop.quantities((2, 1)), "One is chipped.")
    progress.catch_up()
    rejected, _, _, cancelled, shortened = mail.outbox
    assert "could not be confirmed" in rejected.subject
    assert "declined" in rejected.body
    assert "cart" not in rejected.body + html(rejected)
    assert "We dropped it." in cancelled.body
    assert "Your total is reduced by 30.00 GBP" in shortened.body
    assert "1 x Lamp" in shortened.body


def test_the_email_about_a_rejected_order_states_that_its_items_are_in_the_cart_again():
    shop.open_shop()
    token = buying.guest_cart({COAT: 2, TEAPOT: 1})
    declined = orders.PaymentMethod(provider="card", token="tok_decline")
    with acting.as_stranger():
        shop.shop().place(buying.buy(cart_token=token, email="gus@example.org", payment=declined))
        progress.catch_up()
        refilled = buying.cart_service().get_cart(cart.CartRef(token=token))
    assert {line.sku: line.quantity for line in refilled.lines} == {COAT: 2, TEAPOT: 1}
    (email,) = mail.outbox
    assert "in your cart again" in email.body
    assert "in your cart again" in html(email)
    with acting.as_stranger():
        again = shop.shop().place(buying.buy(cart_token=token, email="gus@example.org"))
    progress.catch_up()
    assert shop.get(again.id).status == orders.OrderStatus.CONFIRMED


def test_names_are_escaped_in_emails():
    shop.open_shop()
    hostile = "<script>alert(1)</script>"
    with acting.as_staff("orders"):
        order = shop.shop().place(shop.order_request((COAT, 1)))
        shop.shop().cancel(order.id, hostile)
    progress.catch_up()
    assert hostile not in html(mail.outbox[-1])
    assert hostile in mail.outbox[-1].body


def test_emails_go_to_the_customers_address_if_the_order_has_none():
    shop.open_shop()
    customer = import_customer()
    with acting.as_service("demo"):
        order = shop.order_request((COAT, 1), customer=customer)
        order.email = None
        shop.shop().place(order)
    progress.catch_up()
    assert [email.to for email in mail.outbox] == [["ada@home.example"]]


def test_customers_without_order_updates_get_only_answers_to_their_actions():
    shop.open_shop()
    customer = import_customer()
    with acting.as_customer(customer):
        rpc.connect(users.UsersService).update_profile(None, {"order_updates": "false"})
    order = shop.shipped((COAT, 1), customer=customer)
    assert subjects() == [f"Your order {order.number} is confirmed"]
    shop.confirmed((COAT, 1), customer=customer, token="tok_decline")
    assert len(mail.outbox) == 2


def test_a_closed_account_gets_no_emails():
    shop.open_shop()
    customer = import_customer()
    with acting.as_customer(customer):
        rpc.connect(users.UsersService).deactivate(customer)
    shop.confirmed((COAT, 1), customer=customer)
    assert mail.outbox == []


def test_imported_events_send_no_emails():
    shop.open_shop()
    with acting.as_service("trade"), call_context.using(occurred_at=1_260_000_000_000):
        order = shop.shop().place(shop.order_request((COAT, 1, 1_00)))
        progress.catch_up()
        shop.shop().ship("s", order.id, [], None)
        progress.catch_up()
    assert mail.outbox == []
    assert not Email.objects.exists()


def test_an_event_delivered_twice_sends_one_email():
    shop.open_shop()
    order = shop.confirmed((COAT, 1))
    (record,) = [
        record for record in streams.ORDERS.history(order.id) if isinstance(record.event, orders.OrderConfirmed)
    ]
    with acting.as_service("orders"):
        emails.send(record)
        emails.send(record)
    assert len(mail.outbox) == 1


def test_an_order_without_an_address_sends_no_email():
    shop.open_shop()
    with acting.as_service("demo"):
        order = shop.order_request((COAT, 1), customer=None)
        order.email = None
        shop.shop().place(order)
    progress.catch_up()
    assert mail.outbox == []
