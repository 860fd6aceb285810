"""Every decision about an order: given what happened, when something is asked, then this follows or that is refused."""

import pytest
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.domain import asking, booking, changing, course, order, placing, showing, states, steps
from apps.orders.domain.course import Work
from idl import common, orders
from tests.orders import stories
from tests.orders.stories import CUSTOMER, DAY, ID, MINUTE, PLACED_AT, STAFF, gbp, given

# -- placing --------------------------------------------------------------------------------------


def test_placing_twice_with_the_same_input_changes_nothing():
    event = stories.placed()
    assert placing.place(order.INITIAL, event, ID) == [event]
    assert placing.place(given(event), stories.placed(), ID) == []


def test_placing_with_the_same_key_and_other_input_is_refused():
    with pytest.raises(orders.IdempotencyConflict, match="TS-7K2M9QX4") as refusal:
        placing.place(given(stories.placed()), stories.placed(fingerprint="other"), ID)
    assert refusal.value.order_id == ID


def test_a_placed_order_is_pending_and_its_stock_is_to_be_reserved():
    state = given(stories.placed(charges=[3_95]))
    assert (state.status, state.figures.payment_status) == (OrderStatus.PENDING, PaymentStatus.NONE)
    assert (state.figures.goods, state.figures.charges, state.figures.total) == (127_50, 3_95, 131_45)
    assert stories.due(state) == ["reserve"]


def test_numbers_are_made_of_the_id_and_read_out_without_mistakes():
    number = placing.number_of(ID)
    assert number == placing.number_of(ID) != placing.number_of(ID, 1)
    assert len(number) == 11
    assert number.startswith("TS-")
    assert set(number[3:]) <= set(placing.DIGITS)
    assert not set("ILOU") & set(placing.DIGITS)


def test_the_same_key_of_another_buyer_is_another_order():
    assert placing.order_id("ada", "key-0001") == placing.order_id("ada", "key-0001")
    assert placing.order_id("ada", "key-0001") != placing.order_id("bob", "key-0001")


@pytest.mark.parametrize(("goods", "postage"), [(0, [395]), (49_99, [395]), (50_00, []), (80_00, [])])
def test_postage_is_free_from_fifty_pounds_on(goods, postage):
    assert [charge.amount for charge in placing.postage("GBP", goods)] == postage


def test_a_total_below_nothing_is_refused():
    line = order.Line("COAT", "Coat", 1, 10_00, False)
    with pytest.raises(common.InvalidInput, match="0 or more"):
        placing.quote("GBP", [line], [order.Charge(orders.ChargeKind.DISCOUNT, "Too kind", -10_01)])
    assert placing.quote("GBP", [line], [order.Charge(orders.ChargeKind.DISCOUNT, "Kind", -10_00)]).total == 0


def test_a_total_that_cannot_be_counted_is_refused():
    line = order.Line("COAT", "Coat", 100_000, 2**62, False)
    with pytest.raises(common.InvalidInput, match="larger than can be counted"):
        placing.quote("GBP", [line], [])


def test_a_total_other_than_the_customer_saw_is_refused_with_the_true_one():
    quote = placing.quote("GBP", [order.Line("COAT", "Coat", 1, 10_00, False)], [])
    placing.check_total(None, quote)
    placing.check_total(gbp(10_00), quote)
    with pytest.raises(orders.TotalChanged, match=r"now 10\.00 GBP, not 9\.00 GBP") as refusal:
        placing.check_total(gbp(9_00), quote)
    assert refusal.value.total == gbp(10_00)
    with pytest.raises(orders.TotalChanged):
        placing.check_total(common.Money(amount=10_00, currency="EUR"), quote)


