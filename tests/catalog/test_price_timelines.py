"""Prices over time, as pure functions: checked against a model that looks at all that was set."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.domain import prices, repricing
from idl import common

LAST = 30
amounts = st.integers(1, 9)


@st.composite
def entries(draw, earliest=0):
    """A regular or a temporary price."""
    begins = draw(st.integers(earliest, LAST))
    ends = draw(st.none() | st.integers(begins + 1, LAST + 10))
    return prices.Entry(begins, draw(amounts), ends_at=ends)


@st.composite
def entries_in_time(draw):
    """Prices set by people while time goes on: each at once or for later, with the moment at which it was set."""
    found, now = [], 0
    for _ in range(draw(st.integers(0, 10))):
        now += draw(st.integers(0, 3))
        entry = draw(entries(earliest=now))
        found.append((entry._replace(valid_from=now) if draw(st.booleans()) else entry, entry.valid_from == now))
    return [(entry, at_once) for entry, at_once in found if entry.ends_at is None or entry.ends_at > entry.valid_from]


def timeline_of(made):
    timeline = ()
    for entry in made:
        timeline = prices.set_price(timeline, entry)
    return timeline


def price_of(made, at):
    """The model: the price at a moment from all that was set, in the order of entry."""
    last = {(one.valid_from, one.is_temporary): one for one in made}.values()
    temporary = [one for one in last if one.is_temporary and one.valid_from <= at < one.ends_at]
    regular = [one for one in last if not one.is_temporary and one.valid_from <= at]
    candidates = temporary or regular
    return max(candidates, key=lambda one: one.valid_from).amount if candidates else None


def amount_at(timeline, at):
    held = prices.in_force(timeline, at)
    return held.amount if held else None


@given(st.lists(entries(), max_size=8))
def test_the_price_at_any_moment_follows_from_what_was_set(made):
    timeline = timeline_of(made)
    for at in range(-1, LAST + 12):
        assert amount_at(timeline, at) == price_of(made, at)


@given(st.lists(entries(), max_size=8))
def test_the_intervals_are_the_prices_in_force_without_overlaps(made):
    timeline = timeline_of(made)
    found = prices.intervals(timeline)
    for one, following in itertools.pairwise(found):
        assert one.valid_from < one.valid_until <= following.valid_from
    for at in range(-1, LAST + 12):
        around = [one for one in found if one.valid_from <= at and (one.valid_until is None or at < one.valid_until)]
        assert [one.entry for one in around] == [entry for entry in (prices.in_force(timeline, at),) if entry]
        for one in around:
            regular = prices.regular(timeline, at)
            if one.entry.is_temporary:
                assert one.regular == (regular.amount if regular else None)
                assert all(prices.in_force(timeline, moment) == one.entry for moment in range(at, one.ends_at))
                assert prices.in_force(timeline, one.ends_at) != one.entry
            else:
                assert (one.regular, one.ends_at) == (None, None)


@given(st.permutations([prices.Entry(0, 10), prices.Entry(7, 10), prices.Entry(1, 6), prices.Entry(3, 4, ends_at=5)]))
def test_the_order_of_entry_does_not_matter(made):
    timeline = timeline_of(made)
    assert [amount_at(timeline, at) for at in range(9)] == [10, 6, 6, 4, 4, 6, 6, 10, 10]


@given(entries_in_time())
def test_leaving_out_what_applies_already_makes_no_difference(made):
    """Where nobody rewrites the past: a price set again at once is as good as kept."""
    timeline = ()
    for entry, at_once in made:
        timeline = prices.set_price(timeline, entry, at_once=at_once)
    for at in range(LAST + 12):
        assert amount_at(timeline, at) == price_of([entry for entry, _ in made], at)


@given(st.lists(entries(), max_size=8), entries())
def test_the_same_again_changes_nothing(made, entry):
    once = prices.set_price(timeline_of(made), entry)
    assert prices.set_price(once, entry) == once


def test_a_regular_price_set_during_a_sale_applies_after_it():
    timeline = timeline_of([prices.Entry(0, 10), prices.Entry(10, 6, ends_at=20), prices.Entry(15, 12)])
    assert [tuple(one[1:]) for one in prices.intervals(timeline)] == [
        (0, 10, None, None),
        (10, 15, 10, 20),
        (15, 20, 12, 20),
        (20, None, None, None),
    ]
    assert [one.entry.amount for one in prices.intervals(timeline)] == [10, 6, 6, 12]


def test_of_overlapping_sales_the_one_that_began_last_applies():
    week, weekend = prices.Entry(10, 8, ends_at=40), prices.Entry(20, 5, ends_at=30)
    for made in itertools.permutations([prices.Entry(0, 10), week, weekend]):
        found = prices.intervals(timeline_of(made))
        assert [(one.entry.amount, one.valid_from, one.ends_at) for one in found] == [
            (10, 0, None),
            (8, 10, 20),
            (5, 20, 30),
            (8, 30, 40),
            (10, 40, None),
        ]


def test_a_sale_set_again_from_its_beginning_gets_another_end_or_is_withdrawn():
    timeline = timeline_of([prices.Entry(0, 10), prices.Entry(10, 6, ends_at=20)])
    earlier = prices.set_price(timeline, prices.Entry(10, 6, ends_at=15))
    assert [amount_at(earlier, at) for at in (9, 10, 14, 15)] == [10, 6, 6, 10]
    assert prices.set_price(timeline, prices.Entry(10, 6, ends_at=10)) == (prices.Entry(0, 10),)


def check(timeline, entry, now, *, past_allowed=False):
    wanted = prices.PriceRequest(entry, "GBP", at_once=False, field="price")
    prices.check_moments(timeline, wanted, now, past_allowed=past_allowed)


NOW = 1_700_000_000_000
HOUR = 3_600_000
RUNNING = prices.Entry(NOW - HOUR, 600, ends_at=NOW + HOUR)
ENDED = prices.Entry(NOW - 2 * HOUR, 600, ends_at=NOW - HOUR)


@pytest.mark.parametrize(
    ("timeline", "entry", "field"),
    [
        ((), prices.Entry(-1, 5), "price.valid_from"),
        ((), prices.Entry(prices.MAX_MOMENT, 5), "price.valid_from"),
        ((), prices.Entry(NOW, 5, ends_at=prices.MAX_MOMENT), "price.valid_until"),
        ((), prices.Entry(NOW - HOUR, 5), "price.valid_from"),
        ((), prices.Entry(NOW + HOUR, 5, ends_at=NOW + HOUR), "price.valid_until"),
        ((), prices.Entry(NOW + HOUR, 5, ends_at=NOW), "price.valid_until"),
        ((), prices.Entry(NOW - 2 * HOUR, 5, ends_at=NOW - HOUR), "price.valid_until"),
        ((RUNNING,), RUNNING._replace(amount=500), "price.valid_from"),
        ((RUNNING,), RUNNING._replace(ends_at=RUNNING.valid_from), "price.valid_until"),
        ((ENDED,), ENDED._replace(ends_at=NOW + HOUR), "price.valid_from"),
    ],
)
def test_moments_that_make_no_sense_are_refused(timeline, entry, field):
    with pytest.raises(common.InvalidInput) as refusal:
        check(timeline, entry, NOW)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("timeline", "entry", "past_allowed"),
    [
        ((), prices.Entry(NOW - 1000, 5), False),
        ((), prices.Entry(NOW - HOUR, 5), True),
        ((), ENDED, True),
        ((ENDED,), ENDED, False),
        ((RUNNING,), RUNNING._replace(ends_at=NOW), False),
        ((RUNNING,), RUNNING._replace(ends_at=NOW + 9 * HOUR), False),
        (
            (prices.Entry(NOW + HOUR, 6, ends_at=NOW + 2 * HOUR),),
            prices.Entry(NOW + HOUR, 6, ends_at=NOW + HOUR),
            False,
        ),
    ],
)
def test_a_sale_that_runs_is_ended_one_to_come_withdrawn_and_a_service_loads_the_past(timeline, entry, past_allowed):
    check(timeline, entry, NOW, past_allowed=past_allowed)


@pytest.mark.parametrize(
    ("amount", "currency", "field", "message"),
    [
        (0, "GBP", "price.amount", "A price is 0.01 to 99,999,999.99 GBP, not 0.00."),
        (-1, "GBP", "price.amount", "A price is 0.01 to 99,999,999.99 GBP, not -0.01."),
        (10**10, "KWD", "price.amount", "A price is 0.001 to 9,999,999.999 KWD, not 10000000.000."),
        (0, "jpy", "price.amount", "A price is 1 to 9,999,999,999 JPY, not 0."),
        (5, "XXX", "price.currency", "'XXX' is not a currency of this shop; use GBP, JPY or KWD."),
        (5, "", "price.currency", "'' is not a currency of this shop; use GBP, JPY or KWD."),
    ],
)
def test_what_is_no_price_is_refused(amount, currency, field, message):
    with pytest.raises(common.InvalidInput) as refusal:
        prices.checked(common.Money(amount=amount, currency=currency), ["GBP", "JPY", "KWD"], "price")
    assert (refusal.value.field, refusal.value.message) == (field, message)


def test_the_currency_of_a_price_is_in_capitals_from_there_on():
    found = prices.checked(common.Money(amount=5, currency="gbp"), ["GBP", "EUR"], "price")
    assert found == common.Money(amount=5, currency="GBP")


@pytest.mark.parametrize(
    ("exponent", "ending", "amount", "becomes"),
    [
        (2, "penny", 1234, 1234),
        (2, "whole", 1250, 1300),
        (2, "whole", 1249, 1200),
        (2, "99", 1248, 1199),
        (2, "99", 1249, 1299),
        (0, "whole", 1249, 1249),
        (0, "99", 1249, 1299),
        (3, "whole", 12_499, 12_000),
        (3, "99", 12_489, 11_990),
        (3, "99", 12_490, 12_990),
    ],
)
def test_prices_end_as_asked_in_every_currency(exponent, ending, amount, becomes):
    assert repricing.Repricing("amount", Decimal(0), ending, exponent).applied(amount) == becomes
