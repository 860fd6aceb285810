"""The validation of requests to place orders."""

import threading

import pytest
from django.db import connection
from idl.orders import OrderStatus

from apps.orders.models import Order
from idl import common, inventory, orders
from tests import acting
from tests.orders import shop
from tests.orders.buying import buy, fill, guest_cart
from tests.orders.shop import COAT, gbp
from thriftshop import rpc
from thriftshop.events import progress

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("lines", "more", "says"),
    [
        ([("NOSUCH", 1)], {}, "no product NOSUCH"),
        ([("NOSUCH", 1, 5)], {}, "no product NOSUCH"),
        ([(COAT, 1)], {"currency": "EUR"}, "no price in EUR"),
        ([(COAT, 1)], {"currency": "DOGE"}, "not a currency of this shop; use GBP, EUR or USD"),
        ([(COAT, 1)], {"expected_total": common.Money(1, "DOGE")}, "not a currency of this shop"),
        ([(COAT, 1, 5)], {"currency": "EUR"}, "agreed_price is in 'GBP'"),
        ([(COAT, 1, 5)], {"charges": [shop.charge(-6)]}, "0 or more"),
    ],
)
def test_lines_that_cannot_be_ordered_are_refused(lines, more, says):
    shop.open_shop()
    progress.catch_up()
    with pytest.raises(common.InvalidInput, match=says):
        shop.place(*lines, **more)


def test_a_service_that_gives_neither_lines_nor_a_cart_is_refused():
    with acting.as_service("demo"), pytest.raises(common.InvalidInput, match="Give the lines"):
        shop.shop().place(buy())


def test_currencies_are_not_case_sensitive():
    shop.open_shop()
    progress.catch_up()
    line = orders.NewLine(sku=COAT, quantity=1, agreed_price=common.Money(amount=1_00, currency="gbp"))
    charge = orders.Charge(kind=orders.ChargeKind.FEE, description="Fee", amount=common.Money(50, "Gbp"))
    place_order = shop.order_request(charges=[charge], currency=" gbp", expected_total=common.Money(1_50, "gBP"))
    place_order.lines = [line]
    with acting.as_service("demo"):
        order = shop.shop().place(place_order)
    assert (order.total, order.lines[0].unit_price, order.charges[0].amount) == (gbp(1_50), gbp(1_00), gbp(50))


def test_an_order_in_a_currency_without_postage_rates_is_refused(settings):
    shop.open_shop()
    settings.POSTAGE = {"EUR": "4.95"}
    with acting.as_customer():
        fill({COAT: 1})
        with pytest.raises(common.InvalidInput, match="no postage in GBP; it sends orders in EUR"):
            shop.shop().place(buy())
    with acting.as_staff("orders"):
        with pytest.raises(common.InvalidInput, match="no postage in GBP"):
            shop.shop().place(shop.order_request((COAT, 1)))
        assert shop.shop().place(shop.order_request((COAT, 1), charges=[])).total == gbp(45_00)


def test_an_order_may_have_a_thousand_lines():
    shop.open_shop(stock=1000)
    order = shop.shipped(*[(COAT, 1, price) for price in range(1000)])
    assert order.captured == gbp(sum(range(1000)))
    assert shop.levels(COAT) == {COAT: (0, 0)}


def test_the_same_key_and_input_find_the_same_order_even_after_the_cart_is_empty(event_store):
    shop.open_shop()
    with acting.as_customer():
        fill({COAT: 1})
        request = buy()
        first = shop.shop().place(request)
        progress.catch_up()
        again = shop.shop().place(request)
    assert (again.id, again.status) == (first.id, OrderStatus.CONFIRMED)


def test_the_same_key_with_other_input_is_refused():
    shop.open_shop()
    key = shop.key()
    first = shop.place((COAT, 1), idempotency_key=key)
    with pytest.raises(orders.IdempotencyConflict, match=first.number) as refusal:
        shop.place((COAT, 2), idempotency_key=key)
    assert refusal.value.order_id == first.id


def test_two_customers_may_use_the_same_key():
    shop.open_shop()
    key = shop.key()
    ids = set()
    for customer in (acting.CUSTOMER, acting.OTHER):
        with acting.as_customer(customer):
            fill({COAT: 1})
            ids.add(shop.shop().place(buy(idempotency_key=key)).id)
    assert len(ids) == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_concurrent_requests_place_one_order():
    shop.open_shop()
    with acting.as_customer():
        fill({COAT: 1})
    request, answers, problems = buy(), [], []
    ready = threading.Barrier(50)

    def send():
        try:
            ready.wait(120)
            with acting.as_customer():
                answers.append(shop.shop().place(request).id)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert problems == []
    assert len(answers) == 50
    assert len(set(answers)) == 1
    progress.catch_up()
    assert shop.kinds(answers[0]).count("OrderPlaced") == 1
    assert Order.objects.count() == 1
    assert shop.levels(COAT) == {COAT: (20, 1)}


@pytest.mark.django_db(transaction=True)
def test_fifty_concurrent_orders_for_twenty_pieces_sell_exactly_twenty():
    shop.open_shop(stock=20)
    problems = []
    ready = threading.Barrier(50)

    def buy_one(number):
        try:
            ready.wait(120)
            shop.place((COAT, 1), token="tok_ok", idempotency_key=f"last-twenty-{number:02}")
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=buy_one, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert problems == []
    progress.catch_up()
    statuses = list(Order.objects.values_list("status", flat=True))
    assert (statuses.count(OrderStatus.CONFIRMED), statuses.count(OrderStatus.REJECTED)) == (20, 30)
    assert shop.levels(COAT) == {COAT: (20, 20)}
    with acting.as_service("trade"):
        totals = rpc.connect(inventory.InventoryService).get_totals()
    assert (totals.on_hand, totals.reserved) == (80, 20)


BAD_EMAILS = ("a..b@example.org", "gus@exam\u200bple.org", "gus\u202e@example.org", "gus@b", "gus")
BAD_ADDRESSES: tuple[tuple[dict, str], ...] = (
    ({"country": "ZZ"}, "shipping_address.country"),
    ({"country": "XX"}, "shipping_address.country"),
    ({"postcode": None}, "shipping_address.postcode"),
    ({"name": "\u200b\u200b"}, "shipping_address.name"),
    ({"lines": []}, "shipping_address.lines"),
)


def guests_order(token, **changes):
    address = {name: getattr(shop.ADDRESS, name) for name in ("name", "lines", "city", "postcode", "country")}
    email = changes.pop("email", "gus@example.org")
    return buy(cart_token=token, email=email, shipping_address=common.Address(**address | changes))


def test_a_guests_email_is_validated_as_in_registrations():
    shop.open_shop()
    token = guest_cart({COAT: 1})
    for email in BAD_EMAILS:
        with acting.as_stranger(), pytest.raises(common.InvalidInput) as refusal:
            shop.shop().place(guests_order(token, email=email))
        assert refusal.value.field == "email"
    with acting.as_stranger():
        placed = shop.shop().place(guests_order(token, email=" Gus@Xn--Bcher-Kva.example "))
    assert placed.email == "gus@bücher.example"


@pytest.mark.parametrize(("changes", "field"), BAD_ADDRESSES)
def test_an_invalid_shipping_address_is_refused(changes, field):
    shop.open_shop()
    token = guest_cart({COAT: 1})
    with acting.as_stranger(), pytest.raises(common.InvalidInput) as refusal:
        shop.shop().place(guests_order(token, **changes))
    assert refusal.value.field == field
    assert not Order.objects.exists()