def test_what_several_lines_want_of_a_product_is_added_up_and_the_worst_lack_named():
    lines = [
        order.Line("COAT", "", 2, 1, False),
        order.Line("LAMP", "", 1, 1, False),
        order.Line("COAT", "", 3, 2, True),
    ]
    assert placing.wanted(lines) == {"COAT": 5, "LAMP": 1}
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
        ({"email": "nobody"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a b@example.org"}, "email"),
        ({"email": "x" * 250 + "@example.org"}, "email"),
        ({"lines": []}, "lines"),
        ({"lines": [orders.NewLine(sku="A", quantity=1)] * 1001}, "lines"),
        ({"lines": [orders.NewLine(sku="", quantity=1)]}, "lines.sku"),
        ({"lines": [orders.NewLine(sku="🧥", quantity=1)]}, "lines.sku"),
        ({"lines": [orders.NewLine(sku="A", quantity=0)]}, "lines.quantity"),
        ({"lines": [orders.NewLine(sku="A", quantity=-1)]}, "lines.quantity"),
        ({"lines": [orders.NewLine(sku="A", quantity=100_001)]}, "lines.quantity"),
        ({"lines": [orders.NewLine(sku="A", quantity=1, agreed_price=gbp(-1))]}, "lines.agreed_price"),
        ({"charges": [orders.Charge(kind=1, description="", amount=gbp(1))]}, "charges.description"),
        ({"charges": [orders.Charge(kind=1, description="a\x00b", amount=gbp(1))]}, "charges.description"),
        ({"charges": [orders.Charge(kind=1, description="x", amount=gbp(1))] * 101}, "charges"),
        ({"cart_token": "t", "lines": [orders.NewLine(sku="A", quantity=1)]}, "lines"),
        ({"customer_id": ""}, "customer_id"),
        ({"shipping_address": {"name": ""}}, "shipping_address.name"),
        ({"shipping_address": {"name": "x" * 10_000}}, "shipping_address.name"),
        ({"shipping_address": {"lines": []}}, "shipping_address.lines"),
        ({"shipping_address": {"lines": ["a", "b", "c", "d"]}}, "shipping_address.lines"),
        ({"shipping_address": {"city": " "}}, "shipping_address.city"),
        ({"shipping_address": {"country": "gb"}}, "shipping_address.country"),
        ({"shipping_address": {"country": "Great Britain"}}, "shipping_address.country"),
        ({"shipping_address": {"postcode": "x" * 21}}, "shipping_address.postcode"),
    ],
)
def test_bad_input_is_refused_by_the_name_of_its_field(change, field):
    values = {"idempotency_key": "key-0001", "payment": orders.PaymentMethod(provider="invoice")}
    if isinstance(change.get("shipping_address"), dict):
        good = {"name": "Ada", "lines": ["12 St James's Square"], "city": "London", "country": "GB"}
        change = {"shipping_address": common.Address(**good | change["shipping_address"])}
    with pytest.raises(common.InvalidInput) as refusal:
        asking.placing(orders.PlaceOrder(**values | change))
    assert refusal.value.field == field
    assert len(refusal.value.message) < 200


# -- the course -----------------------------------------------------------------------------------


def test_each_step_puts_the_next_one_on_the_list():
    events = stories.confirmed_order()
    assert [stories.due(given(*events[:n])) for n in (1, 2, 3, 4)] == [["reserve"], ["authorise"], ["allocate"], []]


def test_a_step_is_recorded_once():
    events = stories.confirmed_order()
    record = steps.record(Work(course.RESERVE), stories.reserved())
    assert record(given(*events[:1])) == [stories.reserved()]
    assert record(given(*events[:2])) == []
    assert [type(one).__name__ for one in steps.confirm(given(*events[:3]))] == ["OrderConfirmed"]
    assert steps.confirm(given(*events)) == []


def test_a_declined_payment_rejects_the_order_and_releases_its_stock():
    events = stories.confirmed_order()[:2]
    state = given(*events, *steps.decline("no")(given(*events)))
    assert (state.status, state.reason) == (OrderStatus.REJECTED, "payment declined")
    assert state.figures.payment_status == PaymentStatus.DECLINED
    assert stories.due(state) == ["release"]


@pytest.mark.parametrize(("after", "undo"), [(1, ["release"]), (2, ["release", "void"]), (3, ["release", "void"])])
def test_a_timed_out_order_gives_back_all_that_it_may_hold(after, undo):
    events = stories.confirmed_order()[:after]
    state = given(*events, *changing.time_out(given(*events)))
    assert (state.status, state.reason) == (OrderStatus.REJECTED, "timed out")
    assert stories.due(state) == undo


def test_a_confirmed_order_does_not_time_out():
    assert changing.time_out(given(*stories.confirmed_order())) == []


