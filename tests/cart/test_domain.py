"""The rules of a cart, given what happened, when something is asked, then what follows; and what always holds."""

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from apps.cart import domain
from idl import cart, common

NOW = 1_000_000
LIFETIME = 1_000

SKUS = ["CUP", "PLATE", "BOWL", "RUG", "VASE"]
ON_SALE = domain.Prices("GBP", {"CUP": 450, "PLATE": 1200, "BOWL": 999, "RUG": 8900})
OPENED = cart.CartOpened(currency="GBP", at=NOW)


def pounds(amount):
    return common.Money(amount=amount, currency="GBP")


def added(sku, quantity, price=None, at=NOW):
    return cart.ItemAdded(sku=sku, quantity=quantity, unit_price=price and pounds(price), at=at)


def item(sku, quantity):
    return cart.CartItem(sku=sku, quantity=quantity)


def given(*events):
    state = domain.EMPTY
    for event in events:
        state = domain.evolve(state, event)
    return state


def quantities(state):
    return {sku: line.quantity for sku, line in state.lines.items()}


def test_a_cart_begins_by_being_opened_once():
    assert domain.begin(domain.EMPTY, "customer", "GBP", NOW, LIFETIME) == [
        cart.CartOpened(customer_id="customer", currency="GBP", at=NOW)
    ]
    assert domain.begin(given(OPENED), None, "EUR", NOW, LIFETIME) == []


def test_what_is_put_in_remembers_its_price_and_its_moment():
    (event,) = domain.add(given(OPENED), item("CUP", 2), ON_SALE, NOW + 5)
    assert event == added("CUP", 2, 450, NOW + 5)
    assert given(OPENED, event).lines == {"CUP": domain.Line(2, 450, NOW + 5)}


def test_more_of_the_same_adds_up_and_takes_the_price_of_now():
    state = given(OPENED, added("CUP", 2, 400), added("CUP", 3, 450, NOW + 9))
    assert state.lines == {"CUP": domain.Line(5, 450, NOW)}


def test_what_is_not_on_sale_cannot_be_put_in():
    with pytest.raises(common.InvalidInput, match="VASE is not on sale") as refusal:
        domain.add(given(OPENED), item("VASE", 1), ON_SALE, NOW)
    assert refusal.value.field == "sku"


def test_of_many_what_is_not_on_sale_is_left_out():
    events = domain.add_on_sale(given(OPENED), {"VASE": 1, "CUP": 2}, ON_SALE, NOW)
    assert events == [added("CUP", 2, 450)]


@pytest.mark.parametrize(("held", "more", "fits"), [(0, 999, True), (998, 1, True), (998, 2, False), (999, 1, False)])
def test_a_line_holds_up_to_999(held, more, fits):
    state = given(OPENED, *([added("CUP", held, 450)] if held else []))
    if fits:
        assert domain.add(state, item("CUP", more), ON_SALE, NOW)
    else:
        with pytest.raises(common.InvalidInput, match="1 to 999"):
            domain.add(state, item("CUP", more), ON_SALE, NOW)


def test_a_cart_holds_up_to_100_lines_and_more_of_what_is_in_it():
    full = given(OPENED, *(added(f"S{n}", 1, 100) for n in range(99)), added("CUP", 1, 450))
    assert domain.add(full, item("CUP", 1), ON_SALE, NOW)
    with pytest.raises(common.InvalidInput, match="101 lines"):
        domain.add(full, item("PLATE", 1), ON_SALE, NOW)
    with pytest.raises(common.InvalidInput, match="101 lines"):
        domain.set_quantity(full, "PLATE", 1, ON_SALE, NOW)


def test_a_quantity_is_set_and_nothing_takes_the_line_out():
    state = given(OPENED, added("CUP", 2, 400))
    (event,) = domain.set_quantity(state, "CUP", 7, ON_SALE, NOW)
    assert event == cart.QuantitySet(sku="CUP", quantity=7, unit_price=pounds(450), at=NOW)
    assert domain.evolve(state, event).lines == {"CUP": domain.Line(7, 450, NOW)}
    assert domain.set_quantity(state, "CUP", 0, ON_SALE, NOW) == [cart.ItemRemoved(sku="CUP", at=NOW)]
    assert domain.set_quantity(state, "PLATE", 0, ON_SALE, NOW) == []


