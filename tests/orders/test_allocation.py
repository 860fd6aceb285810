"""The allocation of an order's charges: exact to the minor unit, in any split of quantities and any order of operations."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from idl.orders import ChargeKind

from apps.orders.domain import allocation, changing, order, states
from idl import common, orders
from tests.orders import earlier_rules, histories
from tests.orders.histories import gbp

SPREAD = (ChargeKind.DISCOUNT, ChargeKind.VOUCHER, ChargeKind.SAMPLES, ChargeKind.MANUAL, ChargeKind.ADJUSTMENT)
DELIVERY = (ChargeKind.POSTAGE, ChargeKind.FEE)
REFUSALS = (orders.NotAllowedNow, common.InvalidInput)
LINES = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3_000)), min_size=1, max_size=5)
CHARGES = st.lists(st.tuples(st.sampled_from(SPREAD + DELIVERY), st.integers(-6_000, 2_000)), max_size=3)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ship", "ship", "cancel", "return", "return", "agree", "refund"]),
        st.integers(0, 4),
        st.integers(1, 9),
        st.integers(0, 4_000),
    ),
    max_size=30,
)


def placed(lines, charges):
    """An order of (quantity, price) lines with charges of a (kind, amount) each."""
    event = histories.placed(*((f"SKU{number}", *line) for number, line in enumerate(lines)))
    event.charges = [orders.Charge(kind=kind, description="Charge", amount=gbp(amount)) for kind, amount in charges]
    event.total = gbp(event.total.amount + sum(amount for _, amount in charges))
    return event


def confirmed(lines, charges):
    """The state of a confirmed order."""
    event = placed(lines, charges)
    return histories.given(event, histories.reserved(), histories.authorised(event.total.amount), histories.confirmed())


def apply(state, events):
    """The order after events whose captures and refunds succeed at once."""
    for event in events:
        state = order.evolve(state, event)
        if isinstance(event, orders.OrderShipped):
            state = order.evolve(state, histories.captured(event))
        elif isinstance(event, orders.RefundRequested):
            state = order.evolve(state, orders.PaymentRefunded(id=event.id, reference="ref", amount=event.amount))
    return state


def ship(state, *pairs, rules=changing):
    key = f"s{len(state.shipments)}"
    return rules.ship(state, key, histories.quantities(*pairs), None, histories.PLACED_AT + histories.DAY)


def cancel_lines(state, *pairs, rules=changing):
    return rules.cancel_lines(state, f"c{len(state.partial_cancellations)}", histories.quantities(*pairs), "x")


def take_back(state, *pairs, agreed=None, rules=changing):
    request = histories.request(*pairs, key=f"r{len(state.returns)}")
    return rules.return_lines(state, request, histories.STAFF, None if agreed is None else gbp(agreed), 30)


def refunded(events):
    return sum(event.amount.amount for event in events if isinstance(event, orders.RefundRequested))


def out(state):
    """The goods at the customer as (line number, quantity) pairs."""
    both = zip(state.shipped, state.returned, strict=True)
    return [(number, sent - back) for number, (sent, back) in enumerate(both, start=1) if sent > back]


# -- examples -------------------------------------------------------------------------------------


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


@given(LINES, CHARGES)
def test_shares_add_up_to_the_total(lines, charges):
    values, quantities = [quantity * price for quantity, price in lines], [quantity for quantity, _ in lines]
    total = sum(values) + sum(amount for _, amount in charges)
    assume(total >= 0)
    shares, delivery = allocation.shares(values, quantities, charges)
    assert sum(shares) + delivery == total
    assert all(share >= 0 for share in (*shares, delivery))
    net = sum(shares)
    if sum(values):
        assert all(abs(share - net * value / sum(values)) < 1 for share, value in zip(shares, values, strict=True))


@given(st.integers(0, 10**12), st.integers(1, 10**6), st.lists(st.integers(1, 1_000), max_size=20))
def test_any_split_of_a_line_adds_up_to_its_share(share, quantity, parts):
    begun, amounts = 0, []
    for part in parts:
        count = min(part, quantity - begun)
        amounts.append(allocation.of_pieces(share, quantity, begun, count))
        begun += count
    amounts.append(allocation.of_pieces(share, quantity, begun, quantity - begun))
    assert sum(amounts) == share
    assert all(amount >= 0 for amount in amounts)


def take(state, step, rules):
    """One random command; a refused one changes nothing."""
    verb, line, count, amount = step
    pair = (line % len(state.lines) + 1, count)
    decisions = {
        "ship": lambda: ship(state, pair, rules=rules),
        "cancel": lambda: cancel_lines(state, pair, rules=rules),
        "return": lambda: take_back(state, pair, rules=rules),
        "agree": lambda: take_back(state, pair, agreed=amount, rules=rules),
        "refund": lambda: changing.refund(state, f"m{len(state.refunds)}", gbp(amount), "x"),
    }
    try:
        return apply(state, decisions[verb]())
    except REFUSALS:
        return state


def check(state):
    """The invariants of amounts and quantities."""
    money = state.totals
    assert (
        0 <= money.refunded == money.requested <= money.captured == money.to_capture <= money.net_total <= money.total
    )
    withheld = sum(one.withheld for one in state.returns)
    assert all(one.refund >= 0 and one.withheld >= 0 for one in state.returns)
    if money.unshipped == 0 and money.shipped == money.returned and money.shipped:
        assert money.captured - money.refunded <= withheld


def bring_home(state):
    """Ship everything that is left and return everything shipped, line by line."""
    if state.totals.unshipped and state.totals.status in states.OPEN:
        state = apply(state, ship(state))
        check(state)
    for pair in out(state):
        state = apply(state, take_back(state, pair))
        check(state)
    return state


@settings(max_examples=300, deadline=None)
@given(LINES, CHARGES, STEPS)
def test_captured_refunded_and_withheld_always_add_up(lines, charges, steps):
    assume(placed(lines, charges).total.amount >= 0)
    state = confirmed(lines, charges)
    for step in steps:
        state = take(state, step, changing)
        check(state)
    state = bring_home(state)
    if state.totals.shipped:
        money = state.totals
        assert money.captured == money.net_total
        withheld = sum(one.withheld for one in state.returns)
        extra = sum(one.amount for one in state.refunds)
        if not any(step[0] in ("agree", "refund") for step in steps):
            assert money.captured == money.refunded == extra
        assert money.refunded >= money.captured - withheld


@settings(max_examples=300, deadline=None)
@given(LINES, CHARGES, STEPS, STEPS)
def test_an_order_begun_under_the_earlier_rules_adds_up_under_the_present_ones(lines, charges, before, after):
    assume(placed(lines, charges).total.amount >= 0)
    state = confirmed(lines, charges)
    for step in before:
        state = take(state, step, earlier_rules)
    recorded = state.totals
    for step in after:
        state = take(state, step, changing)
        money = state.totals
        assert (
            0
            <= money.refunded
            == money.requested
            <= money.captured
            == money.to_capture
            <= money.net_total
            <= money.total
        )
    was_over = recorded.unshipped == 0 and recorded.shipped == recorded.returned
    state = bring_home(state)
    money = state.totals
    if money.shipped and not was_over:
        assert money.captured == money.net_total
        assert money.captured - money.refunded <= sum(one.withheld for one in state.returns)


@settings(max_examples=200, deadline=None)
@given(LINES, CHARGES, st.data())
def test_the_sequence_of_changes_does_not_affect_prices(lines, charges, data):
    """Changes of single pieces in any sequence have the same total as one change of all."""
    assume(placed(lines, charges).total.amount >= 0)
    state = confirmed(lines, charges)
    pieces = [number for number, (quantity, _) in enumerate(lines, start=1) for _ in range(quantity)]
    for number in data.draw(st.permutations(pieces)):
        cancel = data.draw(st.booleans()) and state.totals.unshipped > 1
        events = cancel_lines(state, (number, 1)) if cancel else ship(state, (number, 1))
        state = apply(state, events)
    shares, delivery = allocation.shares([q * p for q, p in lines], [q for q, _ in lines], charges)
    expected = delivery + sum(
        allocation.of_pieces(share, quantity, 0, sent)
        for share, (quantity, _), sent in zip(shares, lines, state.shipped, strict=True)
    )
    assert state.totals.captured == state.totals.net_total == expected
    assert state.totals.cancelled_amount == state.totals.total - expected
