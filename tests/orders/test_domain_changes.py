"""The commands on a placed order: cancel, return, refund and book."""

import pytest
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.domain import booking, changing, order, presentation, states, steps
from idl import common, orders
from tests.orders import histories
from tests.orders.histories import CUSTOMER, DAY, PLACED_AT, STAFF, gbp, given


def _booking(**change):
    values = {"kind": 4, "description": "Bank charges", "amount": gbp(-12_00), "occurred_at": PLACED_AT}
    return orders.Adjustment(id="b1", **values | change)


def test_a_reduction_is_allocated_to_cancelled_and_shipped_pieces():
    events = histories.confirmed_order(("COAT", 10, 10_00), charges=[-70_00])
    state = given(*events)
    assert changing.cancel_lines(state, "p", histories.quantities((1, 2)), "x")[0].amount == gbp(6_00)
    (event,) = changing.cancel_lines(state, "p", histories.quantities((1, 8)), "x")
    assert event.amount == gbp(24_00)
    (sent,) = histories.shipped(given(*events, event))
    assert sent.due == gbp(6_00)


def test_cancelling_all_pieces_cancels_the_order():
    state = given(*histories.confirmed_order())
    (event,) = changing.cancel_lines(state, "p", histories.quantities((1, 2), (2, 3)), "fire")
    assert isinstance(event, orders.OrderCancelled)


@pytest.mark.parametrize(
    ("pairs", "field"),
    [
        ([], "lines"),
        ([(3, 1)], "lines.number"),
        ([(0, 1)], "lines.number"),
        ([(1, 1), (1, 1)], "lines.number"),
        ([(1, 0)], "lines.quantity"),
        ([(1, -5)], "lines.quantity"),
        ([(1, 3)], "lines.quantity"),
    ],
)
def test_only_unshipped_pieces_can_be_cancelled(pairs, field):
    with pytest.raises(common.InvalidInput) as refusal:
        changing.cancel_lines(given(*histories.confirmed_order()), "p", histories.quantities(*pairs), "x")
    assert refusal.value.field == field


def test_cancelling_the_rest_after_everything_shipped_was_returned_ends_the_order():
    events = histories.confirmed_order()
    (sent,) = histories.shipped(given(*events), (1, 2))
    events += [sent, histories.captured(sent)]
    events += histories.returned(given(*events), (1, 2))
    assert given(*events).status == OrderStatus.PARTLY_SHIPPED
    events += changing.cancel_lines(given(*events), "p", histories.quantities((2, 3)), "x")
    assert given(*events).status == OrderStatus.RETURNED


def test_without_lines_everything_unshipped_is_shipped():
    state = given(*histories.confirmed_order(charges=[3_95]))
    (event,) = histories.shipped(state)
    assert [(line.number, line.quantity) for line in event.shipment.lines] == [(1, 2), (2, 3)]
    assert event.due == gbp(131_45)
    after = order.evolve(state, event)
    assert (after.status, histories.pending_steps(after)) == (OrderStatus.SHIPPED, ["capture"])


def test_the_charges_are_captured_with_the_first_shipment():
    events = histories.confirmed_order(charges=[3_95])
    (first,) = histories.shipped(given(*events), (1, 1), key="a")
    (second,) = histories.shipped(given(*events, first), key="b")
    assert (first.due, second.due) == (gbp(48_95), gbp(82_50))


def test_a_reduction_larger_than_the_first_goods_is_shared_by_all_shipments():
    events = histories.confirmed_order(("COAT", 1, 10_00), ("LAMP", 1, 30_00), charges=[-15_00])
    (first,) = histories.shipped(given(*events), (1, 1), key="a")
    (second,) = histories.shipped(given(*events, first), key="b")
    assert (first.due, second.due) == (gbp(6_25), gbp(18_75))


def test_a_repeated_shipment_is_recorded_once():
    state = given(*histories.confirmed_order())
    (event,) = histories.shipped(state, (1, 1))
    assert histories.shipped(order.evolve(state, event), (1, 1)) == []


@pytest.mark.parametrize("events", [[histories.placed()], histories.shipped_order()])
def test_unconfirmed_and_shipped_orders_cannot_be_shipped(events):
    with pytest.raises(orders.NotAllowedNow, match="Nothing can be shipped"):
        histories.shipped(given(*events), key="other")