def test_the_same_quantity_again_changes_nothing():
    assert domain.set_quantity(given(OPENED, added("CUP", 2, 450)), "CUP", 2, ON_SALE, NOW) == []


def test_of_what_is_no_longer_on_sale_fewer_can_be_kept_and_no_more_be_had():
    state = given(OPENED, added("VASE", 3, 100))
    (event,) = domain.set_quantity(state, "VASE", 2, ON_SALE, NOW)
    assert domain.evolve(state, event).lines == {"VASE": domain.Line(2, 100, NOW)}
    with pytest.raises(common.InvalidInput, match="not on sale"):
        domain.set_quantity(state, "VASE", 4, ON_SALE, NOW)


@pytest.mark.parametrize("quantity", [-1, 1000, 2**31 - 1])
def test_quantities_that_cannot_be_are_refused(quantity):
    with pytest.raises(common.InvalidInput, match="1 to 999"):
        domain.set_quantity(given(OPENED), "CUP", quantity, ON_SALE, NOW)


def test_what_is_taken_out_is_out_and_what_was_not_in_stays_out():
    state = given(OPENED, added("CUP", 2), added("PLATE", 1))
    (event,) = domain.remove(state, "CUP", NOW)
    assert quantities(domain.evolve(state, event)) == {"PLATE": 1}
    assert domain.remove(state, "RUG", NOW) == []
    assert domain.clear(state, "customer", NOW) == [cart.CartCleared(reason="customer", at=NOW)]
    assert domain.clear(given(OPENED), "customer", NOW) == []


def test_an_order_takes_out_what_was_ordered_and_leaves_what_came_since():
    state = given(OPENED, added("CUP", 2), added("PLATE", 1))
    (event,) = domain.check_out(state, "order", [item("CUP", 2), item("PLATE", 1)], NOW)
    assert quantities(domain.evolve(state, event)) == {}
    since = given(OPENED, added("CUP", 2), added("PLATE", 1), added("CUP", 1), added("RUG", 1), event)
    assert quantities(since) == {"CUP": 1, "RUG": 1}


def test_a_cart_that_was_not_used_for_its_lifetime_is_empty():
    state = given(OPENED, added("CUP", 2, 450, NOW + 10))
    assert domain.as_of(state, NOW + 10 + LIFETIME - 1, LIFETIME) == state
    assert domain.as_of(state, NOW + 10 + LIFETIME, LIFETIME).lines == {}
    assert domain.lapse(state, NOW + 10 + LIFETIME - 1, LIFETIME) == []
    late = NOW + 10 + LIFETIME
    (event,) = domain.lapse(state, late, LIFETIME)
    assert event == cart.CartCleared(reason="expired", at=late)
    assert domain.begin(state, None, "GBP", late, LIFETIME) == [event]
    cleared = domain.evolve(state, event)
    assert (cleared.lines, cleared.used_at) == ({}, NOW + 10)
    assert domain.lapse(cleared, late, LIFETIME) == []


def test_an_event_of_an_unknown_kind_is_never_passed_over():
    with pytest.raises(LookupError, match="knows no event Money"):
        domain.evolve(domain.EMPTY, pounds(1))


def test_every_event_of_the_contract_is_known():
    for spec in cart.CartEvent.thrift_spec.values():
        assert spec[2] in domain.state._CHANGES


# -- what is shown --------------------------------------------------------------------------------


def shown(state, **offers):
    return domain.show("id", state, 3, {sku: domain.Offer(*offer) for sku, offer in offers.items()}, NOW)


def test_a_cart_is_priced_with_what_things_cost_now():
    seen = shown(given(OPENED, added("CUP", 2, 450), added("RUG", 1, 8900)), CUP=(450, 10), RUG=(8900, 1))
    assert [(line.sku, line.unit_price.amount, line.line_total.amount, line.available) for line in seen.lines] == [
        ("CUP", 450, 900, 10),
        ("RUG", 8900, 8900, 1),
    ]
    assert (seen.subtotal, seen.item_count, seen.changes) == (pounds(9800), 3, [])


