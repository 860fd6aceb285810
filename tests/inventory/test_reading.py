"""Reading stock: current and past levels, movements and totals; the tables equal their rebuild."""

import pytest
from django.db.models import Count, Sum

from apps.inventory import models, projections, service
from idl import common, inventory
from tests import acting
from tests.inventory import steps
from thriftshop import call_context, clock
from thriftshop.events import progress, rebuild

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]


def test_levels_are_in_the_requested_order_and_zero_for_unknown_skus(stock):
    steps.receive(stock, A=5)
    with acting.as_stranger():
        found = stock.get_levels(["unknown", "A", "not a sku!", "x" * 10_000, "", "A", "☂"])
    assert [(one.on_hand, one.version) for one in found] == [(0, 0), (5, 1), (0, 0), (0, 0), (0, 0), (5, 1), (0, 0)]


def test_the_level_at_a_past_moment_includes_earlier_events_only(stock):
    start = clock.now() - 10 * steps.DAY
    for day, quantity in enumerate((5, 7, 9)):
        with call_context.using(occurred_at=start + day * steps.DAY):
            steps.receive(stock, f"day-{day}", A=quantity)
    with acting.as_staff("inventory"):
        found = [stock.get_levels_at(["A", "B"], start + day * steps.DAY) for day in (-1, 0, 1, 2)]
    assert [(a.on_hand, b.on_hand) for a, b in found] == [(0, 0), (5, 0), (12, 0), (21, 0)]


def test_movements_have_actor_time_and_reason_newest_first(stock):
    steps.receive(stock, A=5)
    steps.reserve(stock, A=2)
    with acting.as_staff("inventory"):
        stock.write_off("w1", steps.lines(A=1), "moths", "WO-7")
    progress.catch_up()
    with acting.as_staff("inventory"):
        first = stock.get_movements("A", common.Page(first=2))
        second = stock.get_movements("A", common.Page(first=2, after=first.page_info.end_cursor))
    (lost, reserved), (came,) = first.movements, second.movements
    assert (lost.kind, lost.actor, lost.reason, lost.reference) == ("StockWrittenOff", acting.STAFF, "moths", "WO-7")
    assert (lost.on_hand_change, lost.reserved_change, lost.on_hand, lost.reserved) == (-1, 0, 4, 2)
    assert (reserved.kind, reserved.actor, reserved.reference) == ("StockReserved", "orders", "order-1")
    assert (came.kind, came.reference, came.version) == ("StockReceived", "DN-1", 1)
    assert (first.page_info.has_next_page, second.page_info.has_next_page) == (True, False)
    assert first.page_info.total == 3


def test_totals_add_up_over_the_whole_ledger(stock):
    steps.receive(stock, A=50, B=10)
    steps.reserve(stock, A=5)
    with acting.as_service("orders"):
        stock.ship("s1", "order-1", steps.lines(A=3))
        stock.take_back("t1", steps.lines(A=1), None, None)
    with acting.as_staff("inventory"):
        stock.write_off("w1", steps.lines(B=4), "moths", None)
        stock.count("c1", "A", 40, "stock-taking")
    progress.catch_up()
    with acting.as_staff("inventory"):
        totals = stock.get_totals()
        levels = stock.list_levels(None, 1000)
    assert totals == inventory.StockTotals(
        skus=2, on_hand=46, reserved=2, received=60, shipped=3, taken_back=1, written_off=4, counted=-8, reduced=0
    )
    assert (sum(level.on_hand for level in levels), sum(level.reserved for level in levels)) == (46, 2)
    assert all(level.updated_at for level in levels)
    summed = models.Movement.objects.order_by().values_list("kind").annotate(Count("id"), Sum("on_hand_change"))
    assert set(summed) == set(models.Total.objects.values_list("kind", "movements", "on_hand_change"))


def test_all_levels_are_listed_in_pages_ordered_by_sku(stock):
    steps.receive(stock, C=3, A=1, B=2)
    progress.catch_up()
    with acting.as_staff("inventory"):
        first = stock.list_levels(None, 2)
        second = stock.list_levels(first[-1].sku, 2)
    assert [one.sku for one in (*first, *second)] == ["A", "B", "C"]


def test_the_projected_tables_equal_a_rebuild(stock):
    steps.receive(stock, A=50, B=10)
    steps.reserve(stock, A=5, B=5)
    with acting.as_service("orders"):
        stock.allocate("order-1", ["A"])
        stock.ship("s1", "order-1", steps.lines(A=3))
        stock.release("order-1", ["A", "B"], "cancelled")
    progress.catch_up()
    for projection in projections.PROJECTIONS:
        assert rebuild.differences(projection) == []


def test_a_repeated_event_is_applied_once(stock):
    steps.receive(stock, A=5)
    progress.catch_up()
    (record,) = service.ledger.stock.history("A")
    projections.apply([record, record])
    with acting.as_staff("inventory"):
        assert [level.on_hand for level in stock.list_levels(None, 10)] == [5]
        assert len(stock.get_movements("A", common.Page(first=10)).movements) == 1
