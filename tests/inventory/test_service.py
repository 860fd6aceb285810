"""The inventory by its contract, over every transport and event store."""

import pytest
from django.db.models import Count, Sum

from apps.inventory import models, projections, service
from idl import common, inventory
from tests import acting
from thriftshop import circumstances, clock, events, rpc
from thriftshop.events import bus, rebuild

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]

DAY = 86_400_000


def lines(**quantities):
    return [inventory.StockLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]


def receive(stock, key="delivery", **quantities):
    with acting.as_staff():
        return stock.receive(key, lines(**quantities), "DN-1", None)


def level(stock, sku="A"):
    with acting.as_service("orders"):
        (found,) = stock.get_levels([sku])
    return found.on_hand, found.reserved, found.available


def reserve(stock, order="order-1", hold=900, **quantities):
    with acting.as_service("orders"):
        stock.reserve(order, lines(**quantities), hold)


def later(monkeypatch, milliseconds):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + milliseconds)


def test_what_is_received_can_be_read_back_at_once(stock):
    receive(stock, A=5, B=2)
    assert level(stock, "A") == (5, 0, 5)
    assert level(stock, "B") == (2, 0, 2)


def test_levels_come_in_the_order_asked_for_and_are_nothing_where_nothing_is_known(stock):
    receive(stock, A=5)
    with acting.as_stranger():
        found = stock.get_levels(["unknown", "A", "not a sku!", "x" * 10_000, "", "A", "☂"])
    assert [(one.on_hand, one.version) for one in found] == [(0, 0), (5, 1), (0, 0), (0, 0), (0, 0), (5, 1), (0, 0)]


def test_an_order_goes_from_reserved_to_shipped(stock):
    receive(stock, A=5, B=2)
    reserve(stock, A=3, B=2)
    assert level(stock, "A") == (5, 3, 2)
    with acting.as_service("orders"):
        stock.allocate("order-1", ["A", "B"])
        stock.ship("shipment-1", "order-1", lines(A=2, B=2))
        stock.ship("shipment-2", "order-1", lines(A=1))
    assert level(stock, "A") == (2, 0, 2)
    assert level(stock, "B") == (0, 0, 0)


def test_the_same_command_again_changes_nothing(stock):
    for _ in range(2):
        receive(stock, A=5)
        reserve(stock, A=3)
        with acting.as_service("orders"):
            stock.allocate("order-1", ["A"])
            stock.release_lines("r1", "order-1", lines(A=1), "cancelled")
            stock.ship("s1", "order-1", lines(A=2))
            stock.take_back("t1", lines(A=1), "order-1", "too small")
        with acting.as_staff():
            stock.write_off("w1", lines(A=4), "moths", None)
            assert stock.count("c1", "A", 7, "found behind the shelf").on_hand == 7
        assert level(stock, "A") == (7, 0, 7)
    bus.drain()
    with acting.as_staff():
        assert stock.get_movements("A", common.Page(first=100)).page_info.total == 8


def test_lines_of_the_same_sku_count_together(stock):
    receive(stock, A=5)
    twice = [inventory.StockLine(sku="A", quantity=3), inventory.StockLine(sku="A", quantity=3)]
    with acting.as_service("orders"), pytest.raises(inventory.OutOfStock) as refusal:
        stock.reserve("order-1", twice, 900)
    assert refusal.value.shortages == [inventory.Shortage(sku="A", requested=6, available=5)]


def test_all_lines_are_reserved_or_none_and_every_shortage_is_named(stock):
    receive(stock, A=5, B=2, C=1)
    with pytest.raises(inventory.OutOfStock) as refusal:
        reserve(stock, A=5, B=3, C=2, D=1)
    assert refusal.value.shortages == [
        inventory.Shortage(sku="B", requested=3, available=2),
        inventory.Shortage(sku="C", requested=2, available=1),
        inventory.Shortage(sku="D", requested=1, available=0),
    ]
    assert "B (3 wanted, 2 available)" in refusal.value.message
    assert level(stock, "A") == (5, 0, 5)


