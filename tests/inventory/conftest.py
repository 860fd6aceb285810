"""What the inventory's tests share: the contract at hand, and lines written briefly."""

import pytest

from idl import inventory
from thriftshop import rpc


@pytest.fixture
def stock():
    """The inventory by its contract."""
    return rpc.connect(inventory.InventoryService)