def test_a_failed_step_waits_longer_each_time_and_in_the_end_for_staff():
    state, now = given(stories.placed()), PLACED_AT
    waits = []
    for attempt in range(1, 6):
        (event,) = steps.fail(Work(course.RESERVE), "reserve", "no answer", now)(state)
        assert event.attempt == attempt
        waits.append(event.retry_at and event.retry_at - now)
        state = order.evolve(state, event)
    assert waits == [2_000, 6_000, 18_000, 54_000, None]
    assert steps.is_stuck(state)
    assert steps.due_now(state, now + DAY) == []


def test_a_failed_step_is_due_again_when_its_time_has_come():
    state = given(stories.placed(), stories.failed("reserve", retry_at=PLACED_AT + 2_000))
    assert steps.due_now(state, PLACED_AT + 1_999) == []
    assert steps.due_now(state, PLACED_AT + 2_000) == [Work(course.RESERVE)]


def test_success_and_a_new_try_both_clear_a_failure():
    stuck = [stories.placed(), stories.failed("reserve", attempt=5)]
    assert given(*stuck, stories.reserved()).failures == ()
    assert changing.try_again(given(*stuck)) == [orders.RetryRequested(step="reserve")]
    again = given(*stuck, orders.RetryRequested(step="reserve"))
    assert again.failures == ()
    assert steps.due_now(again, PLACED_AT) == [Work(course.RESERVE)]


def test_where_nothing_failed_there_is_nothing_to_try_again():
    with pytest.raises(orders.NotAllowedNow, match="stuck at no step"):
        changing.try_again(given(stories.placed()))


def test_a_failure_to_send_stands_in_the_way_of_taking_the_money():
    events = stories.confirmed_order()
    (sent,) = stories.shipped(given(*events))
    work = Work(course.CAPTURE, sent.shipment.id)
    stuck = given(*events, sent, stories.failed("ship", attempt=5, id_=sent.shipment.id))
    assert steps.due_now(stuck, PLACED_AT) == []
    assert steps.due_now(order.evolve(stuck, orders.RetryRequested(step="ship")), PLACED_AT) == [work]
    assert order.evolve(stuck, stories.captured(sent)).failures == ()


# -- calling off ----------------------------------------------------------------------------------


def test_the_customer_may_cancel_within_the_grace_period():
    state = given(*stories.confirmed_order())
    (event,) = changing.cancel(state, " changed my mind ", CUSTOMER, PLACED_AT + 30 * MINUTE)
    assert event == orders.OrderCancelled(reason="changed my mind", by="customer")
    after = order.evolve(state, event)
    assert (after.status, stories.due(after)) == (OrderStatus.CANCELLED, ["release", "void"])
    assert after.cancelled == (2, 3)
    assert changing.cancel(after, "again", CUSTOMER, PLACED_AT + DAY) == []


def test_later_only_staff_may_cancel():
    state = given(*stories.confirmed_order())
    with pytest.raises(orders.NotAllowedNow, match="time in which you could cancel"):
        changing.cancel(state, "too late", CUSTOMER, PLACED_AT + 30 * MINUTE + 1)
    (event,) = changing.cancel(state, "sold out", STAFF, PLACED_AT + DAY)
    assert event.by == "staff"


def test_a_pending_order_may_be_cancelled():
    state = given(stories.placed())
    assert changing.cancel(state, "quick", CUSTOMER, PLACED_AT)[0].by == "customer"


def test_what_has_left_in_part_cannot_be_cancelled():
    events = stories.confirmed_order()
    state = given(*events, *stories.shipped(given(*events), (1, 1)))
    with pytest.raises(orders.NotAllowedNow, match="partly shipped") as refusal:
        changing.cancel(state, "too late", STAFF, PLACED_AT)
    assert (refusal.value.status, refusal.value.next_statuses) == (
        OrderStatus.PARTLY_SHIPPED,
        [OrderStatus.SHIPPED, OrderStatus.RETURNED],
    )


def test_a_reason_must_be_given():
    for reason in ("", "  ", "x" * 501, "bell \x07"):
        with pytest.raises(common.InvalidInput, match="reason"):
            changing.cancel(given(stories.placed()), reason, STAFF, PLACED_AT)


