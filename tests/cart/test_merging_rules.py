"""The rules of merging: lines of one cart stay, lines of both are combined by the strategy."""

import hypothesis
from hypothesis import strategies as st

from apps.cart import domain
from idl import cart, common
from tests.cart import samples

LINES = st.dictionaries(st.sampled_from(samples.SKUS), st.integers(min_value=1, max_value=999))


def cart_of(lines, currency="GBP"):
    opened = cart.CartOpened(currency=currency, at=samples.NOW)
    money = {sku: common.Money(amount=100 + len(sku), currency=currency) for sku in lines}
    return samples.given(
        opened,
        *(cart.ItemAdded(sku=sku, quantity=n, unit_price=money[sku], at=samples.NOW) for sku, n in lines.items()),
    )


@hypothesis.settings(deadline=None)
@hypothesis.given(LINES, LINES, st.sampled_from(sorted(domain.STRATEGIES)))
def test_merging_keeps_lines_of_one_cart_and_combines_lines_of_both(customers, guests, strategy):
    expected = {
        "sum": lambda a, b: min(a + b, 999),
        "larger": max,
        "guest": lambda a, b: b,
        "customer": lambda a, b: a,
    }[strategy]
    state, guest = cart_of(customers), cart_of(guests)
    events = domain.merge(state, "guest-1", guest, strategy, samples.NOW + 1)
    if not guests:
        assert events == []
        return
    merged = domain.evolve(state, events[0])
    both = customers.keys() & guests.keys()
    assert samples.quantities(merged) == customers | guests | {
        sku: expected(customers[sku], guests[sku]) for sku in both
    }
    assert list(merged.lines)[: len(customers)] == list(customers)
    assert all(1 <= line.quantity <= 999 for line in merged.lines.values())
    notice = {line.sku: line.quantity for line in merged.notice.lines}
    assert notice == {sku: merged.lines[sku].quantity for sku in guests}
    assert (merged.notice.strategy, merged.notice.merged_at) == (strategy, samples.NOW + 1)


@hypothesis.settings(deadline=None)
@hypothesis.given(LINES, LINES)
def test_only_merged_lines_leave_the_guests_cart(brought, since):
    guest = samples.given(samples.OPENED, *(samples.added(sku, n) for sku, n in brought.items()))
    events = domain.hand_over(guest, "ann", {}, "sum", samples.NOW)
    left = samples.given(*_course(brought), *events, *(samples.added(sku, n) for sku, n in since.items()))
    assert samples.quantities(left) == since
    handed = [
        (one.number, one.customer_id, {sku: line.quantity for sku, line in one.lines.items()})
        for one in left.handed_over
    ]
    assert handed == ([(1, "ann", brought)] if brought else [])


def _course(lines):
    return [samples.OPENED, *(samples.added(sku, n) for sku, n in lines.items())]


def handed(guests, mine):
    """The guest's cart after it was handed over, and the customer's after it took that in."""
    left = domain.evolve(guests, domain.hand_over(guests, "ann", mine.lines, "sum", samples.NOW)[0])
    merged = domain.evolve(mine, domain.merge(mine, "guest-1", left.handed_over[-1], "sum", samples.NOW)[0])
    return left, merged


def test_lines_without_room_stay_in_the_guests_cart_and_are_listed():
    mine = cart_of({f"MINE-{n}": 1 for n in range(60)} | {"GUEST-50": 1})
    guests = cart_of({f"GUEST-{n}": 1 for n in range(60)})
    left, merged = handed(guests, mine)
    assert len(merged.lines) == 100
    assert list(merged.lines)[:61] == list(mine.lines)
    assert merged.lines["GUEST-50"].quantity == 2
    assert list(left.lines) == [f"GUEST-{n}" for n in range(39, 60) if n != 50]
    assert merged.lines.keys() | left.lines.keys() == mine.lines.keys() | guests.lines.keys()
    assert [one.sku for one in merged.notice.left] == list(left.lines)
    assert len(merged.notice.lines) == 40


def test_quantities_above_the_maximum_stay_in_the_guests_cart_and_are_listed():
    mine, guests = cart_of({"CUP": 600, "RUG": 999}), cart_of({"CUP": 600, "RUG": 2, "BOWL": 1})
    left, merged = handed(guests, mine)
    assert samples.quantities(merged) == {"CUP": 999, "RUG": 999, "BOWL": 1}
    assert samples.quantities(left) == {"CUP": 201, "RUG": 2}
    assert {one.sku: one.quantity for one in merged.notice.left} == {"CUP": 201, "RUG": 2}
    assert domain.hand_over(left, "ann", merged.lines, "sum", samples.NOW) == []
    assert domain.hand_over(guests, "ann", mine.lines, "larger", samples.NOW)[0].left == []


def test_a_full_cart_merges_nothing_and_records_it_once():
    mine = cart_of({f"MINE-{n}": 1 for n in range(100)})
    guests = cart_of({"CUP": 2})
    left, merged = handed(guests, mine)
    assert (left.lines, merged.lines) == (guests.lines, mine.lines)
    assert [(one.sku, one.quantity) for one in merged.notice.left] == [("CUP", 2)]
    assert domain.hand_over(left, "ann", merged.lines, "sum", samples.NOW) == []
    assert domain.hand_over(left, "ben", merged.lines, "sum", samples.NOW)


@hypothesis.settings(deadline=None)
@hypothesis.given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_no_merge_loses_a_line(customers, guests, shared):
    mine = cart_of({f"S-{n}": 1 for n in range(customers)})
    theirs = cart_of(
        {f"S-{n}": 1 for n in range(customers - min(shared, customers), customers - min(shared, customers) + guests)}
    )
    if not guests:
        return
    left, merged = handed(theirs, mine)
    assert merged.lines.keys() | left.lines.keys() == mine.lines.keys() | theirs.lines.keys()
    assert not (left.lines.keys() & merged.lines.keys())
    assert len(merged.lines) <= 100
    assert len(merged.lines) == 100 or not left.lines


def test_an_empty_cart_takes_over_the_guests_currency_and_prices():
    guests = cart_of({"CUP": 2}, "EUR")
    merged = domain.evolve(
        samples.given(samples.OPENED),
        domain.merge(samples.given(samples.OPENED), "guest-1", guests, "sum", samples.NOW)[0],
    )
    assert merged.currency == "EUR"
    assert merged.lines["CUP"].unit_price == guests.lines["CUP"].unit_price


def test_prices_in_another_currency_are_dropped_by_a_merge():
    mine, guests = cart_of({"RUG": 1}, "GBP"), cart_of({"CUP": 2}, "EUR")
    merged = domain.evolve(mine, domain.merge(mine, "guest-1", guests, "sum", samples.NOW)[0])
    assert merged.currency == "GBP"
    assert (merged.lines["RUG"].unit_price, merged.lines["CUP"].unit_price) == (103, None)


def test_prices_in_another_currency_are_not_recorded():
    euros = cart_of({"RUG": 1}, "EUR")
    (event,) = domain.add(euros, samples.item("CUP", 1), samples.ON_SALE, samples.NOW)
    assert event.unit_price is None


def test_the_merge_notice_is_removed_by_the_next_change():
    mine = samples.given(samples.OPENED)
    merged = domain.evolve(mine, domain.merge(mine, "guest-1", cart_of({"CUP": 2}), "sum", samples.NOW)[0])
    assert merged.notice is not None
    assert domain.evolve(merged, samples.added("CUP", 1)).notice is None
