"""The allocation of an order's charges: exact to the minor unit, in any split of quantities and any order of operations."""

import pytest
from idl.orders import ChargeKind

from apps.orders.domain import allocation, order
from idl import orders
from tests.orders import earlier_rules
from tests.orders.allocations import (
    apply,
    cancel_lines,
    confirmed,
    refunded,
    ship,
    take_back,
)
from tests.orders.histories import gbp


def test_a_line_is_refunded_less_its_share_of_the_discount():
    state = confirmed([(1, 10_00), (1, 10_00)], [(ChargeKind.DISCOUNT, -10_00)])
    state = apply(state, ship(state))
    events = take_back(state, (1, 1))
    assert events[0].returned.refund == gbp(5_00)
    assert refunded(take_back(apply(state, events), (2, 1))) == 5_00


def test_a_discount_is_shared_by_value_and_the_remaining_penny_goes_to_the_largest_remainder():
    assert allocation.shares([10_00, 5_00, 5_00], [1, 1, 1], [(ChargeKind.DISCOUNT, -1_01)]) == ((9_49, 4_75, 4_75), 0)
    assert allocation.shares([100, 100, 100], [1, 1, 1], [(ChargeKind.VOUCHER, -100)]) == ((67, 67, 66), 0)


@pytest.mark.parametrize(
    ("charges", "expected"),
    [
        ([], ((2_000, 0), 0)),
        ([(ChargeKind.POSTAGE, 395)], ((2_000, 0), 395)),
        ([(ChargeKind.FEE, 100), (ChargeKind.DISCOUNT, -500)], ((1_500, 0), 100)),
        ([(ChargeKind.DISCOUNT, -2_000)], ((0, 0), 0)),
        # A discount larger than the goods takes the rest off the delivery.
        ([(ChargeKind.DISCOUNT, -2_100), (ChargeKind.POSTAGE, 395)], ((0, 0), 295)),
        # A reduction of the delivery that is larger than the delivery takes the rest off the goods.
        ([(ChargeKind.POSTAGE, 395), (ChargeKind.FEE, -895)], ((1_500, 0), 0)),
        ([(ChargeKind.MANUAL, 500)], ((2_500, 0), 0)),
    ],
)
def test_charges_belong_to_the_goods_or_to_the_delivery(charges, expected):
    assert allocation.shares([2_000, 0], [2, 3], charges) == expected


def test_charges_on_free_goods_are_allocated_by_quantity():
    assert allocation.shares([0, 0], [1, 3], [(ChargeKind.MANUAL, 400)]) == ((100, 300), 0)


def test_each_shipment_captures_its_share_and_the_first_the_postage_too():
    state = confirmed([(3, 10_00), (1, 20_00)], [(ChargeKind.DISCOUNT, -10_00), (ChargeKind.POSTAGE, 3_95)])
    (first,) = ship(state, (1, 1))
    state = apply(state, [first])
    (second,) = ship(state)
    assert (first.due, second.due) == (gbp(8_00 + 3_95), gbp(32_00))


def test_a_partial_cancellation_reduces_the_total_by_its_share():
    state = confirmed([(10, 10_00)], [(ChargeKind.DISCOUNT, -70_00)])
    (event,) = cancel_lines(state, (1, 2))
    assert event.amount == gbp(6_00)
    assert ship(apply(state, [event]))[0].due == gbp(24_00)


def test_the_postage_is_refunded_with_the_last_returned_goods():
    state = confirmed([(2, 10_00)], [(ChargeKind.POSTAGE, 3_95)])
    state = apply(state, ship(state))
    first = take_back(state, (1, 1))
    state = apply(state, first)
    assert (refunded(first), refunded(take_back(state, (1, 1)))) == (10_00, 13_95)


def test_the_postage_is_refunded_when_the_rest_is_cancelled_after_everything_shipped_was_returned():
    state = confirmed([(2, 10_00)], [(ChargeKind.POSTAGE, 3_95)])
    state = apply(state, ship(state, (1, 1)))
    state = apply(state, take_back(state, (1, 1)))
    cancelled, refund = cancel_lines(state, (1, 1))
    assert (cancelled.amount, refund.amount) == (gbp(10_00), gbp(3_95))
    assert refund.reason == "Cancelled: x"


def test_an_amount_withheld_by_staff_is_not_refunded_with_the_last_goods():
    state = confirmed([(2, 10_00)], [(ChargeKind.POSTAGE, 3_95)])
    state = apply(state, ship(state))
    events = take_back(state, (1, 1), agreed=8_00)
    assert events[0].returned.withheld == gbp(2_00)
    assert refunded(take_back(apply(state, events), (1, 1))) == 13_95


def test_an_amount_withheld_under_the_earlier_rules_stays_withheld():
    state = confirmed([(2, 10_00)], [])
    state = apply(state, ship(state))
    state = apply(state, take_back(state, (1, 1), agreed=8_00, rules=earlier_rules))
    assert state.returns[0].withheld == 2_00
    assert refunded(take_back(state, (1, 1))) == 10_00


def test_a_payment_that_is_still_being_captured_is_not_refunded_by_cancelling_the_rest():
    state = confirmed([(2, 10_00)], [(ChargeKind.POSTAGE, 3_95)])
    (sent,) = ship(state, (1, 1))
    state = order.evolve(state, sent)
    state = apply(state, take_back(state, (1, 1), agreed=0))
    with pytest.raises(orders.NotAllowedNow, match="still being captured"):
        cancel_lines(state, (1, 1))


# -- properties -----------------------------------------------------------------------------------
