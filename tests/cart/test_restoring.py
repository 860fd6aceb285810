"""Items of a failed order are restored to the guest's cart, or to the customer's if the guest's was merged."""

import pytest

from apps.cart import service
from idl import cart
from tests import acting
from tests.cart import steps
from thriftshop import call_context
from thriftshop.events import progress

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport", "shop")]
ORDER = "order-1"


@pytest.fixture
def token(carts):
    """The token of a guest's cart out of which an order took two cups."""
    token = steps.open_guest(carts)
    with acting.as_stranger():
        carts.add_item(steps.guest(token), steps.item("CUP", 2), None)
    check_out(carts, token, ORDER)
    return token


def check_out(carts, token, order_id):
    with acting.as_stranger():
        seen = carts.get_cart(steps.guest(token))
    with call_context.using(caller="orders"):
        items = [cart.CartItem(sku=line.sku, quantity=line.quantity) for line in seen.lines]
        carts.check_out(steps.guest(token), seen.version, items, order_id, b"")


def fails(carts, token, order_id=ORDER):
    """The order could not be confirmed."""
    service.checkout.restore(service.carts.guest_cart_id(token), order_id)
    progress.catch_up()


def contents(carts, ref, act=acting.as_customer):
    with act():
        return steps.quantities(carts.get_cart(ref))


def test_items_of_a_merged_guest_cart_are_restored_to_the_customers_cart(carts, token):
    with acting.as_customer():
        carts.add_item(steps.MINE, steps.item("PLATE"), None)
        carts.merge(token)
    fails(carts, token)
    assert contents(carts, steps.MINE) == {"PLATE": 1, "CUP": 2}
    assert contents(carts, steps.guest(token)) == {}
    fails(carts, token)
    assert contents(carts, steps.MINE) == {"PLATE": 1, "CUP": 2}


def test_items_added_after_the_merge_stay_in_the_guests_cart(carts, token):
    with acting.as_customer():
        carts.merge(token)
    with acting.as_stranger():
        carts.add_items(steps.guest(token), [steps.item("CUP"), steps.item("RUG")], None)
    fails(carts, token)
    assert contents(carts, steps.MINE) == {"CUP": 2}
    assert contents(carts, steps.guest(token)) == {"CUP": 1, "RUG": 1}


def test_items_ordered_after_the_merge_are_restored_to_the_guests_cart(carts, token):
    with acting.as_customer():
        carts.merge(token)
    with acting.as_stranger():
        carts.add_item(steps.guest(token), steps.item("RUG"), None)
    check_out(carts, token, "order-2")
    fails(carts, token, "order-2")
    assert contents(carts, steps.guest(token)) == {"RUG": 1}
    assert contents(carts, steps.MINE) == {}


def test_items_are_restored_to_the_guests_cart_if_the_customer_was_erased(carts, token):
    with acting.as_customer():
        carts.merge(token)
        carts.add_item(steps.MINE, steps.item("PLATE"), None)
    service.merging.erase(acting.CUSTOMER)
    fails(carts, token)
    assert contents(carts, steps.MINE) == {}
    assert contents(carts, steps.guest(token), acting.as_stranger) == {"CUP": 2}


def test_repeated_merges_are_recorded_once(carts, token):
    with acting.as_customer():
        carts.merge(token)
        known = len(service.carts.carts.history(service.carts.guest_cart_id(token)))
        carts.merge(token)
    assert len(service.carts.carts.history(service.carts.guest_cart_id(token))) == known


def test_expired_items_of_a_guests_cart_are_not_merged(carts, token, monkeypatch):
    with acting.as_stranger():
        carts.add_item(steps.guest(token), steps.item("RUG"), None)
    steps.advance_clock(monkeypatch, 31)
    with acting.as_customer():
        carts.merge(token)
    assert contents(carts, steps.guest(token)) == {}
    assert contents(carts, steps.MINE) == {}
