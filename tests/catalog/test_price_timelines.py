"""The rules of prices over time, compared with a simple model of all entries."""

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
def price_entries(draw, earliest=0):
    """A regular or a temporary price."""
    begins = draw(st.integers(earliest, LAST))
    ends = draw(st.none() | st.integers(begins + 1, LAST + 10))
    return prices.Entry(begins, draw(amounts), ends_at=ends)


@st.composite
def entries_with_times(draw):
    """Entries in the order of their setting, each from its time of setting or a later one, and whether it is set at once."""
    drawn, now = [], 0
    for _ in range(draw(st.integers(0, 10))):
        now += draw(st.integers(0, 3))
        entry = draw(price_entries(earliest=now))
        drawn.append((entry._replace(valid_from=now) if draw(st.booleans()) else entry, entry.valid_from == now))
    return [(entry, at_once) for entry, at_once in drawn if entry.ends_at is None or entry.ends_at > entry.valid_from]


def timeline_of(entries):
    timeline = ()
    for entry in entries:
        timeline = prices.set_price(timeline, entry)
    return timeline


def expected_price(entries, at):
    """The expected price at a moment, from all entries in the order of their setting."""
    effective = {(entry.valid_from, entry.is_temporary): entry for entry in entries}.values()
    temporary = [entry for entry in effective if entry.is_temporary and entry.valid_from <= at < entry.ends_at]
    regular = [entry for entry in effective if not entry.is_temporary and entry.valid_from <= at]
    candidates = temporary or regular
    return max(candidates, key=lambda entry: entry.valid_from).amount if candidates else None


def amount_at(timeline, at):
    entry = prices.in_force(timeline, at)
    return entry.amount if entry else None


@given(st.lists(price_entries(), max_size=8))
def test_the_price_at_any_moment_follows_from_the_entries(entries):
    timeline = timeline_of(entries)
    for at in range(-1, LAST + 12):
        assert amount_at(timeline, at) == expected_price(entries, at)


@given(st.lists(price_entries(), max_size=8))
def test_the_intervals_are_the_prices_in_force_without_overlaps(entries):
    timeline = timeline_of(entries)
    intervals = prices.intervals(timeline)
    for interval, following in itertools.pairwise(intervals):
        assert interval.valid_from < interval.valid_until <= following.valid_from
    for at in range(-1, LAST + 12):
        current = [
            interval
            for interval in intervals
            if interval.valid_from <= at and (interval.valid_until is None or at < interval.valid_until)
        ]
        assert [interval.entry for interval in current] == [
            entry for entry in (prices.in_force(timeline, at),) if entry
        ]
        for interval in current:
            regular = prices.regular(timeline, at)
            if interval.entry.is_temporary:
                assert interval.regular == (regular.amount if regular else None)
                assert all(
                    prices.in_force(timeline, moment) == interval.entry for moment in range(at, interval.ends_at)
                )
                assert prices.in_force(timeline, interval.ends_at) != interval.entry
            else:
                assert (interval.regular, interval.ends_at) == (None, None)


@given(st.permutations([prices.Entry(0, 10), prices.Entry(7, 10), prices.Entry(1, 6), prices.Entry(3, 4, ends_at=5)]))
def test_the_timeline_does_not_depend_on_the_sequence_of_entries(entries):
    timeline = timeline_of(entries)
    assert [amount_at(timeline, at) for at in range(9)] == [10, 6, 6, 4, 4, 6, 6, 10, 10]


@given(entries_with_times())
def test_ignoring_prices_that_apply_already_changes_no_price(entries):
    """Provided that nobody changes past prices."""
    timeline = ()
    for entry, at_once in entries:
        timeline = prices.set_price(timeline, entry, at_once=at_once)
    for at in range(LAST + 12):
        assert amount_at(timeline, at) == expected_price([entry for entry, _ in entries], at)


@given(st.lists(price_entries(), max_size=8), price_entries())
def test_setting_the_same_entry_again_changes_nothing(entries, entry):
    once = prices.set_price(timeline_of(entries), entry)
    assert prices.set_price(once, entry) == once


def test_a_regular_price_set_during_a_temporary_one_applies_after_it():
    timeline = timeline_of([prices.Entry(0, 10), prices.Entry(10, 6, ends_at=20), prices.Entry(15, 12)])
    assert [tuple(interval[1:]) for interval in prices.intervals(timeline)] == [
        (0, 10, None, None),
        (10, 15, 10, 20),
        (15, 20, 12, 20),
        (20, None, None, None),
    ]
    assert [interval.entry.amount for interval in prices.intervals(timeline)] == [10, 6, 6, 12]


def test_of_overlapping_temporary_prices_the_last_started_applies():
    week, weekend = prices.Entry(10, 8, ends_at=40), prices.Entry(20, 5, ends_at=30)
    for entries in itertools.permutations([prices.Entry(0, 10), week, weekend]):
        intervals = prices.intervals(timeline_of(entries))
        assert [(interval.entry.amount, interval.valid_from, interval.ends_at) for interval in intervals] == [
            (10, 0, None),
            (8, 10, 20),
            (5, 20, 30),
            (8, 30, 40),
            (10, 40, None),
        ]


def test_setting_a_temporary_price_again_changes_its_end_or_withdraws_it():
    timeline = timeline_of([prices.Entry(0, 10), prices.Entry(10, 6, ends_at=20)])
    earlier = prices.set_price(timeline, prices.Entry(10, 6, ends_at=15))
    assert [amount_at(earlier, at) for at in (9, 10, 14, 15)] == [10, 6, 6, 10]
    assert prices.set_price(timeline, prices.Entry(10, 6, ends_at=10)) == (prices.Entry(0, 10),)


def check(timeline, entry, now, *, past_allowed=False):
    request = prices.PriceRequest(entry, "GBP", at_once=False, field="price")
    prices.check_moments(timeline, request, now, past_allowed=past_allowed)


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
def test_invalid_times_of_a_price_are_refused(timeline, entry, field):
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
def test_ending_withdrawing_and_loading_past_prices_are_allowed(timeline, entry, past_allowed):
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
def test_an_invalid_price_is_refused(amount, currency, field, message):
    with pytest.raises(common.InvalidInput) as refusal:
        prices.checked(common.Money(amount=amount, currency=currency), ["GBP", "JPY", "KWD"], "price")
    assert (refusal.value.field, refusal.value.message) == (field, message)


def test_the_currency_of_a_price_is_converted_to_capitals():
    money = prices.checked(common.Money(amount=5, currency="gbp"), ["GBP", "EUR"], "price")
    assert money == common.Money(amount=5, currency="GBP")


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
def test_prices_are_rounded_to_their_ending_in_every_currency(exponent, ending, amount, becomes):
    assert repricing.Repricing("amount", Decimal(0), ending, exponent).applied(amount) == becomes