def test_pieces_called_off_are_no_longer_owed():
    state = given(*stories.confirmed_order(charges=[3_95]))
    (event,) = changing.cancel_lines(state, "p1", stories.quantities((1, 1), (2, 2)), "chipped")
    assert event.amount == gbp(70_00)
    after = order.evolve(state, event)
    assert (after.status, after.figures.owed, after.figures.left) == (OrderStatus.CONFIRMED, 61_45, 2)
    assert stories.due(after) == ["release_lines"]
    assert changing.cancel_lines(after, "p1", stories.quantities((1, 1), (2, 2)), "chipped") == []


def test_a_reduction_is_used_up_by_what_is_called_off_but_nothing_is_owed_to_the_customer():
    events = stories.confirmed_order(("COAT", 10, 10_00), charges=[-70_00])
    state = given(*events)
    assert changing.cancel_lines(state, "p", stories.quantities((1, 2)), "x")[0].amount == gbp(20_00)
    (event,) = changing.cancel_lines(state, "p", stories.quantities((1, 8)), "x")
    assert event.amount == gbp(30_00)
    (sent,) = stories.shipped(given(*events, event))
    assert sent.due == gbp(0)


def test_calling_all_pieces_off_calls_the_order_off():
    state = given(*stories.confirmed_order())
    (event,) = changing.cancel_lines(state, "p", stories.quantities((1, 2), (2, 3)), "fire")
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
def test_only_pieces_that_are_left_can_be_called_off(pairs, field):
    with pytest.raises(common.InvalidInput) as refusal:
        changing.cancel_lines(given(*stories.confirmed_order()), "p", stories.quantities(*pairs), "x")
    assert refusal.value.field == field


def test_calling_the_rest_off_after_all_that_left_came_back_ends_the_order():
    events = stories.confirmed_order()
    (sent,) = stories.shipped(given(*events), (1, 2))
    events += [sent, stories.captured(sent)]
    events += stories.returned(given(*events), (1, 2))
    assert given(*events).status == OrderStatus.PARTLY_SHIPPED
    events += changing.cancel_lines(given(*events), "p", stories.quantities((2, 3)), "x")
    assert given(*events).status == OrderStatus.RETURNED


# -- sending --------------------------------------------------------------------------------------


def test_all_that_is_left_is_sent_where_no_lines_are_named():
    state = given(*stories.confirmed_order(charges=[3_95]))
    (event,) = stories.shipped(state)
    assert [(line.number, line.quantity) for line in event.shipment.lines] == [(1, 2), (2, 3)]
    assert event.due == gbp(131_45)
    after = order.evolve(state, event)
    assert (after.status, stories.due(after)) == (OrderStatus.SHIPPED, ["capture"])


def test_the_charges_are_taken_with_the_first_shipment():
    events = stories.confirmed_order(charges=[3_95])
    (first,) = stories.shipped(given(*events), (1, 1), key="a")
    (second,) = stories.shipped(given(*events, first), key="b")
    assert (first.due, second.due) == (gbp(48_95), gbp(82_50))


def test_a_reduction_larger_than_the_first_goods_carries_over():
    events = stories.confirmed_order(("COAT", 1, 10_00), ("LAMP", 1, 30_00), charges=[-15_00])
    (first,) = stories.shipped(given(*events), (1, 1), key="a")
    (second,) = stories.shipped(given(*events, first), key="b")
    assert (first.due, second.due) == (gbp(0), gbp(25_00))


def test_the_same_shipment_is_sent_once():
    state = given(*stories.confirmed_order())
    (event,) = stories.shipped(state, (1, 1))
    assert stories.shipped(order.evolve(state, event), (1, 1)) == []


@pytest.mark.parametrize("events", [[stories.placed()], stories.shipped_order()])
def test_what_is_not_confirmed_or_has_left_already_is_not_sent(events):
    with pytest.raises(orders.NotAllowedNow, match="Nothing can be shipped"):
        stories.shipped(given(*events), key="other")


