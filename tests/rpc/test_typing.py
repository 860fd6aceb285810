"""The types of calls and answers: the type checker verifies these assertions in `make check`."""

from typing import assert_type

import pytest
from asgiref.sync import async_to_sync

from idl import inventory
from tests import acting
from thriftshop import rpc
from thriftshop.contracts import reading, stubs
from thriftshop.rpc import reflection

pytestmark = pytest.mark.django_db


def test_an_asynchronous_call_has_the_type_of_its_answer(transport: str) -> None:
    async def ask() -> list[inventory.StockLevel]:
        stock = rpc.aconnect(inventory.InventoryService)
        return assert_type(await stock.get_levels(["MUG"]), list[inventory.StockLevel])

    with acting.as_service("cart"):
        (level,) = async_to_sync(ask)()
    assert assert_type(level.sku, str) == "MUG"


def test_stubs_declare_every_method_for_both_clients() -> None:
    library = reading.live()
    text = stubs.module_stub(library, library["inventory"])
    client, _, service = text.partition("class InventoryService:")[2].partition("__async_client__: _Asynchronous")
    for name in reflection.methods(inventory.InventoryService):
        assert client.count(f"        async def {name}(self") == 1
        assert service.count(f"    def {name}(self") == 1