def test_the_rest_of_an_authorisation_is_voided_when_nothing_is_left_to_ship():
    events = histories.confirmed_order()
    events += changing.cancel_lines(given(*events), "p", histories.quantities((2, 3)), "x")
    (sent,) = histories.shipped(given(*events))
    state = given(*events, sent)
    assert histories.pending_steps(state) == ["release_lines", "capture", "void"]
    # Not while money is still to be taken.
    assert [step.name for step in steps.ready(state, PLACED_AT)] == ["release_lines", "capture"]
    paid = given(*events, sent, histories.captured(sent))
    assert [step.name for step in steps.ready(paid, PLACED_AT)] == ["release_lines", "void"]


def test_a_return_refunds_the_price():
    state = given(*histories.shipped_order(charges=[3_95]))
    back, requested = histories.returned(state, (1, 1), (2, 1))
    assert back.returned.refund == requested.amount == gbp(57_50)
    assert back.returned.id == requested.id
    after = given(*histories.shipped_order(charges=[3_95]), back, requested)
    assert (after.status, histories.pending_steps(after)) == (OrderStatus.SHIPPED, ["restock", "refund"])
    assert histories.returned(after, (1, 1), (2, 1)) == []


def test_a_return_without_restocking_has_no_restock_step():
    events = histories.shipped_order()
    state = given(*events, *histories.returned(given(*events), (1, 2), (2, 3), restock=False))
    assert (state.status, histories.pending_steps(state)) == (OrderStatus.RETURNED, ["refund"])


def test_no_more_pieces_are_returned_than_were_shipped():
    state = given(*histories.shipped_order())
    with pytest.raises(common.InvalidInput, match="Only 2 of line 1 can be returned"):
        histories.returned(state, (1, 3))
    back, *_ = histories.returned(state, (1, 2))
    with pytest.raises(common.InvalidInput, match="Only 0 of line 1 can be returned"):
        histories.returned(order.evolve(state, back), (1, 1), key="again")


def test_unshipped_goods_cannot_be_returned():
    with pytest.raises(orders.NotAllowedNow, match="Nothing can be returned"):
        histories.returned(given(*histories.confirmed_order()), (1, 1))


def test_an_agreed_refund_is_between_zero_and_the_captured_amount():
    state = given(*histories.shipped_order())
    assert histories.returned(state, (1, 1), agreed=gbp(10_00))[1].amount == gbp(10_00)
    assert len(histories.returned(state, (1, 1), agreed=gbp(0))) == 1
    assert histories.returned(state, (1, 1), agreed=gbp(127_50))[1].amount == gbp(127_50)
    for wrong in (gbp(127_51), gbp(-1), common.Money(amount=1, currency="EUR")):
        with pytest.raises(common.InvalidInput, match="agreed_refund"):
            histories.returned(state, (1, 1), agreed=wrong)


def test_a_reduction_of_the_order_is_not_refunded():
    state = given(*histories.shipped_order(("COAT", 1, 100_00), charges=[-20_00]))
    assert histories.returned(state, (1, 1))[1].amount == gbp(80_00)


def test_goods_are_not_returned_while_their_payment_is_being_captured():
    events = histories.confirmed_order()
    (sent,) = histories.shipped(given(*events))
    with pytest.raises(orders.NotAllowedNow, match="still being captured"):
        histories.returned(given(*events, sent), (1, 1))
    assert len(histories.returned(given(*events, sent), (1, 1), agreed=gbp(0))) == 1


def test_the_return_period_starts_with_the_shipment_of_the_goods():
    events = histories.confirmed_order()
    (first,) = histories.shipped(given(*events), (1, 1), key="a")
    second = changing.ship(given(*events, first), "b", histories.quantities((2, 1)), None, PLACED_AT + 10 * DAY)[0]
    state = given(*events, first, histories.captured(first), second, histories.captured(second))
    assert histories.returned(state, (1, 1), by=CUSTOMER, at=PLACED_AT + 31 * DAY)
    assert histories.returned(state, (2, 1), by=CUSTOMER, at=PLACED_AT + 40 * DAY)
    with pytest.raises(orders.NotAllowedNow, match="30 days"):
        histories.returned(state, (1, 1), by=CUSTOMER, at=PLACED_AT + 31 * DAY + 1)
    assert histories.returned(state, (1, 1), by=STAFF, at=PLACED_AT + 400 * DAY)


