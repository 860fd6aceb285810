"""Each comparison of stock, orders, carts and books finds the fault that is planted, and nothing in sound books."""

from collections import Counter
from types import SimpleNamespace

import pytest

from idl import common, inventory, orders
from tests.load.promise import comparing
from tests.load.promise.ledger import Cart, Ledger, Order
from tests.load.promise.prepared import Holder

CONFIRMED, SHIPPED, PENDING = orders.OrderStatus.CONFIRMED, orders.OrderStatus.SHIPPED, orders.OrderStatus.PENDING
CANCELLED, REJECTED = orders.OrderStatus.CANCELLED, orders.OrderStatus.REJECTED


def money(amount):
    return common.Money(amount=amount, currency="GBP")


def an_order(number="TS-1", status=CONFIRMED, quantity=2, captured=0, **changes):
    line = SimpleNamespace(sku="MUG", quantity=quantity, shipped=0, cancelled=0, unit_price=money(500))
    values = {
        "number": number,
        "status": status,
        "lines": [line],
        "charges": [SimpleNamespace(amount=money(395))],
        "total": money(quantity * 500 + 395),
        "captured": money(captured),
        "placed_at": 1_000,
    }
    return SimpleNamespace(**values | changes)


def a_level(on_hand=10, reserved=2, available=8, version=3):
    return inventory.StockLevel(sku="MUG", on_hand=on_hand, reserved=reserved, available=available, version=version)


def a_ledger(cancelled=False):
    cart = Cart(Holder(id="ann", email="ann@shop.example"), {"LAMP": 1})
    order = Order("id-1", "TS-1", cart, {"MUG": 2}, 1_395, cancelled)
    return Ledger([cart], [cart], orders={"id-1": order})


def broken(*results):
    return {result.check.name for result in results if not result.check.holds}


def test_sound_books_have_no_differences():
    sound, ledger = [an_order()], a_ledger()
    revenue = SimpleNamespace(net=money(1_395), captured=money(0))
    assert not broken(
        *comparing.stock([a_level()], sound),
        comparing.levels({"MUG": a_level()}, {"MUG": a_level()}),
        *comparing.orders(ledger, sound, since=0),
        *comparing.totals(sound),
        *comparing.books(sound, revenue),
        comparing.carts(ledger.carts, {id(ledger.carts[0]): {"LAMP": 1}}, {}),
    )


@pytest.mark.parametrize(
    "level",
    [a_level(available=-1), a_level(on_hand=1, reserved=2, available=-1), a_level(available=9)],
)
def test_a_sku_with_less_than_is_reserved_is_oversold(level):
    assert "stock.oversold" in broken(*comparing.stock([level], [an_order()]))


@pytest.mark.parametrize("all_orders", [[], [an_order(), an_order("TS-2")], [an_order(status=CANCELLED)]])
def test_a_reservation_that_no_open_order_holds_is_found(all_orders):
    assert broken(*comparing.stock([a_level()], all_orders)) == {"stock.reserved_for_open_orders"}


def test_what_was_shipped_is_no_longer_reserved():
    order = an_order(status=SHIPPED)
    order.lines[0].shipped = 2
    assert not broken(*comparing.stock([a_level(on_hand=8, reserved=0, available=8)], [order]))


def test_a_projected_level_that_differs_from_its_events_is_found():
    assert broken(comparing.levels({"MUG": a_level(version=2)}, {"MUG": a_level()})) == {"stock.levels_equal_events"}


@pytest.mark.parametrize("all_orders", [[], [an_order(), an_order()]])
def test_an_acknowledged_order_exists_exactly_once(all_orders):
    assert broken(*comparing.orders(a_ledger(), all_orders, since=0)) == {"orders.acknowledged_exist_once"}


@pytest.mark.parametrize("changes", [{"quantity": 3}, {"total": money(1)}, {"status": CANCELLED}])
def test_an_order_that_differs_from_its_acknowledgement_is_found(changes):
    assert broken(*comparing.orders(a_ledger(), [an_order(**changes)], since=0)) == {"orders.as_acknowledged"}


def test_an_acknowledged_cancellation_that_is_lost_is_found():
    assert broken(*comparing.orders(a_ledger(cancelled=True), [an_order()], since=0)) == {"orders.as_acknowledged"}


def test_an_order_nobody_was_told_of_is_found_unless_its_answer_was_lost():
    ledger, all_orders = a_ledger(), [an_order(), an_order("TS-2"), an_order("TS-0", placed_at=-5)]
    assert broken(*comparing.orders(ledger, all_orders, since=0)) == {"orders.not_acknowledged"}
    ledger.unknown_orders = 1
    assert not broken(*comparing.orders(ledger, all_orders, since=0))


@pytest.mark.parametrize(
    ("order", "name"),
    [
        (an_order(total=money(1_394)), "orders.add_up"),
        (an_order(status=PENDING), "orders.pending"),
        (an_order(captured=5), "charges.captured_when_shipped"),
        (an_order(status=SHIPPED, captured=1_000), "charges.captured_when_shipped"),
    ],
)
def test_an_order_that_does_not_add_up_is_found(order, name):
    assert broken(*comparing.totals([order])) == {name}


@pytest.mark.parametrize(("net", "captured", "name"), [(1_394, 0, "books.net"), (1_395, 1, "books.captured")])
def test_books_that_differ_from_the_orders_are_found(net, captured, name):
    revenue = SimpleNamespace(net=money(net), captured=money(captured))
    assert broken(*comparing.books([an_order(), an_order("TS-2", CANCELLED)], revenue)) == {name}


@pytest.mark.parametrize("lines", [{}, {"LAMP": 2}, {"LAMP": 1, "MUG": 1}])
def test_a_cart_that_differs_from_what_was_acknowledged_is_found(lines):
    ledger = a_ledger()
    assert broken(comparing.carts(ledger.carts, {id(ledger.carts[0]): lines}, {})) == {"carts.acknowledged_lines"}


def test_a_rejected_orders_lines_may_be_in_the_cart_again():
    ledger = a_ledger()
    restored = comparing.restored(ledger, [an_order(status=REJECTED)])
    assert restored == {"ann": Counter({"MUG": 2})}
    assert not broken(comparing.carts(ledger.carts, {id(ledger.carts[0]): {"LAMP": 1, "MUG": 2}}, restored))
    assert broken(comparing.carts(ledger.carts, {id(ledger.carts[0]): {"LAMP": 1, "MUG": 3}}, restored))
