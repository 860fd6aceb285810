"""Carts that grow old, the table that knows of them, and the settings that say when."""

import pytest
from django.core import checks

from apps.cart import apps, models, projections, service
from idl import common
from tests import acting
from tests.cart import doing
from thriftshop import call_context, clock
from thriftshop.events import progress, rebuild

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]


@pytest.mark.parametrize(("who", "days"), [("guest", 30), ("customer", 90)])
def test_an_unused_cart_expires_and_can_be_used_again(carts, shop, monkeypatch, who, days):
    ref = doing.guest(doing.open_guest(carts)) if who == "guest" else doing.MINE
    with acting.as_customer():
        found = carts.add_item(ref, doing.item("CUP"), None)
    assert abs(found.expires_at - clock.now() - days * doing.DAY) < 60_000
    doing.later(monkeypatch, days - 0.01)
    with acting.as_customer():
        assert doing.quantities(carts.get_cart(ref)) == {"CUP": 1}
    doing.later(monkeypatch, 0.02)
    with acting.as_customer():
        assert carts.get_cart(ref).lines == []
        assert doing.quantities(carts.add_item(ref, doing.item("PLATE"), None)) == {"PLATE": 1}
        assert doing.quantities(carts.get_cart(ref)) == {"PLATE": 1}


def test_expired_carts_are_swept_once_and_others_stay(carts, shop, monkeypatch):
    token = doing.open_guest(carts)
    with acting.as_customer():
        old = carts.add_item(doing.guest(token), doing.item("CUP"), None)
        mine = carts.add_item(doing.MINE, doing.item("CUP"), None)
    doing.later(monkeypatch, 31)
    progress.catch_up()
    assert [service.merging.sweep() for _ in range(2)] == [1, 0]
    assert doing.events_of(old.id)[-1] == "CartCleared"
    assert doing.events_of(mine.id)[-1] == "ItemAdded"
    progress.catch_up()
    assert models.CartSummary.objects.get(cart_id=old.id).item_count == 0


def test_a_cart_filled_by_an_import_does_not_expire_within_it(carts, shop):
    last_year = clock.now() - 365 * doing.DAY
    with call_context.using(occurred_at=last_year), acting.as_service("demo"):
        shop.sell({"LAMP": [common.Money(amount=2500, currency="GBP")]})
    with call_context.using(occurred_at=last_year + doing.DAY), acting.as_customer():
        assert doing.quantities(carts.add_item(doing.MINE, doing.item("LAMP"), None)) == {"LAMP": 1}
    with call_context.using(occurred_at=last_year + 2 * doing.DAY), acting.as_customer():
        found = carts.get_cart(doing.MINE)
        assert (doing.quantities(found), found.lines[0].added_at) == ({"LAMP": 1}, last_year + doing.DAY)
    with acting.as_customer():
        assert carts.get_cart(doing.MINE).lines == []


def test_the_projected_table_equals_a_rebuild(carts, shop):
    token = doing.open_guest(carts)
    with acting.as_customer():
        carts.add_items(doing.guest(token), [doing.item("CUP", 2), doing.item("RUG")], None)
        carts.add_items(doing.MINE, [doing.item("PLATE"), doing.item("CUP", 3)], None)
        carts.merge(token)
        mine = carts.set_quantity(doing.MINE, "CUP", 1)
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