@pytest.mark.parametrize(
    ("offer", "kinds"),
    [
        ((450, 10), []),
        ((450, None), []),
        ((451, 10), ["PRICE_CHANGED"]),
        ((450, 1), ["NOT_ENOUGH"]),
        ((450, 0), ["OUT_OF_STOCK"]),
        ((400, 0), ["PRICE_CHANGED", "OUT_OF_STOCK"]),
        ((None, 10), ["NOT_ON_SALE"]),
        ((None, None), ["NOT_ON_SALE"]),
    ],
)
def test_what_changed_since_a_line_was_put_in_is_said(offer, kinds):
    seen = shown(given(OPENED, added("CUP", 2, 450)), CUP=offer)
    assert [cart.LineChangeKind._VALUES_TO_NAMES[change.kind] for change in seen.changes] == kinds
    if "PRICE_CHANGED" in kinds:
        assert (seen.changes[0].price_before, seen.changes[0].price_now) == (pounds(450), pounds(offer[0]))


def test_what_is_not_on_sale_has_no_price_and_is_not_in_the_subtotal():
    seen = shown(given(OPENED, added("CUP", 2, 450), added("VASE", 1, 100)), CUP=(450, 10), VASE=(None, 3))
    assert seen.lines[1].unit_price is None
    assert seen.lines[1].line_total is None
    assert seen.subtotal == pounds(900)


# -- merging --------------------------------------------------------------------------------------

LINES = st.dictionaries(st.sampled_from(SKUS), st.integers(min_value=1, max_value=999))


def cart_of(lines, currency="GBP"):
    opened = cart.CartOpened(currency=currency, at=NOW)
    money = {sku: common.Money(amount=100 + len(sku), currency=currency) for sku in lines}
    return given(
        opened, *(cart.ItemAdded(sku=sku, quantity=n, unit_price=money[sku], at=NOW) for sku, n in lines.items())
    )


@hypothesis.settings(deadline=None)
@hypothesis.given(LINES, LINES, st.sampled_from(sorted(domain.STRATEGIES)))
def test_merging_keeps_what_is_in_one_cart_and_settles_what_is_in_both(customers, guests, strategy):
    expected = {
        "sum": lambda a, b: min(a + b, 999),
        "larger": max,
        "guest": lambda a, b: b,
        "customer": lambda a, b: a,
    }[strategy]
    state, guest = cart_of(customers), cart_of(guests)
    events = domain.merge(state, "guest-1", guest, strategy, NOW + 1)
    if not guests:
        assert events == []
        return
    merged = domain.evolve(state, events[0])
    both = customers.keys() & guests.keys()
    assert quantities(merged) == customers | guests | {sku: expected(customers[sku], guests[sku]) for sku in both}
    assert list(merged.lines)[: len(customers)] == list(customers)
    assert all(1 <= line.quantity <= 999 for line in merged.lines.values())
    notice = {one.sku: one.quantity for one in merged.notice.lines}
    assert notice == {sku: merged.lines[sku].quantity for sku in guests}
    assert (merged.notice.strategy, merged.notice.merged_at) == (strategy, NOW + 1)


@hypothesis.settings(deadline=None)
@hypothesis.given(LINES, LINES)
def test_what_a_guests_cart_brought_leaves_it_and_nothing_else(brought, since):
    guest = cart_of(brought)
    taken = [item(sku, quantity) for sku, quantity in quantities(guest).items()]
    later = given(*_course(brought), *(added(sku, n) for sku, n in since.items()))
    events = domain.hand_over(later, taken, NOW)
    left = domain.evolve(later, events[0]) if events else later
    assert quantities(left) == since


def _course(lines):
    return [OPENED, *(added(sku, n) for sku, n in lines.items())]


def test_a_merged_cart_never_has_more_than_100_lines_and_the_customers_stay():
    mine = cart_of({f"MINE-{n}": 1 for n in range(60)})
    guests = cart_of({f"GUEST-{n}": 1 for n in range(60)})
    merged = domain.evolve(mine, domain.merge(mine, "guest-1", guests, "sum", NOW)[0])
    assert len(merged.lines) == 100
    assert [sku for sku in merged.lines if sku.startswith("MINE")] == list(mine.lines)
    assert len(merged.notice.lines) == 40


