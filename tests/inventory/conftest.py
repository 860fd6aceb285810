"""Fixtures of the inventory's tests."""

import pytest

from idl import inventory
from thriftshop import rpc


@pytest.fixture
def stock():
    """The inventory by its contract."""
    return rpc.connect(inventory.InventoryService)
