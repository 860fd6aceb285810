"""Random sequences of commands: a cart holds what a plain dictionary would."""

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from apps.cart import domain
from idl import cart, common
from tests.cart import samples

LINES = st.dictionaries(st.sampled_from(samples.SKUS), st.integers(min_value=1, max_value=999))


class RandomCommands(RuleBasedStateMachine):
    """Verbs in any order, beside a plain dictionary that says what should be in the cart."""

    def __init__(self):
        super().__init__()
        self.state, self.expected, self.now = samples.given(samples.OPENED), {}, samples.NOW
        self.seen = (0, {}, True)

    def happens(self, events):
        for event in events:
            self.state = domain.evolve(self.state, event)
            if not isinstance(event, cart.ItemAdded | cart.CartRestored):
                self.seen = (*self.seen[:2], True)

    @rule(sku=st.sampled_from(samples.SKUS), quantity=st.integers(-5, 1200))
    def put_in(self, sku, quantity):
        total = self.expected.get(sku, 0) + quantity
        try:
            requested = domain.totals([samples.item(sku, quantity)])
            events = domain.add(self.state, samples.item(sku, requested[sku]), samples.ON_SALE, self.now)
        except common.InvalidInput:
            assert quantity < 1 or total > 999 or sku == "VASE"
            return
        self.happens(events)
        self.expected[sku] = total

    @rule(sku=st.sampled_from(samples.SKUS), quantity=st.integers(-5, 1200))
    def set_to(self, sku, quantity):
        try:
            events = domain.set_quantity(self.state, sku, quantity, samples.ON_SALE, self.now)
        except common.InvalidInput:
            assert not 0 <= quantity <= 999 or sku == "VASE"
            return
        self.happens(events)
        self.expected[sku] = quantity
        if not quantity:
            del self.expected[sku]

    @rule(sku=st.sampled_from(samples.SKUS))
    def take_out(self, sku):
        self.happens(domain.remove(self.state, sku, self.now))
        self.expected.pop(sku, None)

    @rule()
    def take_all_out(self):
        self.happens(domain.clear(self.state, "customer", self.now))
        self.expected.clear()

    @rule()
    def be_looked_at(self):
        self.seen = (self.state.version, dict(self.expected), False)

    @rule()
    def be_bought_as_it_was_seen(self):
        version, lines, is_stale = self.seen
        items = [samples.item(sku, quantity) for sku, quantity in lines.items()]
        order = cart.Checkout(order_id="order", lines=items, placement=b"")
        try:
            self.happens(domain.check_out(self.state, version, order, self.now))
        except cart.CartChanged:
            assert is_stale or not lines
            return
        assert all(self.expected[sku] >= quantity for sku, quantity in lines.items())
        left = {sku: quantity - lines.get(sku, 0) for sku, quantity in self.expected.items()}
        self.expected = {sku: quantity for sku, quantity in left.items() if quantity > 0}
        self.seen = (version, lines, True)
        with pytest.raises(cart.CartChanged):
            domain.check_out(self.state, version, order, self.now)

    @rule(ordered=LINES)
    def order(self, ordered):
        items = [samples.item(sku, quantity) for sku, quantity in ordered.items()]
        self.happens(domain.remove_ordered(self.state, "order", items, self.now))
        left = {sku: quantity - ordered.get(sku, 0) for sku, quantity in self.expected.items()}
        self.expected = {sku: quantity for sku, quantity in left.items() if quantity > 0}

    @rule(ordered=LINES)
    def come_back(self, ordered):
        self.happens(domain.restore(self.state, "order", samples.restored_lines(ordered), self.now))
        for sku, quantity in ordered.items():
            self.expected[sku] = min(999, self.expected.get(sku, 0) + quantity)

    @rule(milliseconds=st.integers(0, 600))
    def time_passes(self, milliseconds):
        self.now += milliseconds
        if self.now >= self.state.used_at + samples.LIFETIME:
            self.happens(domain.begin(self.state, None, "GBP", self.now, samples.LIFETIME))
            self.expected.clear()

    @invariant()
    def is_as_expected(self):
        assert samples.quantities(self.state) == self.expected
        assert all(1 <= line.quantity <= 999 for line in self.state.lines.values())
        assert all(line.added_at <= self.now for line in self.state.lines.values())


RandomCommands.TestCase.settings = hypothesis.settings(max_examples=100, stateful_step_count=30, deadline=None)


test_random_commands = RandomCommands.TestCase
