"""Properties that hold after any sequence of commands: stock is never negative, and equals the sum of its movements."""

from functools import reduce

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from apps.inventory import domain
from idl import common, inventory

NOW = 1_000_000


QUANTITIES = st.integers(min_value=1, max_value=30)


class StockMachine(RuleBasedStateMachine):
    """Commands in any order, accepted or refused, and the invariants after each of them."""

    orders = Bundle("orders")

    def __init__(self):
        super().__init__()
        self.state, self.events, self.now, self.count = domain.EMPTY, [], NOW, 0

    def apply(self, decision):
        """Apply the events of a command; a refusal changes nothing."""
        try:
            made = decision()
        except (inventory.OutOfStock, inventory.ReservationNotFound, common.InvalidInput):
            return False
        for event in made:
            self.state = domain.evolve(self.state, event)
            self.events.append(event)
            self.quantities_are_consistent()
        return True

    @rule(quantity=QUANTITIES)
    def receive(self, quantity):
        self.apply(lambda: domain.receive(quantity))

    @rule(quantity=QUANTITIES)
    def return_to_stock(self, quantity):
        self.apply(lambda: domain.return_to_stock(quantity))

    @rule(target=orders, quantity=QUANTITIES, hold=st.integers(min_value=1, max_value=50), firm=st.booleans())
    def reserve(self, quantity, hold, firm):
        self.count += 1
        before = domain.as_of(self.state, self.now).available
        order = f"order-{self.count}"
        until = self.now + hold

        reserved = self.apply(lambda: domain.reserve(self.state, "A", order, quantity, until, self.now, firm=firm))
        assert reserved == (quantity <= before)
        if reserved:
            assert (order in domain.as_of(self.state, until).reservations) == firm
        return order if reserved else multiple()

    @rule(order=orders, quantity=QUANTITIES)
    def repeat_reservation(self, order, quantity):
        is_reserved = order in domain.as_of(self.state, self.now).reservations
        before = self.state
        if is_reserved:
            assert self.apply(lambda: domain.reserve(self.state, "A", order, quantity, self.now + 1, self.now))
            assert self.state == before

    @rule(order=orders)
    def allocate(self, order):
        self.apply(lambda: domain.allocate(self.state, "A", order, self.now))

    @rule(order=orders, quantity=QUANTITIES)
    def ship(self, order, quantity):
        self.apply(lambda: domain.ship(self.state, "A", order, quantity, None, self.now))

    @rule(order=orders, quantity=QUANTITIES)
    def release_part(self, order, quantity):
        self.apply(lambda: domain.release_part(self.state, "A", order, quantity, "cancelled", self.now))

    @rule(order=consumes(orders))
    def release(self, order):
        assert self.apply(lambda: domain.release(self.state, order, "cancelled"))
        assert order not in self.state.reservations

    @rule(quantity=QUANTITIES)
    def write_off(self, quantity):
        self.apply(lambda: domain.write_off(self.state, "A", quantity, "moths", None, self.now))

    @rule(counted=st.integers(min_value=0, max_value=100))
    def count_goods(self, counted):
        if self.apply(lambda: domain.count(self.state, "A", counted, "stock-taking", self.now)):
            assert self.state.on_hand == counted

    @rule(quantity=QUANTITIES)
    def reduce(self, quantity):
        self.apply(lambda: domain.reduce(self.state, "A", quantity, self.now))

    @rule(milliseconds=st.integers(min_value=1, max_value=40))
    def advance_clock(self, milliseconds):
        self.now += milliseconds

    @rule()
    def sweep(self):
        assert self.apply(lambda: domain.expire(self.state, self.now))
        assert domain.expire(self.state, self.now) == []

    @invariant()
    def quantities_are_consistent(self):
        """No quantity is negative, no more is reserved than is on hand, and the reservations add up."""
        assert 0 <= self.state.reserved <= self.state.on_hand
        assert self.state.available >= 0
        assert self.state.reserved == sum(reservation.quantity for reservation in self.state.reservations.values())
        assert all(reservation.quantity > 0 for reservation in self.state.reservations.values())

    @invariant()
    def reservations_that_are_neither_firm_nor_allocated_expire(self):
        temporary = {
            order: reservation.expires_at
            for order, reservation in self.state.reservations.items()
            if not (reservation.firm or reservation.allocated)
        }
        assert self.state.expiring == temporary

    @invariant()
    def movements_add_up_to_the_level(self):
        moved = [domain.changes(event) for event in self.events]
        assert sum(on_hand for on_hand, _ in moved) == self.state.on_hand
        assert sum(reserved for _, reserved in moved) == self.state.reserved
        assert reduce(domain.evolve, self.events, domain.EMPTY) == self.state


StockMachine.TestCase.settings = hypothesis.settings(max_examples=150, stateful_step_count=40, deadline=None)


test_any_sequence_of_commands = StockMachine.TestCase
