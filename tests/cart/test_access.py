"""Access to carts: a token or a login opens its own cart, and no other."""

import re

import pytest

from apps.cart import models
from idl import common
from tests import acting
from tests.cart import steps
from thriftshop import rpc
from thriftshop.event_store.models import Event
from thriftshop.events import progress

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]


def test_tokens_are_long_unique_and_not_stored(carts, shop):
    tokens = {steps.open_guest(carts) for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) >= 43 for token in tokens)
    progress.catch_up()
    stored = [bytes(event.payload) for event in Event.objects.all()]
    stored += [repr(vars(row)).encode() for row in models.CartSummary.objects.all()]
    assert not any(token.encode() in content for token in tokens for content in stored)
    with acting.as_stranger():
        found = carts.get_cart(steps.guest(tokens.pop()))
    assert re.fullmatch(r"guest-[0-9a-f]{40}", found.id)


def test_customers_and_guests_only_access_their_own_carts(carts, shop):
    token = steps.open_guest(carts)
    with acting.as_customer():
        mine = carts.add_item(steps.MINE, steps.item("CUP"), None)
    with acting.as_customer(acting.OTHER):
        assert carts.get_cart(steps.MINE).lines == []
        for stolen in (mine.id, acting.CUSTOMER, f"customer-{acting.CUSTOMER}"):
            with pytest.raises(common.NotFound):
                carts.get_cart(steps.guest(stolen))
    with acting.as_stranger():
        assert carts.get_cart(steps.guest(token)).lines == []
        with pytest.raises(common.Unauthenticated):
            carts.get_cart(steps.MINE)


@pytest.mark.parametrize("token", ["", "wrong", "x" * 10_000, "☂", "guest-", "' OR 1=1 --"])
def test_every_method_refuses_a_wrong_token(carts, shop, token):
    for who in (acting.as_stranger, acting.as_customer, acting.as_staff):
        with who():
            for call in (
                lambda: carts.get_cart(steps.guest(token)),
                lambda: carts.add_item(steps.guest(token), steps.item("CUP"), None),
                lambda: carts.add_items(steps.guest(token), [steps.item("CUP")], None),
                lambda: carts.set_quantity(steps.guest(token), "CUP", 1),
                lambda: carts.remove_item(steps.guest(token), "CUP"),
                lambda: carts.clear(steps.guest(token)),
            ):
                with pytest.raises(common.NotFound) as refusal:
                    call()
                assert len(refusal.value.message) < 100
    with acting.as_customer(), pytest.raises(common.NotFound):
        carts.merge(token)


def test_every_method_requires_a_token_or_a_login(carts, shop):
    with acting.as_stranger():
        for call in (
            lambda: carts.add_item(steps.MINE, steps.item("CUP"), None),
            lambda: carts.set_quantity(steps.MINE, "CUP", 1),
            lambda: carts.clear(steps.MINE),
            lambda: carts.merge(steps.open_guest(carts)),
        ):
            with pytest.raises(common.Unauthenticated):
                call()
    with acting.as_service("orders"), pytest.raises(common.Unauthenticated):
        carts.get_cart(steps.MINE)
    with acting.as_service("recommender"), pytest.raises(rpc.NotAllowed):
        carts.get_cart(steps.MINE)
