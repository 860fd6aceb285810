"""Orders with charges as domain states, and the changes to them, for tests of allocation."""

from hypothesis import strategies as st
from idl.orders import ChargeKind

from apps.orders.domain import changing, order
from idl import common, orders
from tests.orders import histories
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
