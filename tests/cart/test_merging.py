"""A guest's cart becomes the customer's at login, whatever happens in between."""

import pytest

from apps.cart import service
from idl import common
from tests import acting
from tests.cart import steps
from thriftshop import rpc
from thriftshop.events import progress

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]


def test_a_guests_cart_is_merged_at_login_with_a_notice(carts, shop):
    token = steps.open_guest(carts)
    with acting.as_stranger():
        carts.add_items(steps.guest(token), [steps.item("CUP", 2), steps.item("RUG")], None)
    with acting.as_customer():
        carts.add_items(steps.MINE, [steps.item("PLATE"), steps.item("CUP", 3)], None)
        merged = carts.merge(token)
        assert steps.quantities(merged) == {"PLATE": 1, "CUP": 5, "RUG": 1}
        notice = {line.sku: line.quantity for line in merged.merge_notice.lines}
        assert (notice, merged.merge_notice.strategy) == ({"CUP": 5, "RUG": 1}, "sum")
        assert carts.get_cart(steps.guest(token)).lines == []
        assert carts.get_cart(steps.MINE).merge_notice is not None
        assert steps.quantities(carts.merge(token)) == {"PLATE": 1, "CUP": 5, "RUG": 1}
        assert carts.add_item(steps.MINE, steps.item("CUP"), None).merge_notice is None


@pytest.mark.parametrize(("strategy", "cups"), [("sum", 5), ("larger", 3), ("guest", 2), ("customer", 3)])
def test_the_setting_decides_how_products_in_both_carts_are_merged(carts, shop, settings, strategy, cups):
    settings.CART_MERGE_STRATEGY = strategy
    token = steps.open_guest(carts)
    with acting.as_customer():
        carts.add_items(steps.guest(token), [steps.item("CUP", 2), steps.item("RUG")], None)
        carts.add_items(steps.MINE, [steps.item("PLATE"), steps.item("CUP", 3)], None)
        assert steps.quantities(carts.merge(token)) == {"PLATE": 1, "CUP": cups, "RUG": 1}


def test_a_guest_can_use_the_cart_again_after_a_merge_and_merge_again(carts, shop):
    token = steps.open_guest(carts)
    with acting.as_customer():
        for _ in range(2):
            carts.add_item(steps.guest(token), steps.item("CUP", 2), None)
            carts.merge(token)
        assert steps.quantities(carts.get_cart(steps.MINE)) == {"CUP": 4}


@pytest.fixture
def stopped_merge(carts, shop, monkeypatch):
    """The token of a guest's cart whose merge was stopped after the guest's cart had let go what was in it."""
    token = steps.open_guest(carts)
    record = service.carts.record

    def stops_before_the_customers_cart(cart_id, decision, key=None):
        if cart_id.startswith("customer-"):
            raise rpc.Unavailable("The process was stopped.")
        return record(cart_id, decision, key)

    with acting.as_customer():
        carts.add_item(steps.guest(token), steps.item("CUP", 2), None)
        with monkeypatch.context() as patched:
            patched.setattr(service.carts, "record", stops_before_the_customers_cart)
            with pytest.raises(rpc.Unavailable):
                carts.merge(token)
    return token


def test_a_repeated_merge_after_an_interruption_adds_nothing_twice(carts, stopped_merge):
    with acting.as_customer():
        assert steps.quantities(carts.merge(stopped_merge)) == {"CUP": 2}
        assert steps.quantities(carts.merge(stopped_merge)) == {"CUP": 2}
        assert carts.get_cart(steps.guest(stopped_merge)).lines == []


def test_an_interrupted_merge_is_finished_by_the_reaction(carts, stopped_merge):
    progress.catch_up()
    with acting.as_customer():
        assert steps.quantities(carts.get_cart(steps.MINE)) == {"CUP": 2}


def test_items_added_after_an_interrupted_merge_are_merged_once(carts, stopped_merge):
    with acting.as_customer():
        carts.add_item(steps.guest(stopped_merge), steps.item("CUP", 3), None)
        assert steps.quantities(carts.merge(stopped_merge)) == {"CUP": 5}
        progress.catch_up()
        assert steps.quantities(carts.get_cart(steps.MINE)) == {"CUP": 5}


def test_lines_handed_over_to_one_customer_are_not_added_to_another(carts, stopped_merge):
    with acting.as_customer(acting.OTHER):
        assert steps.quantities(carts.merge(stopped_merge)) == {}
    with acting.as_customer():
        assert steps.quantities(carts.merge(stopped_merge)) == {"CUP": 2}


def test_merging_an_empty_cart_changes_nothing(carts, shop):
    token = steps.open_guest(carts)
    with acting.as_customer():
        carts.add_item(steps.MINE, steps.item("CUP"), None)
        merged = carts.merge(token)
    assert (steps.quantities(merged), merged.merge_notice) == ({"CUP": 1}, None)


def test_lines_without_room_are_merged_when_there_is_room(carts, shop):
    skus = [f"THING-{n:03}" for n in range(102)]
    price = [common.Money(amount=100, currency="GBP")]
    shop.sell(dict.fromkeys(skus, price))
    token = steps.open_guest(carts)
    with acting.as_customer():
        carts.add_items(steps.MINE, [steps.item(sku) for sku in skus[:99]], None)
        carts.add_items(steps.guest(token), [steps.item(sku, 2) for sku in skus[98:]], None)
        merged = carts.merge(token)
        assert len(merged.lines) == 100
        assert [(one.sku, one.quantity) for one in merged.merge_notice.left] == [(skus[100], 2), (skus[101], 2)]
        assert steps.quantities(carts.get_cart(steps.guest(token))) == {skus[100]: 2, skus[101]: 2}
        assert carts.merge(token).version == merged.version
        carts.remove_item(steps.MINE, skus[0])
        assert steps.quantities(carts.merge(token))[skus[100]] == 2
        assert steps.quantities(carts.get_cart(steps.guest(token))) == {skus[101]: 2}
