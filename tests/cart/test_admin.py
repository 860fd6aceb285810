"""The admin of carts: staff can read them, and nobody can change them."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from apps.cart.models import CartSummary
from apps.cart.service import checkout
from idl import cart
from tests import acting
from thriftshop import clock
from thriftshop.events import progress

pytestmark = pytest.mark.django_db

CARTS = "admin:cart_cartsummary_changelist"


@pytest.fixture
def admin(client):
    """A browser in which somebody who may do everything is logged in."""
    client.force_login(get_user_model().objects.create_superuser(email="boss@shop.example"))
    return client


@pytest.fixture
def token(shop, carts):
    """A guest's cart with two cups and a rug, and a customer's from which a plate was ordered."""
    with acting.as_stranger():
        opened = carts.open_guest_cart("GBP")
        carts.add_items(
            cart.CartRef(token=opened.token),
            [cart.CartItem(sku="CUP", quantity=2), cart.CartItem(sku="RUG", quantity=1)],
            None,
        )
    with acting.as_customer():
        mine = carts.add_item(cart.CartRef(), cart.CartItem(sku="PLATE", quantity=1), None)
    checkout.remove_ordered(mine.id, "order-1", [("PLATE", 1)])
    progress.catch_up()
    return opened.token


def owners(admin, **choice):
    page = admin.get(reverse(CARTS), choice)
    assert page.status_code == 200
    return {one.customer_id or "guest" for one in page.context["cl"].result_list}


def test_carts_can_be_filtered_and_searched(admin, token, monkeypatch):
    assert owners(admin) == {"guest", acting.CUSTOMER}
    assert owners(admin, owner="guest") == owners(admin, status="filled") == {"guest"}
    assert owners(admin, owner="customer") == owners(admin, status="empty") == {acting.CUSTOMER}
    assert owners(admin, status="ordered") == owners(admin, q=acting.CUSTOMER) == {acting.CUSTOMER}
    assert owners(admin, status="left") == owners(admin, q="nobody ☂") == set()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 2 * 86_400_000)
    assert owners(admin, status="left") == {"guest"}


def test_the_index_shows_the_number_of_filled_carts(admin, token):
    figures = {one.label: one.value for one in admin.get(reverse("admin:index")).context["figures"]}
    assert figures["Carts filled today"] == "1"


def test_a_carts_page_shows_its_items_and_never_its_token(admin, token):
    row = CartSummary.objects.get(customer_id="")
    page = admin.get(reverse("admin:cart_cartsummary_change", args=[row.pk])).content.decode()
    assert '<th scope="row">CUP</th><td class="number">2</td><td class="number">4.50 GBP</td>' in page
    assert token not in page
    assert token not in admin.get(reverse(CARTS)).content.decode()


@pytest.mark.usefixtures("token")
def test_carts_can_only_be_read(admin):
    row = CartSummary.objects.first()
    change = reverse("admin:cart_cartsummary_change", args=[row.pk])
    assert admin.post(change, {"customer_id": "somebody else"}).status_code == 403
    assert admin.post(reverse("admin:cart_cartsummary_delete", args=[row.pk])).status_code == 403
    assert admin.get(reverse("admin:cart_cartsummary_add")).status_code == 403


def test_strangers_and_customers_are_redirected_to_the_login(client, db):
    customer = get_user_model().objects.create_user(email="c@shop.example")
    for _ in range(2):
        assert client.get(reverse(CARTS)).status_code == 302
        client.force_login(customer)
