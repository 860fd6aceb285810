"""Placing orders: carts of customers and guests, lines of staff and services, idempotency keys."""

import pytest
from idl.orders import OrderStatus

from apps.orders.models import Order
from idl import cart, catalog, common, orders, users
from tests import acting
from tests.orders import shop
from tests.orders.buying import buy, cart_service, fill, guest_cart
from tests.orders.shop import BUTTON, COAT, LAMP, TEAPOT, gbp
from thriftshop import rpc
from thriftshop.events import progress

pytestmark = pytest.mark.django_db


def test_a_customer_buys_their_cart_with_prices_frozen_and_postage_added(event_store, transport):
    shop.open_shop()
    with acting.as_customer():
        fill({TEAPOT: 2, BUTTON: 1})
        order = shop.shop().place(buy(email="ada@example.org", expected_total=gbp(29_00)))
        assert [(line.sku, line.name, line.quantity, line.unit_price.amount) for line in order.lines] == [
            (TEAPOT, "Teapot", 2, 12_50),
            (BUTTON, "Button", 1, 5),
        ]
        assert [(charge.kind, charge.amount.amount) for charge in order.charges] == [(orders.ChargeKind.POSTAGE, 3_95)]
        assert (order.customer_id, order.email) == (acting.CUSTOMER, "ada@example.org")
        assert (order.shipping_address, order.cancellable) == (shop.ADDRESS, True)
    with acting.as_service("demo"):
        rpc.connect(catalog.CatalogService).set_prices([catalog.PriceInput(sku=TEAPOT, money=gbp(99_00))])
    progress.catch_up()
    with acting.as_customer():
        (order,) = shop.shop().get_orders([order.id])
        assert (order.status, order.total) == (OrderStatus.CONFIRMED, gbp(29_00))
        assert cart_service().get_cart(cart.CartRef()).lines == []


def test_a_large_cart_has_free_postage():
    shop.open_shop()
    with acting.as_customer():
        fill({COAT: 2})
        order = shop.shop().place(buy())
    assert (order.charges, order.total) == ([], gbp(90_00))


def test_a_guest_buys_their_cart_and_finds_the_order_by_its_number_and_the_carts_token(event_store, transport):
    shop.open_shop()
    token, other = guest_cart({COAT: 1}), guest_cart({COAT: 1})
    with acting.as_stranger():
        order = shop.shop().place(buy(cart_token=token, email="guest@example.org"))
        assert order.customer_id is None
        progress.catch_up()
        found = shop.shop().get_guest_order(order.number.lower(), token)
        assert (found.id, found.status, found.email) == (order.id, OrderStatus.CONFIRMED, "guest@example.org")
        for wrong in (other, "no-such-token", ""):
            with pytest.raises(common.NotFound):
                shop.shop().get_guest_order(order.number, wrong)
        with pytest.raises(common.NotFound):
            shop.shop().get_guest_order("TS-00000000", token)
        assert shop.shop().get_orders([order.id]) == []


def test_a_customers_order_is_not_found_by_a_cart_token():
    shop.open_shop()
    token = guest_cart({COAT: 1})
    with acting.as_customer():
        order = shop.shop().place(buy(cart_token=token))
    assert order.customer_id == acting.CUSTOMER
    progress.catch_up()
    with acting.as_stranger(), pytest.raises(common.NotFound):
        shop.shop().get_guest_order(order.number, token)


def test_a_customers_default_address_is_used_if_none_is_given():
    shop.open_shop()
    with acting.as_service("demo"):
        (user_id,) = rpc.connect(users.UsersService).import_users(
            [users.UserImport(email="ada@example.org", name="Ada", addresses=[shop.ADDRESS])]
        )
    with acting.as_customer(user_id):
        fill({COAT: 1})
        order = shop.shop().place(buy(shipping_address=None))
    assert order.shipping_address.city == "London"


