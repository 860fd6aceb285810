"""The domain of orders: placing, the saga's steps and cancellations, by their events and refusals."""

import pytest
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.domain import changing, order, placing, saga_state, steps, validation
from apps.orders.domain.saga_state import PendingStep
from idl import common, orders
from tests.orders import histories
from tests.orders.histories import CUSTOMER, DAY, ID, MINUTE, PLACED_AT, STAFF, gbp, given


def test_placing_twice_with_the_same_input_changes_nothing():
    event = histories.placed()
    assert placing.place(order.INITIAL, event, ID) == [event]
    assert placing.place(given(event), histories.placed(), ID) == []


def test_placing_with_the_same_key_and_other_input_is_refused():
    with pytest.raises(orders.IdempotencyConflict, match="TS-7K2M9QX4") as refusal:
        placing.place(given(histories.placed()), histories.placed(fingerprint="other"), ID)
    assert refusal.value.order_id == ID


def test_a_placed_order_is_pending_and_its_stock_is_to_be_reserved():
    state = given(histories.placed(charges=[3_95]))
    assert (state.status, state.totals.payment_status) == (OrderStatus.PENDING, PaymentStatus.NONE)
    assert (state.totals.goods, state.totals.charges, state.totals.total) == (127_50, 3_95, 131_45)
    assert histories.pending_steps(state) == ["reserve"]


def test_numbers_are_derived_from_the_id_without_confusable_digits():
    number = placing.number_of(ID)
    assert number == placing.number_of(ID) != placing.number_of(ID, 1)
    assert len(number) == 11
    assert number.startswith("TS-")
    assert set(number[3:]) <= set(placing.DIGITS)
    assert not set("ILOU") & set(placing.DIGITS)


def test_the_same_key_of_another_buyer_is_another_order():
    assert placing.order_id("ada", "key-0001") == placing.order_id("ada", "key-0001")
    assert placing.order_id("ada", "key-0001") != placing.order_id("bob", "key-0001")


def test_a_negative_total_is_refused():
    line = order.Line("COAT", "Coat", 1, 10_00, False)
    with pytest.raises(common.InvalidInput, match="0 or more"):
        placing.quote("GBP", [line], [order.Charge(orders.ChargeKind.DISCOUNT, "Too kind", -10_01)])
    assert placing.quote("GBP", [line], [order.Charge(orders.ChargeKind.DISCOUNT, "Kind", -10_00)]).total == 0


def test_a_total_that_is_too_large_is_refused():
    line = order.Line("COAT", "Coat", 100_000, 2**62, False)
    with pytest.raises(common.InvalidInput, match="too large; split"):
        placing.quote("GBP", [line], [])


def test_an_unexpected_total_is_refused_with_the_current_one():
    quote = placing.quote("GBP", [order.Line("COAT", "Coat", 1, 10_00, False)], [])
    placing.check_total(None, quote)
    placing.check_total(gbp(10_00), quote)
    with pytest.raises(orders.TotalChanged, match=r"now 10\.00 GBP, not 9\.00 GBP") as refusal:
        placing.check_total(gbp(9_00), quote)
    assert refusal.value.total == gbp(10_00)
    with pytest.raises(orders.TotalChanged):
        placing.check_total(common.Money(amount=10_00, currency="EUR"), quote)


