"""Calls behave the same over every transport: refusals, faults, deadlines, callers, call context."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from django.db import transaction

from idl import catalog, inventory
from idl.legacy import inventory as legacy
from tests import acting
from thriftshop import call_context, identity, rpc
from thriftshop.rpc import deadlines, hosting

pytestmark = pytest.mark.django_db

stock = rpc.connect(inventory.InventoryService)


def lines(quantity: int) -> list[inventory.StockLine]:
    return [inventory.StockLine(sku="MUG", quantity=quantity)]


def test_a_reply_consists_of_the_contracts_structs(transport):
    with acting.as_service("trade"):
        (level,) = stock.receive("delivery-1", lines(3))
    assert isinstance(level, inventory.StockLevel)
    assert level.available == 3


def test_a_declared_refusal_is_raised_as_itself_with_its_data(transport):
    with acting.as_service("orders"), pytest.raises(inventory.OutOfStock) as refusal:
        stock.reserve("order-1", lines(3), 60)
    assert refusal.value.shortages == [inventory.Shortage(sku="MUG", requested=3, available=0)]


def test_a_caller_that_the_contract_does_not_list_is_refused(transport):
    with acting.as_service("cart"), pytest.raises(rpc.NotAllowed, match=r"cart may not call InventoryService\.reserve"):
        stock.reserve("order-1", lines(1), 60)


def test_an_unnamed_caller_is_refused(transport):
    with pytest.raises(rpc.NotAllowed, match="An unnamed caller"):
        stock.get_levels(["MUG"])


def test_a_failing_service_raises_a_fault_without_details(transport, monkeypatch):
    def break_(self, skus):
        raise ZeroDivisionError("the secret is 42")

    monkeypatch.setattr(type(hosting.service(inventory.InventoryService)), "get_levels", break_)
    with acting.as_service("cart"), pytest.raises(rpc.Fault) as fault:
        stock.get_levels(["MUG"])
    assert "42" not in str(fault.value)
    assert "InventoryService.get_levels" in str(fault.value)


@pytest.mark.parametrize("arguments", [(), (["A"], "too many"), ("not a list",), ([3],), (None,)])
def test_arguments_that_do_not_fit_are_refused(transport, arguments):
    with acting.as_service("cart"), pytest.raises(rpc.MalformedCall):
        stock.get_levels(*arguments)


def test_an_unknown_argument_or_method_is_named():
    with acting.as_service("cart"), pytest.raises(rpc.MalformedCall, match="'stock_keeping_units'"):
        stock.get_levels(stock_keeping_units=[])
    with pytest.raises(AttributeError, match="no method 'get_all_levels'"):
        stock.get_all_levels()


def test_a_call_whose_deadline_has_passed_is_not_started(transport):
    with call_context.using(caller="cart", deadline=time.monotonic() - 1), pytest.raises(rpc.DeadlineExceeded):
        stock.get_levels(["MUG"])


def held_up(monkeypatch, *, wrote: bool) -> None:
    """Make `receive` lose all of its time, before it has written or after."""
    original = type(hosting.service(inventory.InventoryService)).receive
    lost = 0.0
    monkeypatch.setattr(deadlines, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + lost))

    def receive(key, *args):
        nonlocal lost
        if wrote:
            original(f"{key}-first", *args)
        lost = max(0.0, call_context.current().deadline - time.monotonic()) + 0.01
        try:
            return original(key, *args)
        finally:
            lost = 0.0

    monkeypatch.setattr(type(hosting.service(inventory.InventoryService)), "receive", staticmethod(receive))


def test_a_call_delayed_beyond_its_deadline_writes_nothing(transport, monkeypatch):
    held_up(monkeypatch, wrote=False)
    with call_context.using(caller="trade", deadline=time.monotonic() + 60), pytest.raises(rpc.DeadlineExceeded):
        stock.receive("delivery-1", lines(3))
    with acting.as_service("cart"):
        assert stock.get_levels(["MUG"])[0].on_hand == 0


def test_a_call_that_has_begun_to_write_is_finished_after_its_deadline(transport, monkeypatch):
    held_up(monkeypatch, wrote=True)
    with call_context.using(caller="trade", deadline=time.monotonic() + 60):
        stock.receive("delivery-1", lines(3))
    with acting.as_service("cart"):
        assert stock.get_levels(["MUG"])[0].on_hand == 6


def test_a_call_inside_a_transaction_is_refused(transport):
    with (
        acting.as_service("cart"),
        transaction.atomic(),
        pytest.raises(rpc.Fault, match="inside a database transaction"),
    ):
        stock.get_levels(["MUG"])


def test_a_forged_viewer_is_refused(transport):
    with call_context.using(caller="gateway", viewer="eyJpZCI6ImV2ZSJ9:forged"), pytest.raises(rpc.Unavailable):
        rpc.connect(catalog.CatalogService).get_products(["A"])


def test_the_service_sees_caller_viewer_trace_and_date(transport, monkeypatch):
    seen = []

    def look(self, skus):
        seen.append((call_context.current(), identity.viewer()))
        return []

    monkeypatch.setattr(type(hosting.service(inventory.InventoryService)), "get_levels", look)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with acting.as_customer(), call_context.using(traceparent=trace, occurred_at=1_260_000_000_000):
        stock.get_levels([])
    here, viewer = seen[0]
    assert (here.caller, here.occurred_at, viewer.id) == ("gateway", 1_260_000_000_000, acting.CUSTOMER)
    assert here.traceparent[3:35] == trace[3:35]
    assert here.traceparent != trace
    assert here.deadline > time.monotonic()


def test_a_nested_call_has_no_later_deadline_than_its_caller(transport, monkeypatch):
    seen = []
    monkeypatch.setattr(
        type(hosting.service(inventory.InventoryService)),
        "get_levels",
        lambda self, skus: seen.append(call_context.current().deadline) or [],
    )
    soon = time.monotonic() + 30
    with call_context.using(caller="cart", deadline=soon):
        stock.get_levels([])
    assert seen == [soon]


def test_a_context_that_is_not_hosted_is_named_with_the_variable(settings):
    settings.CONTEXTS = ["catalog"]
    with acting.as_service("cart"), pytest.raises(rpc.NotHosted, match="add it to CONTEXTS"):
        stock.get_levels(["MUG"])


def test_a_client_of_2018_is_answered_under_its_own_contract(transport):
    old = rpc.connect(legacy.InventoryService)
    with acting.as_service("trade"):
        stock.receive("delivery-1", lines(3))
    with acting.as_stranger():
        assert old.reduce("MUG", 2) == legacy.ItemStatus(itemId="MUG", qty=1)
        with pytest.raises(legacy.ItemStatusException) as refusal:
            old.reduce("MUG", 2)
        assert refusal.value.id == 2
        assert old.get("MUG").qty == 1


def test_the_asynchronous_client_behaves_like_the_synchronous_one(transport):
    async def ask():
        astock = rpc.aconnect(inventory.InventoryService)
        levels = await astock.get_levels(["MUG"])
        with pytest.raises(rpc.NotAllowed):
            await astock.reserve("order-1", lines(1), 60)
        return levels

    from asgiref.sync import async_to_sync

    with acting.as_service("cart"):
        assert async_to_sync(ask)()[0].available == 0


@pytest.mark.django_db(transaction=True)
def test_blocking_calls_run_side_by_side_on_the_pool(settings):
    settings.RPC_THREADS = 4

    async def ask():
        astock = rpc.aconnect(inventory.InventoryService)
        with call_context.using(caller="cart"):
            return await asyncio.gather(*(astock.get_levels([f"SKU-{number}"]) for number in range(20)))

    answers = asyncio.run(ask())
    assert [answer[0].sku for answer in answers] == [f"SKU-{number}" for number in range(20)]
