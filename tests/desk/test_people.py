"""The admin's lists and pages name people; a page looks all of them up in one call."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from apps.users.service import Service
from idl import common, inventory, orders, users
from tests import acting
from tests.orders import shop
from tests.orders.shop import COAT
from thriftshop import rpc
from thriftshop.desk import people
from thriftshop.events import progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return get_user_model().objects.create_superuser("boss@shop.example", name="Bo Boss")


@pytest.fixture
def tom():
    return get_user_model().objects.create_superuser("tom@shop.example", name="Tom Porter")


@pytest.fixture
def desk(client, boss):
    client.force_login(boss)
    return client


@pytest.fixture
def customers():
    """Two customers with an order each, and a guest's."""
    shop.open_shop()
    with acting.as_service("demo"):
        ids = rpc.connect(users.UsersService).import_users(
            [users.UserImport(email=f"{name.lower()}@home.example", name=name) for name in ("Ada", "Grace")]
        )
    for customer in (*ids, None):
        shop.confirmed((COAT, 1), customer=customer)
    return ids


@pytest.fixture
def lookups(monkeypatch):
    """The ids that the users' service was asked about, by call."""
    calls, real = [], Service.get_users

    def get_users(ids):
        calls.append(sorted(ids))
        return real(ids)

    monkeypatch.setattr(Service, "get_users", staticmethod(get_users))
    return calls


def text(desk, name, *args):
    return re.sub(r"<[^>]*>", " ", desk.get(reverse(f"admin:{name}", args=args)).content.decode())


def test_the_list_of_orders_names_its_customers_in_one_call(desk, customers, lookups):
    lookups.clear()
    page = text(desk, "orders_order_changelist")
    assert "Ada (ada@home.example)" in page
    assert "Grace (grace@home.example)" in page
    assert not [customer for customer in customers if customer[:8] in page]
    assert lookups == [sorted(customers)]


def test_an_orders_page_names_its_customer_and_the_staff(desk, tom, customers):
    order = shop.confirmed((COAT, 1), customer=customers[0])
    with acting.as_staff("orders", str(tom.pk)):
        shop.shop().ship("s", order.id, [], None)
    page = text(desk, "orders_order_change", order.id)
    assert "Ada (ada@home.example)" in page
    assert "Tom Porter (tom@shop.example)" in page
    assert str(tom.pk) not in page


def test_bookings_movements_and_sessions_name_people(desk, tom, customers):
    with acting.as_staff("orders", str(tom.pk)):
        money = common.Money(amount=-100, currency="GBP")
        shop.shop().book_adjustment("k", orders.ChargeKind.MANUAL, "Goodwill", money, customers[0], None)
    with acting.as_staff("inventory", str(tom.pk)):
        stock = [inventory.StockLine(sku=COAT, quantity=1)]
        rpc.connect(inventory.InventoryService).receive("again", stock, None, None)
    progress.catch_up()
    bookings, movements = text(desk, "orders_adjustment_changelist"), text(desk, "inventory_movement_changelist")
    assert "Ada (ada@home.example)" in bookings
    assert "Tom Porter (tom@shop.example)" in bookings
    assert "Tom Porter (tom@shop.example)" in movements
    assert str(tom.pk) not in movements


def test_erased_users_have_no_name_and_neither_has_anybody_while_users_is_unavailable(customers, monkeypatch):
    def away(contract):
        raise rpc.Unavailable("users are away")

    with acting.as_staff():
        assert people.names(["orders", "", customers[0]]) == {customers[0]: "Ada (ada@home.example)"}
        monkeypatch.setattr(people.rpc, "connect", away)
        assert people.names(customers) == {}
