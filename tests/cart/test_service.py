"""The service of carts, with the real catalog and inventory, over every transport and event store."""

import pytest

from idl import common
from tests import acting, stores
from tests.cart import steps
from thriftshop import clock
from thriftshop.rpc import hosting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]


@stores.on_every_store
def test_a_guest_opens_a_cart_and_fills_it(carts, shop):
    token = steps.open_guest(carts)
    with acting.as_stranger():
        carts.add_item(steps.guest(token), steps.item("CUP", 2), None)
        found = carts.add_item(steps.guest(token), steps.item("RUG"), None)
    assert steps.quantities(found) == {"CUP": 2, "RUG": 1}
    assert (found.subtotal.amount, found.subtotal.currency, found.item_count) == (9800, "GBP", 3)
    assert found.customer_id is None
    assert [line.available for line in found.lines] == [10, 10]


def test_every_customer_has_a_cart_which_may_be_empty(carts, shop):
    with acting.as_customer():
        empty = carts.get_cart(steps.MINE)
        filled = carts.add_item(steps.MINE, steps.item("CUP"), None)
    assert (empty.lines, empty.version, empty.subtotal) == ([], 0, common.Money(amount=0, currency="GBP"))
    assert (empty.customer_id, filled.customer_id) == (acting.CUSTOMER, acting.CUSTOMER)
    assert empty.expires_at > clock.now() + 89 * steps.DAY
    assert steps.quantities(filled) == {"CUP": 1}


def test_setting_quantities_removing_lines_and_clearing_the_cart(carts, shop):
    with acting.as_customer():
        carts.add_items(steps.MINE, [steps.item("CUP", 2), steps.item("PLATE"), steps.item("RUG")], None)
        assert steps.quantities(carts.set_quantity(steps.MINE, "CUP", 5)) == {"CUP": 5, "PLATE": 1, "RUG": 1}
        assert steps.quantities(carts.set_quantity(steps.MINE, "PLATE", 0)) == {"CUP": 5, "RUG": 1}
        assert steps.quantities(carts.set_quantity(steps.MINE, "BOWL", 2)) == {"CUP": 5, "RUG": 1, "BOWL": 2}
        assert steps.quantities(carts.remove_item(steps.MINE, "RUG")) == {"CUP": 5, "BOWL": 2}
        assert steps.quantities(carts.remove_item(steps.MINE, "RUG")) == {"CUP": 5, "BOWL": 2}
        assert steps.quantities(carts.clear(steps.MINE)) == {}
        assert steps.quantities(carts.clear(steps.MINE)) == {}


def test_a_repeated_key_adds_nothing_twice(carts, shop):
    with acting.as_customer():
        for _ in range(3):
            assert steps.quantities(carts.add_item(steps.MINE, steps.item("CUP", 500), "key-1")) == {"CUP": 500}
        shop.archive("CUP")
        assert steps.quantities(carts.add_item(steps.MINE, steps.item("CUP", 500), "key-1")) == {"CUP": 500}


@pytest.mark.parametrize("sku", ["VASE", "NEVER-HEARD-OF"])
def test_products_off_sale_and_unknown_products_cannot_be_added(carts, shop, sku):
    for who in (acting.as_customer, acting.as_staff):
        with who():
            for call in (
                lambda: carts.add_item(steps.MINE, steps.item(sku), None),
                lambda: carts.set_quantity(steps.MINE, sku, 1),
            ):
                with pytest.raises(common.InvalidInput, match=f"{sku} is not on sale"):
                    call()
            assert carts.add_items(steps.MINE, [steps.item(sku)], None).lines == []


def test_items_not_on_sale_are_left_out_of_many(carts, shop):
    with acting.as_customer():
        found = carts.add_items(
            steps.MINE, [steps.item("VASE"), steps.item("CUP", 2), steps.item("CUP", 3), steps.item("NONE")], "again"
        )
    assert steps.quantities(found) == {"CUP": 5}


