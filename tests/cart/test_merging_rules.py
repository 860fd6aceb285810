"""The rules of merging: what is in one cart stays in, what is in both is settled by the strategy."""

import hypothesis
from hypothesis import strategies as st

from apps.cart import domain
from idl import cart, common
from tests.cart import words

LINES = st.dictionaries(st.sampled_from(words.SKUS), st.integers(min_value=1, max_value=999))


def cart_of(lines, currency="GBP"):
    opened = cart.CartOpened(currency=currency, at=words.NOW)
    money = {sku: common.Money(amount=100 + len(sku), currency=currency) for sku in lines}
    return words.given(
        opened, *(cart.ItemAdded(sku=sku, quantity=n, unit_price=money[sku], at=words.NOW) for sku, n in lines.items())
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
    events = domain.merge(state, "guest-1", guest, strategy, words.NOW + 1)
    if not guests:
        assert events == []
        return
    merged = domain.evolve(state, events[0])
    both = customers.keys() & guests.keys()
    assert words.quantities(merged) == customers | guests | {sku: expected(customers[sku], guests[sku]) for sku in both}
    assert list(merged.lines)[: len(customers)] == list(customers)
    assert all(1 <= line.quantity <= 999 for line in merged.lines.values())
    notice = {one.sku: one.quantity for one in merged.notice.lines}
    assert notice == {sku: merged.lines[sku].quantity for sku in guests}
    assert (merged.notice.strategy, merged.notice.merged_at) == (strategy, words.NOW + 1)


@hypothesis.settings(deadline=None)
@hypothesis.given(LINES, LINES)
def test_what_a_guests_cart_brought_leaves_it_and_nothing_else(brought, since):
    guest = words.given(words.OPENED, *(words.added(sku, n) for sku, n in brought.items()))
    events = domain.hand_over(guest, "ann", words.NOW)
    left = words.given(*_course(brought), *events, *(words.added(sku, n) for sku, n in since.items()))
    assert words.quantities(left) == since
    handed = [
        (one.number, one.customer_id, {sku: line.quantity for sku, line in one.lines.items()})
        for one in left.handed_over
    ]
    assert handed == ([(1, "ann", brought)] if brought else [])


def _course(lines):
    return [words.OPENED, *(words.added(sku, n) for sku, n in lines.items())]


def test_a_merged_cart_never_has_more_than_100_lines_and_the_customers_stay():
    mine = cart_of({f"MINE-{n}": 1 for n in range(60)})
    guests = cart_of({f"GUEST-{n}": 1 for n in range(60)})
    merged = domain.evolve(mine, domain.merge(mine, "guest-1", guests, "sum", words.NOW)[0])
    assert len(merged.lines) == 100
    assert [sku for sku in merged.lines if sku.startswith("MINE")] == list(mine.lines)
    assert len(merged.notice.lines) == 40


def test_an_empty_cart_takes_over_the_guests_currency_and_prices():
    guests = cart_of({"CUP": 2}, "EUR")
    merged = domain.evolve(
        words.given(words.OPENED), domain.merge(words.given(words.OPENED), "guest-1", guests, "sum", words.NOW)[0]
    )
    assert merged.currency == "EUR"
    assert merged.lines["CUP"].unit_price == guests.lines["CUP"].unit_price


def test_a_price_in_another_currency_is_forgotten_rather_than_mistaken():
    mine, guests = cart_of({"RUG": 1}, "GBP"), cart_of({"CUP": 2}, "EUR")
    merged = domain.evolve(mine, domain.merge(mine, "guest-1", guests, "sum", words.NOW)[0])
    assert merged.currency == "GBP"
    assert (merged.lines["RUG"].unit_price, merged.lines["CUP"].unit_price) == (103, None)


def test_a_price_that_was_asked_for_in_another_currency_is_not_recorded():
    euros = cart_of({"RUG": 1}, "EUR")
    (event,) = domain.add(euros, words.item("CUP", 1), words.ON_SALE, words.NOW)
    assert event.unit_price is None


def test_the_notice_goes_with_the_next_change():
    mine = words.given(words.OPENED)
    merged = domain.evolve(mine, domain.merge(mine, "guest-1", cart_of({"CUP": 2}), "sum", words.NOW)[0])
    assert merged.notice is not None
    assert domain.evolve(merged, words.added("CUP", 1)).notice is None
