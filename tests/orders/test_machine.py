"""Random sequences of commands and answers: amounts and quantities always add up."""

import contextlib

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from idl.orders import OrderStatus

from apps.orders.domain import changing, order, placing, saga_state, states, steps
from apps.orders.domain.changing import Actor, ReturnRequest
from idl import common, orders
from tests.orders import histories

REFUSALS = (orders.NotAllowedNow, common.InvalidInput)
LINES = st.lists(
    st.tuples(st.sampled_from(["COAT", "LAMP", "TEAPOT"]), st.integers(1, 9), st.integers(0, 5_000)),
    min_size=1,
    max_size=4,
)
PAIRS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), max_size=3, unique_by=lambda pair: pair[0])
KEYS = st.integers(0, 30).map(str)


class AnyOrder(RuleBasedStateMachine):
    """An order with all commands, answers of the provider, and failures."""

    @initialize(lines=LINES, charge=st.integers(-8_000, 1_000))
    def place(self, lines, charge):
        goods = sum(quantity * price for _, quantity, price in lines)
        self.state = order.INITIAL
        self.now = histories.PLACED_AT
        self.apply(placing.place(self.state, histories.placed(*lines, charges=[max(charge, -goods)]), histories.ID))

    def apply(self, events):
        for event in events:
            before = self.state.status
            self.state = order.evolve(self.state, event)
            after = self.state.status
            assert after == before or (self.state.number and (before, after) in _WAYS), (before, after)

    def ask(self, decision, *arguments):
        with contextlib.suppress(*REFUSALS):
            self.apply(decision(self.state, *arguments))

    @rule(works=st.booleans(), which=st.integers(0, 5))
    def take_a_step(self, works, which):
        self.now += 60_000
        due = steps.ready(self.state, self.now)
        if due:
            step = due[which % len(due)]
            if works:
                self.apply(_success(self.state, step))
            else:
                self.apply(steps.fail(step, step.name, "no", self.now)(self.state))

    @rule()
    def the_payment_is_declined(self):
        self.apply(steps.decline("no")(self.state))

    @rule()
    def it_times_out(self):
        self.apply(changing.time_out(self.state))

    @rule(by=st.sampled_from(["customer", "staff", "system"]))
    def cancel(self, by):
        self.ask(changing.cancel, "x", Actor(by), self.now)

    @rule(key=KEYS, pairs=PAIRS)
    def cancel_lines(self, key, pairs):
        self.ask(changing.cancel_lines, f"c{key}", histories.quantities(*pairs), "x")

    @rule(key=KEYS, pairs=PAIRS)
    def ship(self, key, pairs):
        self.ask(changing.ship, f"s{key}", histories.quantities(*pairs), None, self.now)

    @rule(key=KEYS, pairs=PAIRS, restock=st.booleans(), by=st.sampled_from(["customer", "staff"]))
    def take_back(self, key, pairs, restock, by):
        request = ReturnRequest(f"r{key}", histories.quantities(*pairs), "x", restock, self.now)
        self.ask(changing.return_lines, request, Actor(by), None, 30)

    @rule(key=KEYS, pairs=PAIRS, amount=st.integers(-1, 9_000))
    def take_back_at_an_agreed_price(self, key, pairs, amount):
        request = ReturnRequest(f"r{key}", histories.quantities(*pairs), "x", True, self.now)
        self.ask(changing.return_lines, request, Actor("staff"), histories.gbp(amount), 30)

    @rule(key=KEYS, amount=st.integers(-1, 9_000))
    def refund(self, key, amount):
        self.ask(changing.refund, f"m{key}", histories.gbp(amount), "x")

    @precondition(lambda self: self.state.failures)
    @rule()
    def try_again(self):
        self.ask(changing.retry)

    @invariant()
    def money_adds_up(self):
        counted = self.state.totals
        assert 0 <= counted.refunded <= counted.requested <= counted.captured <= counted.to_capture <= counted.net_total
        assert counted.captured <= counted.authorised in (0, counted.total)
        assert counted.net_total >= 0
        assert counted.payment_status in orders.PaymentStatus._VALUES_TO_NAMES

    @invariant()
    def pieces_add_up(self):
        counted, state = self.state.totals, self.state
        assert counted.units == sum(line.quantity for line in state.lines)
        assert (counted.shipped, counted.cancelled, counted.returned) == (
            sum(state.shipped),
            sum(state.cancelled),
            sum(state.returned),
        )
        for line, sent, off, back in zip(state.lines, state.shipped, state.cancelled, state.returned, strict=True):
            assert 0 <= back <= sent
            assert sent + off <= line.quantity
        assert sum(q for shipment in state.shipments for _, q in shipment.lines) == counted.shipped
        assert sum(q for one in state.returns for _, q in one.lines) == counted.returned

    @invariant()
    def nothing_is_taken_before_it_is_confirmed_or_after_it_is_given_up(self):
        if self.state.status in (OrderStatus.PENDING, OrderStatus.REJECTED, OrderStatus.CANCELLED):
            assert self.state.totals.captured == self.state.totals.shipped == 0

    def teardown(self):
        """Take all pending steps: none must be left."""
        if not hasattr(self, "state"):
            return
        self.apply([orders.RetryRequested(step=step) for step in {failure.step for failure in self.state.failures}])
        for _ in range(200):
            due = steps.ready(self.state, self.now)
            if not due:
                break
            self.apply(_success(self.state, due[0]))
        counted = self.state.totals
        assert self.state.pending_steps == ()
        assert counted.captured == counted.to_capture
        assert counted.refunded == counted.requested
        assert self.state.status != OrderStatus.PENDING
        if counted.shipped and counted.unshipped == 0:
            assert counted.captured == counted.net_total


_WAYS = {(before, after) for before, following in states.NEXT.items() for after in following}


def _success(state, step):
    """The events of a successful step."""
    currency = state.totals.currency
    answers = {
        saga_state.RESERVE: lambda: [histories.reserved()],
        saga_state.AUTHORISE: lambda: [histories.authorised(state.totals.total)],
        saga_state.ALLOCATE: lambda: steps.confirm(state),
        saga_state.CAPTURE: lambda: steps.capture(step, "ref")(state),
        saga_state.REFUND: lambda: [
            orders.PaymentRefunded(
                id=step.id,
                reference="ref",
                amount=common.Money(
                    amount=next(refund.amount for refund in state.refunds if refund.id == step.id), currency=currency
                ),
            )
        ],
        saga_state.VOID: lambda: [orders.PaymentVoided(reference="ref")],
    }
    done = answers.get(step.name, lambda: [orders.StepDone(step=step.name, id=step.id)])()
    return steps.record(step, *done)(state)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=120, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