def test_products_without_a_price_in_the_carts_currency_cannot_be_added(carts, shop):
    token = steps.open_guest(carts, "EUR")
    with acting.as_stranger():
        found = carts.add_item(steps.guest(token), steps.item("CUP", 2), None)
        assert (found.subtotal.amount, found.subtotal.currency) == (1040, "EUR")
        with pytest.raises(common.InvalidInput, match="RUG has no price in EUR"):
            carts.add_item(steps.guest(token), steps.item("RUG"), None)


@pytest.mark.parametrize(
    ("sku", "quantity"),
    [("CUP", 0), ("CUP", -1), ("CUP", 1000), ("CUP", 2**31 - 1), ("", 1), ("☂", 1), ("x" * 10_000, 1), ("a b", 1)],
)
def test_invalid_items_are_refused_and_change_nothing(carts, shop, sku, quantity):
    with acting.as_customer():
        carts.add_item(steps.MINE, steps.item("PLATE"), None)
        before = carts.get_cart(steps.MINE).version
        calls = [
            lambda: carts.add_item(steps.MINE, steps.item(sku, quantity), None),
            lambda: carts.add_items(steps.MINE, [steps.item("RUG"), steps.item(sku, quantity)], None),
        ]
        if quantity:
            calls.append(lambda: carts.set_quantity(steps.MINE, sku, quantity))
        for call in calls:
            with pytest.raises(common.InvalidInput) as refusal:
                call()
            assert len(refusal.value.message) < 250
        assert carts.get_cart(steps.MINE).version == before


def test_invalid_keys_currencies_and_numbers_of_items_are_refused(carts, shop):
    with acting.as_customer():
        for key in ("", "x" * 101, "a\nb"):
            with pytest.raises(common.InvalidInput, match="key"):
                carts.add_item(steps.MINE, steps.item("CUP"), key)
        for items in ([], [steps.item("CUP")] * 101):
            with pytest.raises(common.InvalidInput, match="items"):
                carts.add_items(steps.MINE, items, None)
        for currency in ("", "XXX", "gbpp", "x" * 10_000):
            with pytest.raises(common.InvalidInput, match="use GBP, EUR or USD"):
                carts.open_guest_cart(currency)
        assert carts.get_cart(steps.MINE).version == 0


def test_changes_are_shown_until_the_customer_confirms_them(carts, shop):
    with acting.as_customer():
        carts.add_items(
            steps.MINE, [steps.item("CUP", 4), steps.item("PLATE"), steps.item("BOWL"), steps.item("RUG", 2)], None
        )
        assert carts.get_cart(steps.MINE).changes == []
    shop.price("CUP", 500)
    shop.archive("PLATE")
    shop.count("BOWL", 0)
    shop.count("RUG", 1)
    with acting.as_customer():
        found = carts.get_cart(steps.MINE)
    kinds_by_sku = {change.sku: name for change, name in zip(found.changes, steps.kinds(found), strict=True)}
    assert kinds_by_sku == {"CUP": "PRICE_CHANGED", "PLATE": "NOT_ON_SALE", "BOWL": "OUT_OF_STOCK", "RUG": "NOT_ENOUGH"}
    by_sku = {change.sku: change for change in found.changes}
    assert (by_sku["CUP"].price_before.amount, by_sku["CUP"].price_now.amount) == (450, 500)
    assert by_sku["RUG"].available == 1
    assert found.subtotal.amount == 4 * 500 + 999 + 2 * 8900
    with acting.as_customer():
        carts.remove_item(steps.MINE, "PLATE")
        carts.remove_item(steps.MINE, "BOWL")
        carts.set_quantity(steps.MINE, "RUG", 1)
        assert carts.set_quantity(steps.MINE, "CUP", 3).changes == []


def test_without_the_inventory_a_cart_is_shown_without_availability(carts, shop, settings):
    with acting.as_customer():
        carts.add_item(steps.MINE, steps.item("CUP", 999), None)
    settings.CONTEXTS = [context for context in settings.CONTEXTS if context != "inventory"]
    hosting.service.cache_clear()
    with acting.as_customer():
        found = carts.get_cart(steps.MINE)
    assert (steps.quantities(found), found.lines[0].available, found.changes) == ({"CUP": 999}, None, [])
    assert found.subtotal.amount == 999 * 450