def test_quantities_of_a_product_are_added_up_and_the_largest_shortage_is_named():
    lines = [
        order.Line("COAT", "", 2, 1, False),
        order.Line("LAMP", "", 1, 1, False),
        order.Line("COAT", "", 3, 2, True),
    ]
    assert placing.quantities(lines) == {"COAT": 5, "LAMP": 1}
    placing.check_stock({"COAT": 5}, {"COAT": 5})
    with pytest.raises(orders.InsufficientStock, match="none of LAMP") as refusal:
        placing.check_stock({"COAT": 5, "LAMP": 4}, {"COAT": 4})
    assert (refusal.value.sku, refusal.value.available) == ("LAMP", 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"idempotency_key": "short"}, "idempotency_key"),
        ({"idempotency_key": "x" * 101}, "idempotency_key"),
        ({"payment": orders.PaymentMethod(provider="cheque")}, "payment.provider"),
        ({"payment": orders.PaymentMethod(provider="card")}, "payment.token"),
        ({"payment": orders.PaymentMethod(provider="card", token="x" * 201)}, "payment.token"),
        ({"lines": []}, "lines"),
        ({"lines": [orders.NewLine(sku="A", quantity=1)] * 10_001}, "lines"),
        ({"lines": [orders.NewLine(sku="", quantity=1)]}, "lines.sku"),
        ({"lines": [orders.NewLine(sku="🧥", quantity=1)]}, "lines.sku"),
        ({"lines": [orders.NewLine(sku="A", quantity=0)]}, "lines.quantity"),
        ({"lines": [orders.NewLine(sku="A", quantity=-1)]}, "lines.quantity"),
        ({"lines": [orders.NewLine(sku="A", quantity=10_000_001)]}, "lines.quantity"),
        ({"lines": [orders.NewLine(sku="A", quantity=1, agreed_price=gbp(-1))]}, "lines.agreed_price"),
        ({"charges": [orders.Charge(kind=1, description="", amount=gbp(1))]}, "charges.description"),
        ({"charges": [orders.Charge(kind=1, description="a\x00b", amount=gbp(1))]}, "charges.description"),
        ({"charges": [orders.Charge(kind=1, description="x", amount=gbp(1))] * 101}, "charges"),
        ({"cart_token": "t", "lines": [orders.NewLine(sku="A", quantity=1)]}, "lines"),
        ({"customer_id": ""}, "customer_id"),
    ],
)
def test_invalid_input_is_refused_with_the_name_of_its_field(change, field):
    values = {"idempotency_key": "key-0001", "payment": orders.PaymentMethod(provider="invoice")}
    with pytest.raises(common.InvalidInput) as refusal:
        validation.placing(orders.PlaceOrder(**values | change))
    assert refusal.value.field == field
    assert len(refusal.value.message) < 200


def test_each_step_adds_the_next_one():
    events = histories.confirmed_order()
    assert [histories.pending_steps(given(*events[:n])) for n in (1, 2, 3, 4)] == [
        ["reserve"],
        ["authorise"],
        ["allocate"],
        [],
    ]


def test_a_step_is_recorded_once():
    events = histories.confirmed_order()
    record = steps.record(PendingStep(saga_state.RESERVE), histories.reserved())
    assert record(given(*events[:1])) == [histories.reserved()]
    assert record(given(*events[:2])) == []
    assert [type(one).__name__ for one in steps.confirm(given(*events[:3]))] == ["OrderConfirmed"]
    assert steps.confirm(given(*events)) == []


def test_a_declined_payment_rejects_the_order_and_releases_its_stock():
    events = histories.confirmed_order()[:2]
    state = given(*events, *steps.decline("no")(given(*events)))
    assert (state.status, state.reason) == (OrderStatus.REJECTED, "payment declined")
    assert state.totals.payment_status == PaymentStatus.DECLINED
    assert histories.pending_steps(state) == ["release"]


@pytest.mark.parametrize(("after", "undo"), [(1, ["release"]), (2, ["release", "void"]), (3, ["release", "void"])])
def test_a_timed_out_order_releases_its_stock_and_authorisation(after, undo):
    events = histories.confirmed_order()[:after]
    state = given(*events, *changing.time_out(given(*events)))
    assert (state.status, state.reason) == (OrderStatus.REJECTED, "timed out")
    assert histories.pending_steps(state) == undo


def test_a_confirmed_order_does_not_time_out():
    assert changing.time_out(given(*histories.confirmed_order())) == []


def test_a_failed_step_is_retried_after_growing_waits_and_finally_waits_for_staff():
    state, now = given(histories.placed()), PLACED_AT
    waits = []
    for attempt in range(1, 6):
        (event,) = steps.fail(PendingStep(saga_state.RESERVE), "reserve", "no answer", now)(state)
        assert event.attempt == attempt
        waits.append(event.retry_at and event.retry_at - now)
        state = order.evolve(state, event)
    assert waits == [2_000, 6_000, 18_000, 54_000, None]
    assert steps.is_stuck(state)
    assert steps.ready(state, now + DAY) == []


