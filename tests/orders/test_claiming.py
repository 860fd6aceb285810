"""Guests' orders are moved to the account with their verified address."""

import pytest
from django.core import mail
from idl.orders import OrderStatus

from apps.orders.models import GuestEmail, PersonalKey
from apps.orders.projections import PROJECTIONS
from apps.orders.reactions import claiming
from apps.orders.service import streams
from idl import common, orders, users
from tests import acting
from tests.orders import shop
from tests.orders.guests import EMAIL, guests_order, link_of, request_link
from tests.orders.shop import TEAPOT
from tests.users.people import token_in
from thriftshop import rpc
from thriftshop.events import progress, rebuild

pytestmark = pytest.mark.django_db


PASSWORD = "a lamp from the attic"


def sign_up(email=EMAIL):
    """A new account: its id and the token of its verification."""
    with acting.as_stranger():
        rpc.connect(users.UsersService).sign_up(email, PASSWORD, "Gus")
    progress.catch_up()
    return token_in(mail.outbox[-1])


def prove(token):
    with acting.as_stranger():
        rpc.connect(users.UsersService).verify_email(token)
    progress.catch_up()
    with acting.as_service("sessions"):
        return rpc.connect(users.UsersService).verify_password(EMAIL, PASSWORD).id


def test_orders_with_the_address_belong_to_the_account_after_its_verification(event_store):
    shop.open_shop()
    first, _ = guests_order()
    second, _ = guests_order(**{TEAPOT: 1})
    other, _ = guests_order("eve@example.org")
    token = sign_up()
    assert shop.get(first.id).customer_id is None
    user_id = prove(token)
    with acting.as_customer(user_id):
        page = shop.shop().find_orders(orders.OrderFilter(), common.Page(first=10))
        assert {order.id for order in page.orders} == {first.id, second.id}
        assert {(order.email, order.shipping_address.name) for order in page.orders} == {(EMAIL, "Ada Lovelace")}
        assert shop.shop().cancel(second.id, "Twice.", None).status == OrderStatus.CANCELLED
    assert shop.get(other.id).customer_id is None
    assert set(PersonalKey.objects.values_list("owner", flat=True)) == {user_id, other.id}
    assert shop.kinds(first.id).count("OrderClaimed") == 1
    progress.catch_up()
    for projection in PROJECTIONS:
        assert rebuild.differences(projection) == []


def test_a_claimed_order_is_not_accessible_as_a_guests():
    shop.open_shop()
    order, token = guests_order()
    keys = (link_of(order), orders.GuestAccess(cart_token=token))
    prove(sign_up())
    mail.outbox.clear()
    request_link(order.number)
    assert mail.outbox == []
    with acting.as_stranger():
        for guest in keys:
            assert shop.shop().get_orders([order.id], guest) == []
        with pytest.raises(common.NotFound, match="account"):
            shop.shop().get_order_by_link(keys[0].link_token)


def test_later_guest_orders_with_a_verified_address_belong_to_the_account():
    shop.open_shop()
    user_id = prove(sign_up())
    order, _ = guests_order()
    assert shop.get(order.id).customer_id == user_id


def test_repeated_and_interrupted_claims_change_nothing_more():
    shop.open_shop()
    order, _ = guests_order()
    user_id = prove(sign_up())
    before = shop.kinds(order.id)
    placed = streams.ORDERS.history(order.id)[0]
    with acting.as_service("orders"):
        claiming.claim_new(placed)
        for claimant in (user_id, acting.OTHER):
            claiming.claims.claim(order.id, claimant)
    assert shop.kinds(order.id) == before
    assert shop.get(order.id).customer_id == user_id
    assert not GuestEmail.objects.exists()


def test_closed_and_unverified_accounts_claim_no_orders():
    shop.open_shop()
    token = sign_up()
    order, _ = guests_order()
    assert shop.get(order.id).customer_id is None
    user_id = prove(token)
    with acting.as_customer(user_id):
        rpc.connect(users.UsersService).deactivate(user_id)
    later, _ = guests_order(**{TEAPOT: 1})
    assert shop.get(later.id).customer_id is None


def test_erasing_an_account_erases_the_personal_data_of_its_claimed_orders(event_store):
    shop.open_shop()
    order, _ = guests_order()
    shop.ship(order.id)
    progress.catch_up()
    user_id = prove(sign_up())
    with acting.as_customer(user_id):
        rpc.connect(users.UsersService).erase_account(PASSWORD)
    progress.catch_up()
    found = shop.get(order.id)
    assert (found.email, found.shipping_address, found.customer_id) == (None, None, user_id)
    assert not PersonalKey.objects.filter(owner__in=(user_id, order.id)).exists()
