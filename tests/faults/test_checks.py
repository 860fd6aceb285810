"""The checks find a planted violation of each kind, and none in a shop without one."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable

import pytest

from idl import common, inventory, orders
from tests.faults import checks
from tests.faults.observed import Event, Observed, Published
from tests.faults.recorder import Operation, Outcome, Recorder

ANN, BEN = "ann", "ben"
ACKNOWLEDGED, REFUSED, UNKNOWN = Outcome.ACKNOWLEDGED, Outcome.REFUSED, Outcome.UNKNOWN
Plant = Callable[[Recorder, Observed], object]


def gbp(amount: int) -> common.Money:
    return common.Money(amount=amount, currency="GBP")


def order(number: int, customer: str, status: int, shipped: int = 0) -> orders.Order:
    line = orders.OrderLine(
        number=1, sku="MUG", quantity=2, unit_price=gbp(500), shipped=shipped, cancelled=0, returned=0
    )
    captured = gbp(1_000 if shipped else 0)
    return orders.Order(
        id=f"order-{number}",
        number=f"TS-{number}",
        customer_id=customer,
        status=status,
        lines=[line],
        charges=[],
        total=gbp(1_000),
        captured=captured,
    )


def level(on_hand: int, reserved: int) -> inventory.StockLevel:
    available = on_hand - reserved
    return inventory.StockLevel(sku="MUG", on_hand=on_hand, reserved=reserved, available=available, version=6)


def operation(kind: str, actor: str, key: str, outcome: Outcome = ACKNOWLEDGED, **arguments: object) -> Operation:
    return Operation(kind, actor, key, arguments, outcome)


def placed(number: int, actor: str) -> Operation:
    result = {"id": f"order-{number}", "number": f"TS-{number}", "lines": Counter(MUG=2)}
    return Operation("place", actor, f"place-{number}", {}, ACKNOWLEDGED, result=result)


def recorded() -> Recorder:
    """Ann orders twice, and one of her orders is shipped; Ben cancels his. A delivery, a reservation and its release."""
    return Recorder(
        [
            operation("receive", "staff", "delivery", sku="MUG", quantity=10),
            operation("add", ANN, "add-1", sku="MUG", quantity=2),
            placed(1, ANN),
            operation("add", ANN, "add-2", sku="MUG", quantity=2),
            placed(2, ANN),
            operation("add", ANN, "add-3", sku="MUG", quantity=1),
            operation("add", ANN, "add-4", UNKNOWN, sku="MUG", quantity=1),
            operation("add", BEN, "add-5", sku="MUG", quantity=2),
            placed(3, BEN),
            operation("cancel", BEN, "cancel", order="order-3"),
            operation("ship", "staff", "ship", order="order-1"),
            operation("reserve", "staff", "hold", sku="MUG", quantity=1),
            operation("release", "staff", "free", sku="MUG", reservation="hold"),
            operation("place", BEN, "place-4", REFUSED),
        ]
    )


def observed() -> Observed:
    """What the shop has after that."""
    movements = [
        ("StockReceived", {"quantity": 10, "reference": "delivery"}),
        ("StockReserved", {"quantity": 2, "reservation_id": "order-1"}),
        ("StockReserved", {"quantity": 2, "reservation_id": "order-2"}),
        ("StockReserved", {"quantity": 1, "reservation_id": "hold"}),
        ("StockReleased", {"quantity": 1, "reservation_id": "hold"}),
        ("StockShipped", {"quantity": 2, "reservation_id": "order-1"}),
    ]
    log = [
        Event("inventory", "MUG", version, f"stock-{version}", kind, details)
        for version, (kind, details) in enumerate(movements, 1)
    ]
    log += [
        Event("orders", f"order-{number}", version, f"{number}-{version}", kind, {})
        for number in (1, 2, 3)
        for version, kind in enumerate(("OrderPlaced", "PaymentAuthorised", "OrderConfirmed"), 1)
    ]
    return Observed(
        log,
        [Published(*event[:4]) for event in log],
        [
            order(1, ANN, orders.OrderStatus.SHIPPED, shipped=2),
            order(2, ANN, orders.OrderStatus.CONFIRMED),
            order(3, BEN, orders.OrderStatus.CANCELLED),
        ],
        [level(8, 2)],
        [level(8, 2)],
        {
            **dict.fromkeys(("ledger.taken_back", "ledger.counted", "ledger.written_off", "ledger.reduced"), 0),
            **{"ledger.received": 10, "ledger.shipped": 2, "ledger.on_hand": 8, "ledger.reserved": 2},
            **{"levels.on_hand": 8, "levels.reserved": 2},
        },
        orders.Revenue(net=gbp(2_000), captured=gbp(1_000)),
        {ANN: {"MUG": 1}, BEN: {}},
        Counter(f"<{number}-3@orders.thriftshop>" for number in (1, 2, 3)),
    )


def test_a_shop_that_does_what_it_acknowledges_has_no_violation():
    assert checks.violations(recorded(), observed()) == {}


def test_an_unknown_operation_may_have_taken_place():
    shop = observed()
    shop.carts[ANN]["MUG"] = 2
    assert checks.violations(recorded(), shop) == {}


def _without_order(record: Recorder, shop: Observed) -> None:
    del shop.orders[1]


def _order_with_other_lines(record: Recorder, shop: Observed) -> None:
    shop.orders[1].lines[0].quantity = 1


def _lost_line(record: Recorder, shop: Observed) -> None:
    shop.carts[ANN].clear()


def _lost_cancellation(record: Recorder, shop: Observed) -> None:
    shop.orders[2].status = orders.OrderStatus.CONFIRMED


def _lost_delivery(record: Recorder, shop: Observed) -> None:
    shop.log[0].details["reference"] = "another"


def _line_added_twice(record: Recorder, shop: Observed) -> None:
    shop.carts[ANN]["MUG"] = 3


def _refused_order_placed(record: Recorder, shop: Observed) -> None:
    shop.orders.append(order(4, BEN, orders.OrderStatus.CONFIRMED))


def _event_recorded_twice(record: Recorder, shop: Observed) -> None:
    shop.log[7] = shop.log[7]._replace(id=shop.log[6].id)


def _delivery_applied_twice(record: Recorder, shop: Observed) -> None:
    shop.log.append(Event("inventory", "MUG", 7, "stock-7", *shop.log[0][4:]))


def _paid_twice(record: Recorder, shop: Observed) -> None:
    shop.log.append(Event("orders", "order-1", 4, "1-4", "PaymentAuthorised", {}))


def _gap(record: Recorder, shop: Observed) -> None:
    shop.log[2] = shop.log[2]._replace(version=7)


def _published_in_another_order(record: Recorder, shop: Observed) -> None:
    shop.published[1], shop.published[2] = shop.published[2], shop.published[1]


def _not_published(record: Recorder, shop: Observed) -> None:
    shop.published.pop()


def _read_twice(record: Recorder, shop: Observed) -> None:
    shop.published.append(shop.published[-1])


def _oversold(record: Recorder, shop: Observed) -> None:
    shop.log[0].details["quantity"] = 3


def _pending(record: Recorder, shop: Observed) -> None:
    shop.orders[1].status = orders.OrderStatus.PENDING


def _dead_letter(record: Recorder, shop: Observed) -> None:
    shop.dead_letters.append("orders.saga: order-1 2")


def _not_notified(record: Recorder, shop: Observed) -> None:
    shop.emails.popitem()


def _notified_twice(record: Recorder, shop: Observed) -> None:
    shop.emails["<1-3@orders.thriftshop>"] = 2


def _notified_of_nothing(record: Recorder, shop: Observed) -> None:
    shop.emails["<4-3@orders.thriftshop>"] = 1


def _rebuild_differs(record: Recorder, shop: Observed) -> None:
    shop.changed_by_rebuild.append("inventory.Level")


def _level_differs(record: Recorder, shop: Observed) -> None:
    shop.projected[0] = level(9, 2)


def _penny_short(record: Recorder, shop: Observed) -> None:
    shop.revenue.net.amount -= 1


def _capture_missing(record: Recorder, shop: Observed) -> None:
    shop.orders[0].captured.amount = 0


def _stock_missing(record: Recorder, shop: Observed) -> None:
    shop.totals["ledger.on_hand"] = 7


def _reserved_for_nobody(record: Recorder, shop: Observed) -> None:
    shop.decided[0] = shop.projected[0] = level(8, 3)


def _internal_error(record: Recorder, shop: Observed) -> None:
    record.add(Operation("add", ANN, "add-6", {"sku": "MUG", "quantity": 1}, REFUSED, "INTERNAL"))


def _session_refused(record: Recorder, shop: Observed) -> None:
    record.add(Operation("add", ANN, "add-6", {"sku": "MUG", "quantity": 1}, REFUSED, "UNAUTHENTICATED"))


PLANTED: dict[str, list[Plant]] = {
    "nothing acknowledged is lost": [
        _without_order,
        _order_with_other_lines,
        _lost_line,
        _lost_cancellation,
        _lost_delivery,
    ],
    "nothing is applied twice": [
        _line_added_twice,
        _refused_order_placed,
        _event_recorded_twice,
        _delivery_applied_twice,
        _paid_twice,
    ],
    "versions have no gaps": [_gap],
    "the order is kept per stream": [_published_in_another_order, _not_published, _read_twice],
    "nothing is oversold": [_oversold],
    "all orders are finished": [_pending, _dead_letter],
    "each party is notified once": [_not_notified, _notified_twice, _notified_of_nothing],
    "projections equal their rebuild": [_rebuild_differs, _level_differs],
    "books are exact": [_penny_short, _capture_missing, _stock_missing, _reserved_for_nobody],
    "refusals are clear": [_internal_error, _session_refused],
}


@pytest.mark.parametrize(("check", "plant"), [(check, plant) for check, plants in PLANTED.items() for plant in plants])
def test_a_planted_violation_is_found(check, plant):
    record, shop = recorded(), copy.deepcopy(observed())
    plant(record, shop)
    assert checks.violations(record, shop).get(check), plant.__name__


def test_every_check_has_a_planted_violation():
    assert PLANTED.keys() == checks.CHECKS.keys()


def test_an_email_may_be_sent_again_by_the_successor_of_a_process_that_was_killed():
    shop = observed()
    shop.emails["<1-3@orders.thriftshop>"], shop.deaths = 2, 1
    assert checks.violations(recorded(), shop) == {}
