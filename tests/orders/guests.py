"""Guests' orders and links in these tests."""

from django.core import mail

from apps.orders.service import guests
from idl import orders
from tests import acting
from tests.orders import buying, shop
from tests.orders.shop import COAT
from tests.users.people import token_in
from thriftshop.events import progress

EMAIL = "gus@example.org"


def guests_order(email=EMAIL, **quantities):
    """A guest's confirmed order, and the token of its cart."""
    token = buying.guest_cart(quantities or {COAT: 2})
    with acting.as_stranger():
        placed = shop.shop().place(buying.buy(cart_token=token, email=email))
    progress.catch_up()
    mail.outbox.clear()
    return placed, token


def request_link(number, email=EMAIL, client="203.0.113.7"):
    with acting.as_stranger():
        assert shop.shop().request_guest_access(number, email, client) is None
    guests.send_links()


def link_of(order):
    """The access by the link in the e-mail."""
    request_link(order.number)
    return orders.GuestAccess(link_token=token_in(mail.outbox[-1]))
