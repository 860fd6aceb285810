"""Personal data in orders: encrypted, shown only to permitted viewers, and unreadable after an erasure."""

import io
import logging

import pytest

from apps.orders.domain import order as domain_order
from apps.orders.models import Order, PersonalKey, personal
from apps.orders.projections import PROJECTIONS
from apps.orders.service.streams import ORDERS
from idl import common, orders, users
from tests import acting
from tests.orders import shop
from tests.orders.shop import COAT
from thriftshop import rpc
from thriftshop.events import envelope, progress, rebuild, streams
from thriftshop.telemetry import logs

pytestmark = pytest.mark.django_db
SECRETS = (b"Lovelace", b"St James", b"SW1Y", b"ada@example.org", b"tok_ok")


def test_events_and_tables_have_no_readable_personal_data(event_store):
    shop.open_shop()
    order = shop.shipped((COAT, 1), token="tok_ok")
    for record in ORDERS.history(order.id):
        payload = envelope.encode(record)
        assert not [secret for secret in SECRETS if secret in payload]
    row = str(vars(Order.objects.get())).encode()
    assert not [secret for secret in SECRETS if secret in row]


def test_a_key_that_was_made_meanwhile_is_used():
    data = orders.Personal(email="ada@example.org")
    first, second = personal.seal(data, "order"), personal.seal(data, "order", is_new=True)
    assert personal.unseal({"1": ("order", first), "2": ("order", second)}) == {"1": data, "2": data}


def test_viewers_of_an_order_see_its_shipping_address():
    shop.open_shop()
    order = shop.place((COAT, 1))
    for acts in (acting.as_customer(), acting.as_staff("orders"), acting.as_service("demo")):
        with acts:
            (found,) = shop.shop().get_orders([order.id])
            assert (found.email, found.shipping_address) == ("ada@example.org", shop.ADDRESS)


def test_all_orders_of_an_erased_customer_lose_their_personal_data(event_store):
    shop.open_shop()
    with acting.as_service("demo"):
        (customer,) = rpc.connect(users.UsersService).import_users(
            [users.UserImport(email="ada@home.example", name="Ada", password="a long pass phrase")]
        )
    first, second = (shop.shipped((COAT, 1), customer=customer) for _ in range(2))
    guest = shop.confirmed((COAT, 1), customer=None)
    with acting.as_customer(customer):
        rpc.connect(users.UsersService).erase_account("a long pass phrase")
    progress.catch_up()
    for order_id in (first.id, second.id):
        found = shop.get(order_id)
        assert (found.email, found.shipping_address) == (None, None)
        assert (found.customer_id, found.total, found.status) == (customer, first.total, orders.OrderStatus.SHIPPED)
    assert shop.get(guest.id).email == "ada@example.org"
    assert not PersonalKey.objects.filter(owner=customer).exists()
    for projection in PROJECTIONS:
        assert rebuild.differences(projection) == []


def test_data_encrypted_with_a_deleted_key_stays_unreadable_with_a_new_one():
    known = orders.Personal(email="ada@example.org")
    sealed = personal.seal(known, "ada")
    assert personal.unseal({"o": ("ada", sealed)}) == {"o": known}
    assert personal.forget("ada") is True
    assert personal.forget("ada") is False
    again = personal.seal(orders.Personal(email="new@example.org"), "ada")
    assert personal.unseal({"o": ("ada", sealed), "p": ("ada", again)}) == {
        "o": orders.Personal(),
        "p": orders.Personal(email="new@example.org"),
    }


def test_an_order_without_personal_data_needs_no_key():
    assert personal.seal(orders.Personal(), "ada") is None
    assert not PersonalKey.objects.exists()


def test_personal_data_is_never_logged():
    shop.open_shop()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonFormatter())
    handler.setLevel(logging.DEBUG)
    root, ours = logging.getLogger(), logging.getLogger("thriftshop")
    root.addHandler(handler)
    ours.setLevel(logging.DEBUG)
    try:
        shop.shipped((COAT, 1), token="tok_capture_fail")
        order = shop.order_request((COAT, 1), token="tok_ok")
        order.shipping_address = common.Address(name="Ada Lovelace", lines=[], city="x", country="GB")
        with acting.as_service("demo"), pytest.raises(common.InvalidInput):
            shop.shop().place(order)
    finally:
        root.removeHandler(handler)
        ours.setLevel(logging.NOTSET)
    assert "step not taken yet" in written.getvalue()
    assert not [secret for secret in SECRETS if secret.decode() in written.getvalue()]


def test_a_state_has_personal_data_only_encrypted():
    shop.open_shop()
    order = shop.place((COAT, 1))
    (record,) = streams.of("orders").read({order.id: 0})[order.id]
    state = domain_order.evolve(domain_order.INITIAL, record.event)
    assert state.sealed == record.event.sealed
    assert isinstance(state.sealed, bytes)
