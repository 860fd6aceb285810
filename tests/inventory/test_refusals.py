"""The inventory's refusals: invalid input, and callers without permission."""

import pytest

from idl import common, inventory
from tests import acting
from tests.inventory import steps
from thriftshop import rpc
from thriftshop.events import streams

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]


@pytest.mark.parametrize(
    ("sku", "quantity", "field"),
    [
        ("A", 0, "lines.0.quantity"),
        ("A", -1, "lines.0.quantity"),
        ("A", 2_000_000_001, "lines.0.quantity"),
        ("", 1, "lines.0.sku"),
        ("a b", 1, "lines.0.sku"),
        ("☂", 1, "lines.0.sku"),
        ("x" * 65, 1, "lines.0.sku"),
        ("x" * 10_000, 1, "lines.0.sku"),
    ],
)
def test_every_method_refuses_invalid_lines(stock, sku, quantity, field):
    bad = [inventory.StockLine(sku=sku, quantity=quantity)]
    calls = [
        (lambda: acting.as_staff("inventory"), lambda: stock.receive("k", bad, None, None)),
        (lambda: acting.as_staff("inventory"), lambda: stock.write_off("k", bad, "why", None)),
        (lambda: acting.as_service("orders"), lambda: stock.take_back("k", bad, None, None)),
        (lambda: acting.as_service("orders"), lambda: stock.reserve("k", bad, 900)),
        (lambda: acting.as_service("orders"), lambda: stock.ship("k", "order", bad)),
        (lambda: acting.as_service("orders"), lambda: stock.release_lines("k", "order", bad, "why")),
    ]
    for who, call in calls:
        with who(), pytest.raises(common.InvalidInput) as refusal:
            call()
        assert refusal.value.field == field
        assert len(refusal.value.message) < 300
    assert streams.of("inventory").count() == 0


def test_invalid_keys_reasons_counts_and_durations_are_refused(stock):
    with acting.as_staff("inventory"):
        for call, field in [
            (lambda: stock.receive("", steps.lines(A=1), None, None), "key"),
            (lambda: stock.receive("k" * 101, steps.lines(A=1), None, None), "key"),
            (lambda: stock.receive("k\n", steps.lines(A=1), None, None), "key"),
            (lambda: stock.receive("k", [], None, None), "lines"),
            (lambda: stock.receive("k", steps.lines(A=1) * 1001, None, None), "lines"),
            (lambda: stock.receive("k", steps.lines(A=1), "x" * 201, None), "reference"),
            (lambda: stock.receive("k", steps.lines(A=1), None, "x" * 10_000), "reason"),
            (lambda: stock.write_off("k", steps.lines(A=1), " ", None), "reason"),
            (lambda: stock.count("k", "A", 1, ""), "reason"),
            (lambda: stock.count("k", "A", -1, "why"), "counted"),
            (lambda: stock.count("k", "A", 10**12, "why"), "counted"),
            (lambda: stock.count("k", "a b", 1, "why"), "sku"),
            (lambda: stock.list_levels(None, 0), "first"),
            (lambda: stock.get_levels_at(["a b"], 0), "skus.0"),
            (lambda: stock.get_movements("A", common.Page(first=101)), "page.first"),
            (lambda: stock.get_movements("A", common.Page(first=1, after="nonsense")), "page.after"),
        ]:
            with pytest.raises(common.InvalidInput) as refusal:
                call()
            assert refusal.value.field == field
    with acting.as_service("orders"):
        for hold in (0, -1, 2**31 - 1):
            with pytest.raises(common.InvalidInput, match="is valid for 1 to"):
                stock.reserve("order-1", steps.lines(A=1), hold)
        with pytest.raises(inventory.ReservationNotFound):
            stock.allocate("x" * 10_000, ["A"])
    assert streams.of("inventory").count() == 0


def test_strangers_and_customers_may_read_levels_and_nothing_else(stock):
    steps.receive(stock, A=5)
    for who in (acting.as_stranger, acting.as_customer):
        with who():
            assert stock.get_levels(["A"])[0].available == 5
            for call in (
                lambda service: service.receive("k", steps.lines(A=1), None, None),
                lambda service: service.write_off("k", steps.lines(A=1), "why", None),
                lambda service: service.count("k", "A", 1, "why"),
                lambda service: service.get_levels_at(["A"], 0),
                lambda service: service.list_levels(None, 10),
                lambda service: service.get_totals(),
                lambda service: service.get_movements("A", common.Page(first=10)),
            ):
                with pytest.raises(common.Forbidden):
                    call(acting.straight_at(inventory.InventoryService))
                with pytest.raises((common.Forbidden, rpc.NotAllowed)):
                    call(stock)
            with pytest.raises(rpc.NotAllowed):
                stock.reserve("order-1", steps.lines(A=1), 900)
    assert steps.level(stock, "A") == (5, 0, 5)