def test_what_is_left_of_a_promise_is_given_back_when_nothing_is_left_to_send():
    events = stories.confirmed_order()
    events += changing.cancel_lines(given(*events), "p", stories.quantities((2, 3)), "x")
    (sent,) = stories.shipped(given(*events))
    state = given(*events, sent)
    assert stories.due(state) == ["release_lines", "capture", "void"]
    # Not while money is still to be taken.
    assert [work.step for work in steps.due_now(state, PLACED_AT)] == ["release_lines", "capture"]
    paid = given(*events, sent, stories.captured(sent))
    assert [work.step for work in steps.due_now(paid, PLACED_AT)] == ["release_lines", "void"]


# -- taking back ----------------------------------------------------------------------------------


def test_a_return_gives_the_price_back():
    state = given(*stories.shipped_order(charges=[3_95]))
    back, asked = stories.returned(state, (1, 1), (2, 1))
    assert back.returned.refund == asked.amount == gbp(57_50)
    assert back.returned.id == asked.id
    after = given(*stories.shipped_order(charges=[3_95]), back, asked)
    assert (after.status, stories.due(after)) == (OrderStatus.SHIPPED, ["restock", "refund"])
    assert stories.returned(after, (1, 1), (2, 1)) == []


def test_a_return_that_does_not_go_on_the_shelf_is_not_restocked():
    events = stories.shipped_order()
    state = given(*events, *stories.returned(given(*events), (1, 2), (2, 3), restock=False))
    assert (state.status, stories.due(state)) == (OrderStatus.RETURNED, ["refund"])


def test_no_more_comes_back_than_left():
    state = given(*stories.shipped_order())
    with pytest.raises(common.InvalidInput, match="Of line 1 2 can come back"):
        stories.returned(state, (1, 3))
    back, *_ = stories.returned(state, (1, 2))
    with pytest.raises(common.InvalidInput, match="Of line 1 0 can come back"):
        stories.returned(order.evolve(state, back), (1, 1), key="again")


def test_nothing_comes_back_of_what_has_not_left():
    with pytest.raises(orders.NotAllowedNow, match="nothing that could come back"):
        stories.returned(given(*stories.confirmed_order()), (1, 1))


def test_an_agreed_refund_may_be_less_or_nothing_but_not_more_than_was_taken():
    state = given(*stories.shipped_order())
    assert stories.returned(state, (1, 1), agreed=gbp(10_00))[1].amount == gbp(10_00)
    assert len(stories.returned(state, (1, 1), agreed=gbp(0))) == 1
    assert stories.returned(state, (1, 1), agreed=gbp(127_50))[1].amount == gbp(127_50)
    for wrong in (gbp(127_51), gbp(-1), common.Money(amount=1, currency="EUR")):
        with pytest.raises(common.InvalidInput, match="agreed_refund"):
            stories.returned(state, (1, 1), agreed=wrong)


def test_a_reduction_on_the_order_is_not_given_back_as_money():
    state = given(*stories.shipped_order(("COAT", 1, 100_00), charges=[-20_00]))
    assert stories.returned(state, (1, 1))[1].amount == gbp(80_00)


def test_goods_whose_money_is_still_being_taken_come_back_a_little_later():
    events = stories.confirmed_order()
    (sent,) = stories.shipped(given(*events))
    with pytest.raises(orders.NotAllowedNow, match="still being taken"):
        stories.returned(given(*events, sent), (1, 1))
    assert len(stories.returned(given(*events, sent), (1, 1), agreed=gbp(0))) == 1


def test_a_customer_returns_within_the_days_of_the_shipment_that_brought_it():
    events = stories.confirmed_order()
    (first,) = stories.shipped(given(*events), (1, 1), key="a")
    second = changing.ship(given(*events, first), "b", stories.quantities((2, 1)), None, PLACED_AT + 10 * DAY)[0]
    state = given(*events, first, stories.captured(first), second, stories.captured(second))
    assert stories.returned(state, (1, 1), by=CUSTOMER, at=PLACED_AT + 31 * DAY)
    assert stories.returned(state, (2, 1), by=CUSTOMER, at=PLACED_AT + 40 * DAY)
    with pytest.raises(orders.NotAllowedNow, match="30 days"):
        stories.returned(state, (1, 1), by=CUSTOMER, at=PLACED_AT + 31 * DAY + 1)
    assert stories.returned(state, (1, 1), by=STAFF, at=PLACED_AT + 400 * DAY)