def test_a_refused_reservation_can_be_made_when_goods_have_come(stock):
    receive(stock, A=1)
    with pytest.raises(inventory.OutOfStock):
        reserve(stock, A=2)
    receive(stock, "second", A=1)
    reserve(stock, A=2)
    assert level(stock, "A") == (2, 2, 0)


def test_a_reservation_that_ran_out_frees_its_goods_and_cannot_be_made_firm(stock, monkeypatch):
    receive(stock, A=1)
    reserve(stock, "order-1", A=1)
    later(monkeypatch, 900_000)
    assert level(stock, "A") == (1, 0, 1)
    with acting.as_service("orders"), pytest.raises(inventory.ReservationNotFound) as refusal:
        stock.allocate("order-1", ["A"])
    assert refusal.value.reservation_id == "order-1"
    reserve(stock, "order-2", A=1)
    assert level(stock, "A") == (1, 1, 0)


def test_a_reservation_that_ran_out_can_be_made_anew_under_its_own_id(stock, monkeypatch):
    receive(stock, A=1)
    for _ in range(3):
        reserve(stock, "order-1", A=1)
        reserve(stock, "order-1", A=1)
        assert level(stock, "A") == (1, 1, 0)
        later(monkeypatch, 900_000)
        assert level(stock, "A") == (1, 0, 1)
        bus.drain()
        assert service.sweep() == 1
    reserve(stock, "order-2", A=1)
    with pytest.raises(inventory.OutOfStock):
        reserve(stock, "order-1", A=1)


def test_a_reservation_that_was_shipped_or_taken_back_is_not_made_again_by_a_late_repeat(stock):
    receive(stock, A=3, B=3)
    reserve(stock, "order-1", A=1)
    reserve(stock, "order-2", B=1)
    with acting.as_service("orders"):
        stock.ship("s1", "order-1", lines(A=1))
        stock.release("order-2", ["B"], "cancelled")
    reserve(stock, "order-1", A=1)
    reserve(stock, "order-2", B=1)
    assert level(stock, "A") == (2, 0, 2)
    assert level(stock, "B") == (3, 0, 3)


def test_a_firm_reservation_does_not_run_out(stock, monkeypatch):
    receive(stock, A=1)
    reserve(stock, A=1)
    with acting.as_service("orders"):
        stock.allocate("order-1", ["A"])
    later(monkeypatch, 100 * DAY)
    bus.drain()
    assert service.sweep() == 0
    assert level(stock, "A") == (1, 1, 0)


def test_the_hold_of_an_imported_order_runs_from_now_not_from_its_date(stock):
    with circumstances.using(occurred_at=clock.now() - 400 * DAY):
        receive(stock, A=1)
        reserve(stock, A=1)
    assert level(stock, "A") == (1, 1, 0)


def test_release_takes_back_what_is_left_and_is_silent_where_nothing_is(stock):
    receive(stock, A=5)
    reserve(stock, A=4)
    with acting.as_service("orders"):
        stock.ship("s1", "order-1", lines(A=1))
        stock.release("order-1", ["A", "never-heard-of"], "cancelled")
        stock.release("order-1", ["A"], "cancelled")
    assert level(stock, "A") == (4, 0, 4)


def test_more_than_is_reserved_can_neither_leave_nor_be_released(stock):
    receive(stock, A=5)
    reserve(stock, A=2)
    with acting.as_service("orders"):
        with pytest.raises(common.InvalidInput, match="Only 2 of A"):
            stock.ship("s1", "order-1", lines(A=3))
        with pytest.raises(common.InvalidInput, match="Only 2 of A"):
            stock.release_lines("r1", "order-1", lines(A=3), "cancelled")
        with pytest.raises(inventory.ReservationNotFound):
            stock.ship("s1", "order-2", lines(A=1))
        with pytest.raises(inventory.ReservationNotFound):
            stock.release_lines("r1", "order-1", lines(B=1), "cancelled")
    assert level(stock, "A") == (5, 2, 3)