def test_a_refund_is_at_most_what_was_captured_and_not_yet_refunded():
    state = given(*histories.shipped_order())
    (event,) = changing.refund(state, "r1", gbp(100_00), "a scratch")
    after = order.evolve(state, event)
    assert changing.refund(after, "r1", gbp(100_00), "a scratch") == []
    with pytest.raises(common.InvalidInput, match=r"27\.50 GBP"):
        changing.refund(after, "r2", gbp(27_51), "x")
    for wrong in (gbp(0), gbp(-1), common.Money(amount=1, currency="USD")):
        with pytest.raises(common.InvalidInput, match="amount"):
            changing.refund(after, "r2", wrong, "x")
    with pytest.raises(orders.NotAllowedNow, match="Nothing can be refunded"):
        changing.refund(given(*histories.confirmed_order()), "r", gbp(1), "x")


@pytest.mark.parametrize(("refunded", "status"), [(1, "PARTLY_REFUNDED"), (127_50, "REFUNDED")])
def test_refunds_determine_the_payment_status(refunded, status):
    events = histories.shipped_order()
    events += changing.refund(given(*events), "r", gbp(refunded), "x")
    events.append(orders.PaymentRefunded(id="r", reference="ref", amount=gbp(refunded)))
    state = given(*events)
    assert state.totals.payment_status == getattr(PaymentStatus, status)
    assert histories.pending_steps(state) == []


def test_a_booking_is_recorded_once_and_its_key_is_refused_for_another():
    (event,) = booking.book(booking.NOTHING, _booking())
    state = booking.evolve(booking.NOTHING, event)
    assert booking.book(state, _booking(occurred_at=1)) == []
    with pytest.raises(orders.IdempotencyConflict):
        booking.book(state, _booking(amount=gbp(-12_01)))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": gbp(0)}, "amount"),
        ({"description": " "}, "description"),
        ({"reference": "x" * 101}, "reference"),
    ],
)
def test_an_invalid_booking_is_refused(change, field):
    with pytest.raises(common.InvalidInput) as refusal:
        booking.book(booking.NOTHING, _booking(**change))
    assert refusal.value.field == field


def test_every_event_of_the_contract_is_applied_and_has_a_sentence():
    members = {spec[2] for spec in orders.OrderEvent.thrift_spec.values()}
    assert set(order._CHANGES) == set(presentation._SENTENCES) == members - {orders.AdjustmentBooked}


def test_an_unknown_event_is_refused():
    with pytest.raises(LookupError, match="Adjustment"):
        order.evolve(order.INITIAL, orders.AdjustmentBooked(adjustment=_booking()))
    with pytest.raises(LookupError, match="OrderRejected"):
        booking.evolve(booking.NOTHING, orders.OrderRejected(reason="x"))
    with pytest.raises(LookupError):
        presentation.sentence(orders.AdjustmentBooked(adjustment=_booking()))


def test_the_sentences_of_a_timeline():
    events = histories.shipped_order(charges=[3_95])
    events += histories.returned(given(*events), (1, 1))
    assert [presentation.sentence(event) for event in events] == [
        "Order TS-7K2M9QX4 was placed: 2 lines for 131.45 GBP, paid by card.",
        "The goods were reserved.",
        "The payment of 131.45 GBP was authorised.",
        "The order was confirmed.",
        "Shipped: 5 pieces.",
        "131.45 GBP was captured for the shipment.",
        "Returned: 1 piece (does not fit), restocked.",
        "A refund of 45.00 GBP was requested: Returned: does not fit",
    ]


def test_every_status_has_transitions_and_final_ones_have_none():
    assert set(states.NEXT) == set(OrderStatus._VALUES_TO_NAMES)
    assert {status for status, following in states.NEXT.items() if not following} == {
        OrderStatus.REJECTED,
        OrderStatus.CANCELLED,
        OrderStatus.RETURNED,
    }