def test_a_failed_step_is_ready_again_at_its_retry_time():
    state = given(histories.placed(), histories.failed("reserve", retry_at=PLACED_AT + 2_000))
    assert steps.ready(state, PLACED_AT + 1_999) == []
    assert steps.ready(state, PLACED_AT + 2_000) == [PendingStep(saga_state.RESERVE)]


def test_success_and_a_requested_retry_both_clear_a_failure():
    stuck = [histories.placed(), histories.failed("reserve", attempt=5)]
    assert given(*stuck, histories.reserved()).failures == ()
    assert changing.retry(given(*stuck)) == [orders.RetryRequested(step="reserve")]
    again = given(*stuck, orders.RetryRequested(step="reserve"))
    assert again.failures == ()
    assert steps.ready(again, PLACED_AT) == [PendingStep(saga_state.RESERVE)]


def test_without_failures_a_retry_is_refused():
    with pytest.raises(orders.NotAllowedNow, match="no failed steps to retry"):
        changing.retry(given(histories.placed()))


def test_a_failed_shipping_call_blocks_the_capture():
    events = histories.confirmed_order()
    (sent,) = histories.shipped(given(*events))
    step = PendingStep(saga_state.CAPTURE, sent.shipment.id)
    stuck = given(*events, sent, histories.failed("ship", attempt=5, id_=sent.shipment.id))
    assert steps.ready(stuck, PLACED_AT) == []
    assert steps.ready(order.evolve(stuck, orders.RetryRequested(step="ship")), PLACED_AT) == [step]
    assert order.evolve(stuck, histories.captured(sent)).failures == ()


def test_the_customer_may_cancel_within_the_grace_period():
    state = given(*histories.confirmed_order())
    (event,) = changing.cancel(state, " changed my mind ", CUSTOMER, PLACED_AT + 30 * MINUTE)
    assert event == orders.OrderCancelled(reason="changed my mind", by="customer")
    after = order.evolve(state, event)
    assert (after.status, histories.pending_steps(after)) == (OrderStatus.CANCELLED, ["release", "void"])
    assert after.cancelled == (2, 3)
    assert changing.cancel(after, "again", CUSTOMER, PLACED_AT + DAY) == []


def test_after_the_grace_period_only_staff_may_cancel():
    state = given(*histories.confirmed_order())
    with pytest.raises(orders.NotAllowedNow, match="cancellation period is over"):
        changing.cancel(state, "too late", CUSTOMER, PLACED_AT + 30 * MINUTE + 1)
    (event,) = changing.cancel(state, "sold out", STAFF, PLACED_AT + DAY)
    assert event.by == "staff"


def test_a_pending_order_may_be_cancelled():
    state = given(histories.placed())
    assert changing.cancel(state, "quick", CUSTOMER, PLACED_AT)[0].by == "customer"


def test_a_partly_shipped_order_cannot_be_cancelled():
    events = histories.confirmed_order()
    state = given(*events, *histories.shipped(given(*events), (1, 1)))
    with pytest.raises(orders.NotAllowedNow, match="partly shipped") as refusal:
        changing.cancel(state, "too late", STAFF, PLACED_AT)
    assert (refusal.value.status, refusal.value.next_statuses) == (
        OrderStatus.PARTLY_SHIPPED,
        [OrderStatus.SHIPPED, OrderStatus.RETURNED],
    )


def test_a_reason_must_be_given():
    for reason in ("", "  ", "x" * 501, "bell \x07"):
        with pytest.raises(common.InvalidInput, match="reason"):
            changing.cancel(given(histories.placed()), reason, STAFF, PLACED_AT)


def test_cancelled_pieces_reduce_the_total():
    state = given(*histories.confirmed_order(charges=[3_95]))
    (event,) = changing.cancel_lines(state, "p1", histories.quantities((1, 1), (2, 2)), "chipped")
    assert event.amount == gbp(70_00)
    after = order.evolve(state, event)
    assert (after.status, after.totals.net_total, after.totals.unshipped) == (OrderStatus.CONFIRMED, 61_45, 2)
    assert histories.pending_steps(after) == ["release_lines"]
    assert changing.cancel_lines(after, "p1", histories.quantities((1, 1), (2, 2)), "chipped") == []