def test_what_is_promised_cannot_be_written_off_nor_counted_away(stock):
    receive(stock, A=5, B=5)
    reserve(stock, A=3)
    with acting.as_staff():
        with pytest.raises(inventory.OutOfStock) as refusal:
            stock.write_off("w1", lines(A=3, B=1), "moths", None)
        with pytest.raises(common.InvalidInput, match="3 of A are promised"):
            stock.count("c1", "A", 2, "stock-taking")
        assert stock.count("c1", "A", 3, "stock-taking").on_hand == 3
    assert refusal.value.shortages == [inventory.Shortage(sku="A", requested=3, available=2)]
    assert level(stock, "B") == (5, 0, 5)


@pytest.mark.parametrize(
    ("sku", "quantity", "field"),
    [
        ("A", 0, "lines.0.quantity"),
        ("A", -1, "lines.0.quantity"),
        ("A", 1_000_001, "lines.0.quantity"),
        ("", 1, "lines.0.sku"),
        ("a b", 1, "lines.0.sku"),
        ("☂", 1, "lines.0.sku"),
        ("x" * 65, 1, "lines.0.sku"),
        ("x" * 10_000, 1, "lines.0.sku"),
    ],
)
def test_lines_that_cannot_be_are_refused_by_every_verb(stock, sku, quantity, field):
    bad = [inventory.StockLine(sku=sku, quantity=quantity)]
    calls = [
        (acting.as_staff, lambda: stock.receive("k", bad, None, None)),
        (acting.as_staff, lambda: stock.write_off("k", bad, "why", None)),
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
    assert events.store("inventory").head() == 0


def test_keys_reasons_counts_and_holds_that_cannot_be_are_refused(stock):
    with acting.as_staff():
        for call, field in [
            (lambda: stock.receive("", lines(A=1), None, None), "key"),
            (lambda: stock.receive("k" * 101, lines(A=1), None, None), "key"),
            (lambda: stock.receive("k\n", lines(A=1), None, None), "key"),
            (lambda: stock.receive("k", [], None, None), "lines"),
            (lambda: stock.receive("k", lines(A=1) * 1001, None, None), "lines"),
            (lambda: stock.receive("k", lines(A=1), "x" * 201, None), "reference"),
            (lambda: stock.receive("k", lines(A=1), None, "x" * 10_000), "reason"),
            (lambda: stock.write_off("k", lines(A=1), " ", None), "reason"),
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
            with pytest.raises(common.InvalidInput, match="holds for 1 to"):
                stock.reserve("order-1", lines(A=1), hold)
        with pytest.raises(inventory.ReservationNotFound):
            stock.allocate("x" * 10_000, ["A"])
    assert events.store("inventory").head() == 0


def test_the_level_at_a_past_moment_is_what_had_happened_by_then(stock):
    start = clock.now() - 10 * DAY
    for day, quantity in enumerate((5, 7, 9)):
        with circumstances.using(occurred_at=start + day * DAY):
            receive(stock, f"day-{day}", A=quantity)
    with acting.as_staff():
        found = [stock.get_levels_at(["A", "B"], start + day * DAY) for day in (-1, 0, 1, 2)]
    assert [(a.on_hand, b.on_hand) for a, b in found] == [(0, 0), (5, 0), (12, 0), (21, 0)]


def test_the_ledger_says_who_did_what_when_and_why_newest_first(stock):
    receive(stock, A=5)
    reserve(stock, A=2)
    with acting.as_staff():
        stock.write_off("w1", lines(A=1), "moths", "WO-7")
    bus.drain()
    with acting.as_staff():
        first = stock.get_movements("A", common.Page(first=2))
        second = stock.get_movements("A", common.Page(first=2, after=first.page_info.end_cursor))
    (lost, promised), (came,) = first.movements, second.movements
    assert (lost.kind, lost.actor, lost.reason, lost.reference) == ("StockWrittenOff", acting.STAFF, "moths", "WO-7")
    assert (lost.on_hand_change, lost.reserved_change, lost.on_hand, lost.reserved) == (-1, 0, 4, 2)
    assert (promised.kind, promised.actor, promised.reference) == ("StockReserved", "orders", "order-1")
    assert (came.kind, came.reference, came.version) == ("StockReceived", "DN-1", 1)
    assert (first.page_info.has_next_page, second.page_info.has_next_page) == (True, False)
    assert first.page_info.total == 3


def test_totals_add_up_over_the_whole_ledger(stock):
    receive(stock, A=50, B=10)
    reserve(stock, A=5)
    with acting.as_service("orders"):
        stock.ship("s1", "order-1", lines(A=3))
        stock.take_back("t1", lines(A=1), None, None)
    with acting.as_staff():
        stock.write_off("w1", lines(B=4), "moths", None)
        stock.count("c1", "A", 40, "stock-taking")
    bus.drain()
    with acting.as_staff():
        totals = stock.get_totals()
        levels = stock.list_levels(None, 1000)
    assert totals == inventory.StockTotals(
        skus=2, on_hand=46, reserved=2, received=60, shipped=3, taken_back=1, written_off=4, counted=-8, reduced=0
    )
    assert (sum(one.on_hand for one in levels), sum(one.reserved for one in levels)) == (46, 2)
    assert all(one.updated_at for one in levels)
    summed = models.Movement.objects.order_by().values_list("kind").annotate(Count("id"), Sum("on_hand_change"))
    assert set(summed) == set(models.Total.objects.values_list("kind", "movements", "on_hand_change"))


def test_all_levels_are_listed_part_by_part_in_the_order_of_skus(stock):
    receive(stock, C=3, A=1, B=2)
    bus.drain()
    with acting.as_staff():
        first = stock.list_levels(None, 2)
        second = stock.list_levels(first[-1].sku, 2)
    assert [one.sku for one in (*first, *second)] == ["A", "B", "C"]


def test_what_the_tables_have_equals_a_rebuild(stock):
    receive(stock, A=50, B=10)
    reserve(stock, A=5, B=5)
    with acting.as_service("orders"):
        stock.allocate("order-1", ["A"])
        stock.ship("s1", "order-1", lines(A=3))
        stock.release("order-1", ["A", "B"], "cancelled")
    bus.drain()
    for projection in projections.PROJECTIONS:
        assert rebuild.differences(projection) == []


def test_an_event_that_comes_twice_is_applied_once(stock):
    receive(stock, A=5)
    bus.drain()
    (record,) = service.ledger.stock.history("A")
    projections.apply([record, record])
    with acting.as_staff():
        assert [one.on_hand for one in stock.list_levels(None, 10)] == [5]
        assert len(stock.get_movements("A", common.Page(first=10)).movements) == 1


def test_strangers_and_customers_may_read_levels_and_nothing_else(stock):
    receive(stock, A=5)
    for who in (acting.as_stranger, acting.as_customer):
        with who():
            assert stock.get_levels(["A"])[0].available == 5
            for call in (
                lambda: stock.receive("k", lines(A=1), None, None),
                lambda: stock.write_off("k", lines(A=1), "why", None),
                lambda: stock.count("k", "A", 1, "why"),
                lambda: stock.get_levels_at(["A"], 0),
                lambda: stock.list_levels(None, 10),
                stock.get_totals,
                lambda: stock.get_movements("A", common.Page(first=10)),
            ):
                with pytest.raises(common.Forbidden):
                    call()
            with pytest.raises(rpc.NotAllowed):
                stock.reserve("order-1", lines(A=1), 900)
    assert level(stock, "A") == (5, 0, 5)
