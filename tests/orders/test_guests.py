"""Guests access their orders by an e-mailed link, or by the token of their cart."""

import itertools
import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from idl.orders import OrderStatus

from apps.orders.models import GuestEmail, LinkRequest, Order
from apps.orders.projections import PROJECTIONS
from apps.orders.service import guests, streams
from idl import common, orders
from tests import acting
from tests.orders import shop
from tests.orders.guests import EMAIL, guests_order, link_of, request_link
from tests.orders.shop import COAT, TEAPOT
from tests.users.people import token_in
from thriftshop import rpc
from thriftshop.events import progress, rebuild

pytestmark = pytest.mark.django_db


def test_a_guest_gets_a_link_that_opens_their_order():
    shop.open_shop()
    order, _ = guests_order()
    request_link(f" {order.number.lower()} ", " Gus@Example.org ")
    (email,) = mail.outbox
    assert (email.to, email.subject) == ([EMAIL], f"Your order {order.number}")
    for part in (email.body, email.alternatives[0][0]):
        assert re.search(r"/account/guest-order#token=\S+", part)
        assert "24 hours" in part
    with acting.as_stranger():
        opened = shop.shop().get_order_by_link(token_in(email))
    assert (opened.id, opened.email, opened.shipping_address) == (order.id, EMAIL, shop.ADDRESS)


@pytest.mark.parametrize("is_by_link", [True, False], ids=["link", "cart"])
def test_a_guest_cancels_their_order(is_by_link):
    shop.open_shop()
    order, token = guests_order()
    guest = link_of(order) if is_by_link else orders.GuestAccess(cart_token=token)
    with acting.as_stranger():
        (seen,) = shop.shop().get_orders([order.id], guest)
        assert seen.cancellable
        cancelled = shop.shop().cancel(order.id, "Changed my mind.", guest)
    assert cancelled.status == OrderStatus.CANCELLED
    assert streams.ORDERS.history(order.id)[-1].event == orders.OrderCancelled(reason="Changed my mind.", by="customer")
    progress.catch_up()
    assert shop.levels(COAT) == {COAT: (20, 0)}


def test_a_guest_returns_goods_under_the_limits_of_a_customer():
    shop.open_shop()
    order, _ = guests_order()
    shop.ship(order.id)
    progress.catch_up()
    guest = link_of(order)
    with acting.as_stranger():
        returned = shop.shop().return_lines("r", order.id, shop.quantities((1, 1)), "Too large.", True, None, guest)
        with pytest.raises(common.Forbidden):
            shop.shop().return_lines("s", order.id, shop.quantities((1, 1)), "x", False, shop.gbp(1), guest)
    assert returned.returns[0].refund == shop.gbp(45_00)
    assert not returned.returns[0].restocked


def test_a_link_opens_one_order_and_nothing_else():
    shop.open_shop()
    order, token = guests_order()
    other, other_token = guests_order(**{TEAPOT: 1})
    guest = link_of(order)
    with acting.as_service("demo"):
        customers = shop.shop().place(shop.order_request((COAT, 1)))
    keys = [
        None,
        orders.GuestAccess(),
        guest,
        orders.GuestAccess(link_token="made up"),
        orders.GuestAccess(link_token=guest.link_token[:-1] + "x"),
        orders.GuestAccess(link_token="é" * 10),
        orders.GuestAccess(cart_token=token),
        orders.GuestAccess(cart_token="made up"),
    ]
    with acting.as_stranger():
        for shown, order_id in itertools.product(keys, (other.id, customers.id)):
            assert shop.shop().get_orders([order_id], shown) == []
            with pytest.raises(common.NotFound):
                shop.shop().cancel(order_id, "Not mine.", shown)
            with pytest.raises(common.NotFound):
                shop.shop().return_lines("k", order_id, shop.quantities((1, 1)), "Not mine.", False, None, shown)
        assert shop.shop().get_orders([other.id], orders.GuestAccess(cart_token=other_token))


def test_a_link_is_valid_for_a_day(monkeypatch):
    shop.open_shop()
    order, _ = guests_order()
    guest = link_of(order)
    now = guests.clock.now()
    monkeypatch.setattr(guests.clock, "now", lambda: now + 24 * guests.HOUR_MS + 1)
    with acting.as_stranger():
        assert shop.shop().get_orders([order.id], guest) == []
        with pytest.raises(common.NotFound, match="too old"):
            shop.shop().get_order_by_link(guest.link_token)


def test_a_request_does_not_reveal_whether_the_order_exists():
    shop.open_shop()
    order, _ = guests_order()
    with acting.as_service("demo"):
        customers = shop.shop().place(shop.order_request((COAT, 1)))
    progress.catch_up()
    mail.outbox.clear()
    statements = []
    asked = ((order.number, EMAIL), ("TS-AAAAAAAA", EMAIL), (order.number, "eve@example.org"), ("x" * 999, EMAIL))
    for number, email in (*asked, (customers.number, "ada@example.org")):
        with (
            acting.as_stranger(),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            assert shop.shop().request_guest_access(number, email, "203.0.113.7") is None
        statements.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])
    assert all(statement == statements[0] for statement in statements)
    guests.send_links()
    assert [email.to for email in mail.outbox] == [[EMAIL]]


def test_emails_per_address_and_requests_per_client_are_limited():
    shop.open_shop()
    order, _ = guests_order()
    for number in range(6):
        request_link(order.number, client=f"203.0.113.{number}")
    assert len(mail.outbox) == guests.EMAILS_PER_ORDER
    for _ in range(guests.REQUESTS_PER_CLIENT):
        request_link("TS-AAAAAAAA", client="2001:db8::1")
    with acting.as_stranger(), pytest.raises(orders.TooManyRequests) as refusal:
        shop.shop().request_guest_access(order.number, EMAIL, "2001:db8::2")
    assert 0 < refusal.value.retry_after_seconds <= 3600


def test_requests_are_deleted_after_an_hour(monkeypatch):
    shop.open_shop()
    order, _ = guests_order()
    request_link(order.number)
    now = guests.clock.now()
    monkeypatch.setattr(guests.clock, "now", lambda: now + guests.HOUR_MS + 1)
    guests.send_links()
    assert not LinkRequest.objects.exists()


def test_a_link_that_could_not_be_sent_is_sent_later(monkeypatch):
    shop.open_shop()
    order, _ = guests_order()

    def down(*args, **kwargs):
        raise ConnectionRefusedError("no post today")

    with monkeypatch.context() as closed:
        closed.setattr(mail.EmailMultiAlternatives, "send", down)
        with pytest.raises(rpc.Unavailable):
            request_link(order.number)
    assert guests.send_links() == 0
    now = guests.clock.now()
    monkeypatch.setattr(guests.clock, "now", lambda: now + 61_000)
    assert guests.send_links() == 1
    assert guests.send_links() == 0
    assert len(mail.outbox) == 1


def test_addresses_are_stored_only_as_digests(event_store):
    shop.open_shop()
    order, _ = guests_order()
    request_link(order.number)
    rows = str([vars(row) for row in (*GuestEmail.objects.all(), *LinkRequest.objects.all(), *Order.objects.all())])
    assert "gus" not in rows
    assert "203.0.113" not in rows
    for projection in PROJECTIONS:
        assert rebuild.differences(projection) == []
