"""Prices over time, as pure functions."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.domain import prices
from idl import common
from tests.catalog import making

entries = st.builds(prices.Entry, st.integers(0, 1000), st.integers(1, 20))


def timeline_of(made):
    timeline = ()
    for entry in made:
        timeline = prices.set_price(timeline, entry)
    return timeline


@given(st.lists(entries, max_size=30))
def test_intervals_never_overlap_and_leave_no_gap(made):
    found = list(prices.intervals(timeline_of(made)))
    for one, following in itertools.pairwise(found):
        assert one.entry.valid_from < one.valid_until == following.entry.valid_from
    assert not found or found[-1].valid_until is None


@given(st.lists(entries, min_size=1, max_size=30), st.integers(-10, 1100))
def test_at_every_moment_the_price_in_force_is_that_of_the_interval_around_it(made, at):
    timeline = timeline_of(made)
    around = [
        one.entry
        for one in prices.intervals(timeline)
        if one.entry.valid_from <= at and (one.valid_until is None or at < one.valid_until)
    ]
    assert around == ([prices.in_force(timeline, at)] if at >= timeline[0].valid_from else [])


@given(st.lists(entries, max_size=30), entries)
def test_a_price_that_was_set_is_in_force_from_its_moment_on(made, entry):
    timeline = prices.set_price(timeline_of(made), entry)
    assert prices.in_force(timeline, entry.valid_from).amount == entry.amount


@given(st.lists(entries, max_size=30), entries)
def test_a_price_that_was_set_changes_nothing_before_its_moment_nor_after_the_next_begins(made, entry):
    before, after = timeline_of(made), prices.set_price(timeline_of(made), entry)
    following = min((one.valid_from for one in before if one.valid_from > entry.valid_from), default=2000)
    for at in range(0, 1100, 7):
        if at < entry.valid_from or at >= following:
            assert prices.in_force(before, at) == prices.in_force(after, at)


@given(st.lists(entries, max_size=30), entries)
def test_the_same_price_again_changes_nothing(made, entry):
    once = prices.set_price(timeline_of(made), entry)
    assert prices.set_price(once, entry) == once


@pytest.mark.parametrize(
    ("amount", "currency", "field"),
    [
        (0, "GBP", "price.amount"),
        (-1, "GBP", "price.amount"),
        (10**10, "GBP", "price.amount"),
        (5, "XXX", "price.currency"),
        (5, "gbp", "price.currency"),
        (5, "", "price.currency"),
    ],
)
def test_what_is_no_price_is_refused(amount, currency, field):
    with pytest.raises(common.InvalidInput) as refusal:
        prices.checked(common.Money(amount=amount, currency=currency), ["GBP", "EUR"], "price")
    assert refusal.value.field == field


def test_amounts_are_shown_in_major_units():
    assert prices.shown(1250, making.GBP) == "12.50 GBP"
    assert prices.shown(-5) == "-0.05"
    assert prices.shown(None) == "nothing"
