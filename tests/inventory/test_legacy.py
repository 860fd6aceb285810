"""The inventory's methods of 2018 still work, and stock never becomes negative."""

import pytest

from idl import inventory
from idl.legacy import inventory as legacy_inventory
from tests import acting
from thriftshop import rpc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]


@pytest.fixture
def old():
    """The contract of 2018, as an old client calls it."""
    return rpc.connect(legacy_inventory.InventoryService)


@pytest.fixture(autouse=True)
def delivery(stock, event_store, transport):
    with acting.as_staff("inventory"):
        stock.receive("delivery", [inventory.StockLine(sku="A", quantity=5)], None, None)


def test_an_item_can_be_looked_up_and_reduced_until_none_is_left(old):
    with acting.as_stranger():
        assert (old.get("A").itemId, old.get("A").qty) == ("A", 5)
        assert old.reduce("A", 2).qty == 3
        assert old.reduce("A", 3).qty == 0
        with pytest.raises(legacy_inventory.ItemStatusException) as refusal:
            old.reduce("A", 1)
        assert (refusal.value.id, refusal.value.message) == (2, "Inventory Unavailable")
        assert old.get("A").qty == 0


@pytest.mark.parametrize("item", ["B", "", "no such item", "x" * 10_000, "☂"])
def test_an_unknown_item_is_not_found(old, item):
    with acting.as_stranger():
        for call in (lambda: old.get(item), lambda: old.reduce(item, 1)):
            with pytest.raises(legacy_inventory.ItemStatusException) as refusal:
                call()
            assert (refusal.value.id, refusal.value.message) == (1, "Not found")


@pytest.mark.parametrize("quantity", [0, -1, -(2**31), 6, 2**31 - 1])
def test_an_invalid_quantity_is_refused(old, quantity):
    with acting.as_stranger():
        with pytest.raises(legacy_inventory.ItemStatusException) as refusal:
            old.reduce("A", quantity)
        assert (refusal.value.id, refusal.value.message) == (2, "Inventory Unavailable")
        assert old.get("A").qty == 5


def test_a_client_of_2018_cannot_take_what_is_reserved_for_an_order(old, stock):
    with acting.as_service("orders"):
        stock.reserve("order-1", [inventory.StockLine(sku="A", quantity=4)], 900)
    with acting.as_stranger():
        assert old.get("A").qty == 1
        with pytest.raises(legacy_inventory.ItemStatusException) as refusal:
            old.reduce("A", 2)
    assert (refusal.value.id, refusal.value.message) == (2, "Inventory Unavailable")
