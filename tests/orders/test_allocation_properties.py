"""Allocated charges add up, whatever happens to an order."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.orders.domain import allocation, changing, states
from tests.orders import earlier_rules
from tests.orders.allocations import (
    CHARGES,
    LINES,
    REFUSALS,
    STEPS,
    apply,
    cancel_lines,
    confirmed,
    out,
    placed,
    ship,
    take_back,
)
from tests.orders.histories import gbp


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
        extra = sum(refund.amount for refund in state.refunds)
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