def test_a_refund_is_never_more_than_was_taken_and_not_given_back_yet():
    state = given(*stories.shipped_order())
    (event,) = changing.refund(state, "r1", gbp(100_00), "a scratch")
    after = order.evolve(state, event)
    assert changing.refund(after, "r1", gbp(100_00), "a scratch") == []
    with pytest.raises(common.InvalidInput, match=r"27\.50 GBP"):
        changing.refund(after, "r2", gbp(27_51), "x")
    for wrong in (gbp(0), gbp(-1), common.Money(amount=1, currency="USD")):
        with pytest.raises(common.InvalidInput, match="amount"):
            changing.refund(after, "r2", wrong, "x")
    with pytest.raises(orders.NotAllowedNow, match="no money"):
        changing.refund(given(*stories.confirmed_order()), "r", gbp(1), "x")


@pytest.mark.parametrize(("refunded", "status"), [(1, "PARTLY_REFUNDED"), (127_50, "REFUNDED")])
def test_what_was_given_back_shows_in_the_payment_status(refunded, status):
    events = stories.shipped_order()
    events += changing.refund(given(*events), "r", gbp(refunded), "x")
    events.append(orders.PaymentRefunded(id="r", reference="ref", amount=gbp(refunded)))
    state = given(*events)
    assert state.figures.payment_status == getattr(PaymentStatus, status)
    assert stories.due(state) == []


# -- bookings, sentences, unknown events -----------------------------------------------------------


def _booking(**change):
    values = {"kind": 4, "description": "Bank charges", "amount": gbp(-12_00), "occurred_at": PLACED_AT}
    return orders.Adjustment(id="b1", **values | change)


def test_a_booking_is_made_once_and_its_key_not_used_for_another():
    (event,) = booking.book(booking.NOTHING, _booking(), ("GBP",))
    state = booking.evolve(booking.NOTHING, event)
    assert booking.book(state, _booking(occurred_at=1), ("GBP",)) == []
    with pytest.raises(orders.IdempotencyConflict):
        booking.book(state, _booking(amount=gbp(-12_01)), ("GBP",))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": gbp(0)}, "amount"),
        ({"amount": common.Money(amount=1, currency="XXX")}, "amount.currency"),
        ({"description": " "}, "description"),
        ({"reference": "x" * 101}, "reference"),
    ],
)
def test_a_wrong_booking_is_refused(change, field):
    with pytest.raises(common.InvalidInput) as refusal:
        booking.book(booking.NOTHING, _booking(**change), ("GBP",))
    assert refusal.value.field == field


def test_every_event_of_the_contract_is_understood_and_has_a_sentence():
    members = {spec[2] for spec in orders.OrderEvent.thrift_spec.values()}
    assert set(order._CHANGES) == set(showing._SENTENCES) == members - {orders.AdjustmentBooked}


def test_an_event_of_the_future_is_not_passed_over():
    with pytest.raises(LookupError, match="Adjustment"):
        order.evolve(order.INITIAL, orders.AdjustmentBooked(adjustment=_booking()))
    with pytest.raises(LookupError, match="OrderRejected"):
        booking.evolve(booking.NOTHING, orders.OrderRejected(reason="x"))
    with pytest.raises(LookupError):
        showing.sentence(orders.AdjustmentBooked(adjustment=_booking()))


def test_the_story_of_an_order_reads_well():
    events = stories.shipped_order(charges=[3_95])
    events += stories.returned(given(*events), (1, 1))
    assert [showing.sentence(event) for event in events] == [
        "Order TS-7K2M9QX4 was placed: 2 lines for 131.45 GBP, to be paid by card.",
        "The goods were reserved.",
        "The payment of 131.45 GBP was authorised.",
        "The order was confirmed.",
        "5 pieces left.",
        "131.45 GBP was taken for what left.",
        "1 piece came back (does not fit); it is on the shelf again.",
        "45.00 GBP is to be given back: Returned: does not fit",
    ]


def test_every_state_is_in_the_table_and_no_way_leads_out_of_the_last_ones():
    assert set(states.NEXT) == set(OrderStatus._VALUES_TO_NAMES)
    assert {status for status, following in states.NEXT.items() if not following} == {
        OrderStatus.REJECTED,
        OrderStatus.CANCELLED,
        OrderStatus.RETURNED,
    }
