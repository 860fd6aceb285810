"""The methods of the inventory's contract, over every transport and event store."""

import pytest

from apps.inventory import service
from idl import common, inventory
from tests import acting, stores
from tests.inventory import steps
from thriftshop import call_context, clock
from thriftshop.events import progress

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]


def test_received_stock_is_visible_immediately(stock):
    steps.receive(stock, A=5, B=2)
    assert steps.level(stock, "A") == (5, 0, 5)
    assert steps.level(stock, "B") == (2, 0, 2)


@stores.on_every_store
def test_an_order_goes_from_reserved_to_shipped(stock):
    steps.receive(stock, A=5, B=2)
    steps.reserve(stock, A=3, B=2)
    assert steps.level(stock, "A") == (5, 3, 2)
    with acting.as_service("orders"):
        stock.allocate("order-1", ["A", "B"])
        stock.ship("shipment-1", "order-1", steps.lines(A=2, B=2))
        stock.ship("shipment-2", "order-1", steps.lines(A=1))
    assert steps.level(stock, "A") == (2, 0, 2)
    assert steps.level(stock, "B") == (0, 0, 0)


def test_the_same_command_again_changes_nothing(stock):
    for _ in range(2):
        steps.receive(stock, A=5)
        steps.reserve(stock, A=3)
        with acting.as_service("orders"):
            stock.allocate("order-1", ["A"])
            stock.release_lines("r1", "order-1", steps.lines(A=1), "cancelled")
            stock.ship("s1", "order-1", steps.lines(A=2))
            stock.take_back("t1", steps.lines(A=1), "order-1", "too small")
        with acting.as_staff("inventory"):
            stock.write_off("w1", steps.lines(A=4), "moths", None)
            assert stock.count("c1", "A", 7, "found behind the shelf").on_hand == 7
        assert steps.level(stock, "A") == (7, 0, 7)
    progress.catch_up()
    with acting.as_staff("inventory"):
        assert stock.get_movements("A", common.Page(first=100)).page_info.total == 8


def test_lines_of_the_same_sku_are_added(stock):
    steps.receive(stock, A=5)
    twice = [inventory.StockLine(sku="A", quantity=3), inventory.StockLine(sku="A", quantity=3)]
    with acting.as_service("orders"), pytest.raises(inventory.OutOfStock) as refusal:
        stock.reserve("order-1", twice, 900)
    assert refusal.value.shortages == [inventory.Shortage(sku="A", requested=6, available=5)]


def test_all_lines_are_reserved_or_none_and_every_shortage_is_named(stock):
    steps.receive(stock, A=5, B=2, C=1)
    with pytest.raises(inventory.OutOfStock) as refusal:
        steps.reserve(stock, A=5, B=3, C=2, D=1)
    assert refusal.value.shortages == [
        inventory.Shortage(sku="B", requested=3, available=2),
        inventory.Shortage(sku="C", requested=2, available=1),
        inventory.Shortage(sku="D", requested=1, available=0),
    ]
    assert "B (3 requested, 2 available)" in refusal.value.message
    assert steps.level(stock, "A") == (5, 0, 5)


def test_a_refused_reservation_can_be_made_when_goods_have_come(stock):
    steps.receive(stock, A=1)
    with pytest.raises(inventory.OutOfStock):
        steps.reserve(stock, A=2)
    steps.receive(stock, "second", A=1)
    steps.reserve(stock, A=2)
    assert steps.level(stock, "A") == (2, 2, 0)


def test_an_expired_reservation_releases_its_stock_and_cannot_be_allocated(stock, monkeypatch):
    steps.receive(stock, A=1)
    steps.reserve(stock, "order-1", A=1)
    steps.advance_clock(monkeypatch, 900_000)
    assert steps.level(stock, "A") == (1, 0, 1)
    with acting.as_service("orders"), pytest.raises(inventory.ReservationNotFound) as refusal:
        stock.allocate("order-1", ["A"])
    assert refusal.value.reservation_id == "order-1"
    steps.reserve(stock, "order-2", A=1)
    assert steps.level(stock, "A") == (1, 1, 0)


def test_an_expired_reservation_can_be_repeated_under_its_id(stock, monkeypatch):
    steps.receive(stock, A=1)
    for _ in range(3):
        steps.reserve(stock, "order-1", A=1)
        steps.reserve(stock, "order-1", A=1)
        assert steps.level(stock, "A") == (1, 1, 0)
        steps.advance_clock(monkeypatch, 900_000)
        assert steps.level(stock, "A") == (1, 0, 1)
        progress.catch_up()
        assert service.reservations.sweep() == 1
    steps.reserve(stock, "order-2", A=1)
    with pytest.raises(inventory.OutOfStock):
        steps.reserve(stock, "order-1", A=1)


def test_a_late_repeat_does_not_renew_a_shipped_or_released_reservation(stock):
    steps.receive(stock, A=3, B=3)
    steps.reserve(stock, "order-1", A=1)
    steps.reserve(stock, "order-2", B=1)
    with acting.as_service("orders"):
        stock.ship("s1", "order-1", steps.lines(A=1))
        stock.release("order-2", ["B"], "cancelled")
    steps.reserve(stock, "order-1", A=1)
    steps.reserve(stock, "order-2", B=1)
    assert steps.level(stock, "A") == (2, 0, 2)
    assert steps.level(stock, "B") == (3, 0, 3)