def test_an_empty_cart_takes_over_the_guests_currency_and_prices():
    guests = cart_of({"CUP": 2}, "EUR")
    merged = domain.evolve(given(OPENED), domain.merge(given(OPENED), "guest-1", guests, "sum", NOW)[0])
    assert merged.currency == "EUR"
    assert merged.lines["CUP"].unit_price == guests.lines["CUP"].unit_price


def test_a_price_in_another_currency_is_forgotten_rather_than_mistaken():
    mine, guests = cart_of({"RUG": 1}, "GBP"), cart_of({"CUP": 2}, "EUR")
    merged = domain.evolve(mine, domain.merge(mine, "guest-1", guests, "sum", NOW)[0])
    assert merged.currency == "GBP"
    assert (merged.lines["RUG"].unit_price, merged.lines["CUP"].unit_price) == (103, None)


def test_a_price_that_was_asked_for_in_another_currency_is_not_recorded():
    euros = cart_of({"RUG": 1}, "EUR")
    (event,) = domain.add(euros, item("CUP", 1), ON_SALE, NOW)
    assert event.unit_price is None


def test_the_notice_goes_with_the_next_change():
    mine = given(OPENED)
    merged = domain.evolve(mine, domain.merge(mine, "guest-1", cart_of({"CUP": 2}), "sum", NOW)[0])
    assert merged.notice is not None
    assert domain.evolve(merged, added("CUP", 1)).notice is None


# -- any course -----------------------------------------------------------------------------------


class AnyCourse(RuleBasedStateMachine):
    """Verbs in any order, beside a plain dictionary that says what should be in the cart."""

    def __init__(self):
        super().__init__()
        self.state, self.expected, self.now = given(OPENED), {}, NOW

    def happens(self, events):
        for event in events:
            self.state = domain.evolve(self.state, event)

    @rule(sku=st.sampled_from(SKUS), quantity=st.integers(-5, 1200))
    def put_in(self, sku, quantity):
        total = self.expected.get(sku, 0) + quantity
        try:
            wanted = domain.totals([item(sku, quantity)])
            events = domain.add(self.state, item(sku, wanted[sku]), ON_SALE, self.now)
        except common.InvalidInput:
            assert quantity < 1 or total > 999 or sku == "VASE"
            return
        self.happens(events)
        self.expected[sku] = total

    @rule(sku=st.sampled_from(SKUS), quantity=st.integers(-5, 1200))
    def set_to(self, sku, quantity):
        try:
            events = domain.set_quantity(self.state, sku, quantity, ON_SALE, self.now)
        except common.InvalidInput:
            assert not 0 <= quantity <= 999 or sku == "VASE"
            return
        self.happens(events)
        self.expected[sku] = quantity
        if not quantity:
            del self.expected[sku]

    @rule(sku=st.sampled_from(SKUS))
    def take_out(self, sku):
        self.happens(domain.remove(self.state, sku, self.now))
        self.expected.pop(sku, None)

    @rule()
    def take_all_out(self):
        self.happens(domain.clear(self.state, "customer", self.now))
        self.expected.clear()

    @rule(ordered=LINES)
    def order(self, ordered):
        items = [item(sku, quantity) for sku, quantity in ordered.items()]
        self.happens(domain.check_out(self.state, "order", items, self.now))
        left = {sku: quantity - ordered.get(sku, 0) for sku, quantity in self.expected.items()}
        self.expected = {sku: quantity for sku, quantity in left.items() if quantity > 0}

    @rule(milliseconds=st.integers(0, 600))
    def time_passes(self, milliseconds):
        self.now += milliseconds
        if self.now >= self.state.used_at + LIFETIME:
            self.happens(domain.begin(self.state, None, "GBP", self.now, LIFETIME))
            self.expected.clear()

    @invariant()
    def is_as_expected(self):
        assert quantities(self.state) == self.expected
        assert all(1 <= line.quantity <= 999 for line in self.state.lines.values())
        assert all(line.added_at <= self.now for line in self.state.lines.values())


AnyCourse.TestCase.settings = hypothesis.settings(max_examples=100, stateful_step_count=30, deadline=None)
test_any_course_of_events = AnyCourse.TestCase
