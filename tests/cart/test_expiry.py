"""Expired carts: which are deleted, and by which settings."""

import pytest
from django.core import checks

from apps.cart import apps, models, projections, service
from idl import common
from tests import acting
from tests.cart import steps
from thriftshop import call_context, clock
from thriftshop.events import progress, rebuild

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]


@pytest.mark.parametrize(("who", "days"), [("guest", 30), ("customer", 90)])
def test_an_unused_cart_expires_and_can_be_used_again(carts, shop, monkeypatch, who, days):
    ref = steps.guest(steps.open_guest(carts)) if who == "guest" else steps.MINE
    with acting.as_customer():
        found = carts.add_item(ref, steps.item("CUP"), None)
    assert abs(found.expires_at - clock.now() - days * steps.DAY) < 60_000
    steps.advance_clock(monkeypatch, days - 0.01)
    with acting.as_customer():
        assert steps.quantities(carts.get_cart(ref)) == {"CUP": 1}
    steps.advance_clock(monkeypatch, 0.02)
    with acting.as_customer():
        assert carts.get_cart(ref).lines == []
        assert steps.quantities(carts.add_item(ref, steps.item("PLATE"), None)) == {"PLATE": 1}
        assert steps.quantities(carts.get_cart(ref)) == {"PLATE": 1}


def test_expired_carts_are_swept_once_and_others_stay(carts, shop, monkeypatch):
    token = steps.open_guest(carts)
    with acting.as_customer():
        old = carts.add_item(steps.guest(token), steps.item("CUP"), None)
        mine = carts.add_item(steps.MINE, steps.item("CUP"), None)
    steps.advance_clock(monkeypatch, 31)
    progress.catch_up()
    assert [service.merging.sweep() for _ in range(2)] == [1, 0]
    assert steps.events_of(old.id)[-1] == "CartCleared"
    assert steps.events_of(mine.id)[-1] == "ItemAdded"
    progress.catch_up()
    assert models.CartSummary.objects.get(cart_id=old.id).item_count == 0


def test_a_cart_filled_by_an_import_does_not_expire_within_it(carts, shop):
    last_year = clock.now() - 365 * steps.DAY
    with call_context.using(occurred_at=last_year), acting.as_service("demo"):
        shop.sell({"LAMP": [common.Money(amount=2500, currency="GBP")]})
    with call_context.using(occurred_at=last_year + steps.DAY), acting.as_customer():
        assert steps.quantities(carts.add_item(steps.MINE, steps.item("LAMP"), None)) == {"LAMP": 1}
    with call_context.using(occurred_at=last_year + 2 * steps.DAY), acting.as_customer():
        found = carts.get_cart(steps.MINE)
        assert (steps.quantities(found), found.lines[0].added_at) == ({"LAMP": 1}, last_year + steps.DAY)
    with acting.as_customer():
        assert carts.get_cart(steps.MINE).lines == []


def test_the_projected_table_equals_a_rebuild(carts, shop):
    token = steps.open_guest(carts)
    with acting.as_customer():
        carts.add_items(steps.guest(token), [steps.item("CUP", 2), steps.item("RUG")], None)
        carts.add_items(steps.MINE, [steps.item("PLATE"), steps.item("CUP", 3)], None)
        carts.merge(token)
        mine = carts.set_quantity(steps.MINE, "CUP", 1)
    service.checkout.remove_ordered(mine.id, "order-1", [("PLATE", 1)])
    progress.catch_up()
    (projection,) = projections.PROJECTIONS
    assert rebuild.differences(projection) == []
    row = models.CartSummary.objects.get(cart_id=mine.id)
    assert ([line[:3] for line in row.lines], row.item_count, row.order_count) == (
        [["CUP", 1, 450], ["RUG", 1, 8900]],
        2,
        1,
    )
    assert (row.customer_id, row.version) == (acting.CUSTOMER, mine.version + 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("CART_MERGE_STRATEGY", "whatever"), ("CART_LIFETIME_DAYS", 0), ("CART_CUSTOMER_LIFETIME_DAYS", "90")],
)
def test_the_system_check_names_invalid_settings(settings, name, value):
    assert apps.check_settings(None) == []
    setattr(settings, name, value)
    (message,) = apps.check_settings(None)
    assert isinstance(message, checks.Error)
    assert message.msg.startswith(f"{name}: {value!r}")