def test_an_allocated_reservation_does_not_expire(stock, monkeypatch):
    steps.receive(stock, A=1)
    steps.reserve(stock, A=1)
    with acting.as_service("orders"):
        stock.allocate("order-1", ["A"])
    steps.advance_clock(monkeypatch, 100 * steps.DAY)
    progress.catch_up()
    assert service.reservations.sweep() == 0
    assert steps.level(stock, "A") == (1, 1, 0)


def test_the_reservation_of_an_imported_order_lasts_from_now_not_from_its_date(stock):
    with call_context.using(occurred_at=clock.now() - 400 * steps.DAY):
        steps.receive(stock, A=1)
        steps.reserve(stock, A=1)
    assert steps.level(stock, "A") == (1, 1, 0)


def test_releasing_releases_the_rest_and_accepts_that_there_is_none(stock):
    steps.receive(stock, A=5)
    steps.reserve(stock, A=4)
    with acting.as_service("orders"):
        stock.ship("s1", "order-1", steps.lines(A=1))
        stock.release("order-1", ["A", "never-heard-of"], "cancelled")
        stock.release("order-1", ["A"], "cancelled")
    assert steps.level(stock, "A") == (4, 0, 4)


def test_more_than_the_reserved_quantity_cannot_be_shipped_or_released(stock):
    steps.receive(stock, A=5)
    steps.reserve(stock, A=2)
    with acting.as_service("orders"):
        with pytest.raises(common.InvalidInput, match="Only 2 of A"):
            stock.ship("s1", "order-1", steps.lines(A=3))
        with pytest.raises(common.InvalidInput, match="Only 2 of A"):
            stock.release_lines("r1", "order-1", steps.lines(A=3), "cancelled")
        with pytest.raises(inventory.ReservationNotFound):
            stock.ship("s1", "order-2", steps.lines(A=1))
        with pytest.raises(inventory.ReservationNotFound):
            stock.release_lines("r1", "order-1", steps.lines(B=1), "cancelled")
    assert steps.level(stock, "A") == (5, 2, 3)


def test_reserved_goods_cannot_be_written_off_or_removed_by_a_count(stock):
    steps.receive(stock, A=5, B=5)
    steps.reserve(stock, A=3)
    with acting.as_staff("inventory"):
        with pytest.raises(inventory.OutOfStock) as refusal:
            stock.write_off("w1", steps.lines(A=3, B=1), "moths", None)
        with pytest.raises(common.InvalidInput, match="3 of A are reserved for orders"):
            stock.count("c1", "A", 2, "stock-taking")
        assert stock.count("c1", "A", 3, "stock-taking").on_hand == 3
    assert refusal.value.shortages == [inventory.Shortage(sku="A", requested=3, available=2)]
    assert steps.level(stock, "B") == (5, 0, 5)


def test_a_firm_reservation_does_not_expire_and_is_one_event(stock, monkeypatch):
    steps.receive(stock, A=3, B=3)
    steps.reserve_firmly(stock, A=2, B=1)
    steps.advance_clock(monkeypatch, 100 * steps.DAY)
    progress.catch_up()
    assert service.reservations.sweep() == 0
    assert (steps.level(stock, "A"), steps.level(stock, "B")) == ((3, 2, 1), (3, 1, 2))
    assert steps.event_names("A") == ["StockReceived", "StockReserved"]


def test_firm_reservations_are_made_for_all_lines_or_none(stock):
    steps.receive(stock, A=3, B=1)
    with pytest.raises(inventory.OutOfStock) as refusal:
        steps.reserve_firmly(stock, A=2, B=2)
    assert refusal.value.shortages == [inventory.Shortage(sku="B", requested=2, available=1)]
    assert (steps.level(stock, "A"), steps.level(stock, "B")) == ((3, 0, 3), (1, 0, 1))


def test_a_repeated_firm_reservation_allocates_a_temporary_one(stock, monkeypatch):
    steps.receive(stock, A=3)
    steps.reserve(stock, A=2)
    steps.reserve_firmly(stock, A=2)
    steps.reserve_firmly(stock, A=2)
    steps.advance_clock(monkeypatch, 100 * steps.DAY)
    assert steps.level(stock, "A") == (3, 2, 1)
    assert steps.event_names("A") == ["StockReceived", "StockReserved", "StockAllocated"]


def test_an_expired_reservation_can_be_made_firm_with_the_same_id(stock, monkeypatch):
    steps.receive(stock, A=1)
    steps.reserve(stock, A=1)
    steps.advance_clock(monkeypatch, 900_000)
    steps.reserve_firmly(stock, A=1)
    steps.advance_clock(monkeypatch, 100 * steps.DAY)
    assert steps.level(stock, "A") == (1, 1, 0)


def test_a_late_firm_repeat_does_not_renew_a_shipped_or_released_reservation(stock):
    steps.receive(stock, A=3, B=3)
    steps.reserve_firmly(stock, A=1, B=1)
    with acting.as_service("orders"):
        stock.ship("s1", "order-1", steps.lines(A=1))
        stock.release("order-1", ["B"], "cancelled")
    steps.reserve_firmly(stock, A=1, B=1)
    assert (steps.level(stock, "A"), steps.level(stock, "B")) == ((2, 0, 2), (3, 0, 3))