@pytest.mark.parametrize(
    ("more", "refusal", "says"),
    [
        ({"email": None}, common.InvalidInput, "guest must give"),
        ({"shipping_address": None}, common.InvalidInput, "Give the shipping address"),
        ({"expected_total": gbp(45_00)}, orders.TotalChanged, r"48\.95 GBP"),
        ({"currency": "EUR"}, common.InvalidInput, "priced in GBP"),
        ({"customer_id": acting.OTHER}, common.Forbidden, "customer_id"),
        ({"charges": []}, common.Forbidden, "charges"),
        ({"cart_token": None}, common.Unauthenticated, "Log in"),
        ({"cart_token": "no-such-token"}, common.NotFound, "no such cart"),
        ({"payment": orders.PaymentMethod(provider="cheque")}, common.InvalidInput, "not a payment provider"),
        ({"idempotency_key": "short"}, common.InvalidInput, "8 to 100"),
    ],
)
def test_invalid_and_forbidden_requests_of_guests_are_refused(more, refusal, says):
    shop.open_shop()
    token = guest_cart({COAT: 1})
    with acting.as_stranger(), pytest.raises(refusal, match=says):
        shop.shop().place(buy(**{"cart_token": token, "email": "guest@example.org"} | more))
    progress.catch_up()
    assert not Order.objects.exists()


def test_an_empty_cart_cannot_be_bought():
    shop.open_shop()
    with acting.as_customer(), pytest.raises(orders.EmptyCart):
        shop.shop().place(buy())


def test_an_order_of_more_than_the_stock_is_refused_with_the_available_quantity():
    shop.open_shop(stock=2)
    with acting.as_customer():
        fill({COAT: 1, TEAPOT: 5})
        with pytest.raises(orders.InsufficientStock) as refusal:
            shop.shop().place(buy())
    assert (refusal.value.sku, refusal.value.available) == (TEAPOT, 2)


def test_a_product_that_was_withdrawn_meanwhile_is_not_sold():
    shop.open_shop()
    with acting.as_customer():
        fill({COAT: 1, TEAPOT: 1})
    with acting.as_service("catalog"):
        rpc.connect(catalog.CatalogService).archive_products([TEAPOT])
    with acting.as_customer(), pytest.raises(common.InvalidInput, match="TEAPOT"):
        shop.shop().place(buy())


def test_staff_place_orders_for_others_line_by_line():
    shop.open_shop()
    with acting.as_staff("orders"):
        order = shop.shop().place(shop.order_request((COAT, 1, 40_00), customer=acting.OTHER))
    assert (order.customer_id, order.total) == (acting.OTHER, gbp(43_95))
    with acting.as_customer(), pytest.raises(common.Forbidden, match="lines"):
        shop.shop().place(shop.order_request((COAT, 1, 1), customer=None))


def test_a_service_sets_the_charges_and_may_order_archived_products():
    shop.open_shop()
    progress.catch_up()
    with acting.as_service("catalog"):
        rpc.connect(catalog.CatalogService).archive_products([LAMP])
    order = shop.place((LAMP, 1), charges=[shop.charge(-5_00, orders.ChargeKind.DISCOUNT, "Damaged")])
    assert order.total == gbp(25_00)
    assert shop.place((LAMP, 1)).charges == []


def test_the_list_price_is_that_at_the_time_of_the_order():
    then = 1_260_000_000_000
    with acting.as_service("trade"), rpc.using(occurred_at=then):
        rpc.connect(catalog.CatalogService).put_products(
            [catalog.ProductInput(sku="OLD", name="Old", prices=[gbp(1_00)], status=catalog.ProductStatus.PUBLISHED)],
            False,
        )
    with acting.as_service("trade"):
        rpc.connect(catalog.CatalogService).set_prices([catalog.PriceInput(sku="OLD", money=gbp(9_00))])
        with rpc.using(occurred_at=then + 1_000):
            order = shop.shop().place(shop.order_request(("OLD", 2), expected_total=gbp(2_00)))
    assert (order.total, order.placed_at, order.updated_at) == (gbp(2_00), then + 1_000, then + 1_000)
