"""Bounds and p-values agree with each other, with their tuning, and with their limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.experiments.statistics import corrections, crossing, intervals, winsorising
from apps.experiments.statistics.intervals import ConfidenceSequence, FixedHorizon, Interval

kinds = st.one_of(
    st.builds(FixedHorizon, freedom=st.floats(1, 1e6)),
    st.builds(ConfidenceSequence, visitors=st.floats(2, 1e7), planned=st.floats(100, 1e7)),
)
alphas = st.floats(0.001, 0.2)


@given(kinds, alphas)
def test_the_p_value_at_the_bound_is_the_level(kind, alpha):
    assert kind.p_value(kind.bound(alpha), alpha) == pytest.approx(alpha, rel=1e-6)
    assert kind.p_value(-kind.bound(alpha), alpha) == pytest.approx(alpha, rel=1e-6)
    assert kind.p_value_one_sided(kind.bound_one_sided(alpha), alpha) == pytest.approx(alpha, rel=1e-6)


@given(kinds, alphas, st.floats(0, 50), st.floats(0, 50))
def test_p_values_decrease_with_the_effect_and_stay_between_0_and_1(kind, alpha, first, second):
    low, high = sorted((first, second))
    for p_value in (kind.p_value, kind.p_value_one_sided):
        assert 0 <= p_value(high, alpha) <= p_value(low, alpha) <= 1


@given(st.floats(100, 1e6), alphas)
def test_the_sequence_is_narrowest_at_the_planned_size(planned, alpha):
    rho2 = intervals.tuned(planned, alpha)
    best, *others = (float(intervals.sequence_bound(planned, rho2 * factor, alpha)) for factor in (1, 0.8, 1.25))
    assert best < min(others)


@given(st.floats(2, 1e7), st.floats(100, 1e7), alphas)
def test_a_sequence_is_wider_than_an_interval_for_one_look(visitors, planned, alpha):
    sequence, fixed = ConfidenceSequence(visitors, planned), FixedHorizon(1e9)
    assert sequence.bound(alpha) > fixed.bound(alpha)
    assert sequence.bound_one_sided(alpha) > fixed.bound_one_sided(alpha)


def test_enormous_effects_have_a_p_value_of_zero_without_a_warning():
    sequence = ConfidenceSequence(1e6, 1e6)
    assert sequence.p_value(1e6, 0.05) == 0
    assert sequence.p_value_one_sided(1e6, 0.05) < 1e-200


def test_intervals_know_what_they_contain():
    interval = Interval(-1, 3)
    assert interval.width == 4
    assert 0 in interval
    assert 3.1 not in interval
    assert interval.negated() == Interval(-3, 1)
    assert 1e300 in intervals.UNBOUNDED


# Armitage, McPherson and Rowe (1969), table 2: repeated tests at 5 %.
REPEATED = {1: 0.050, 2: 0.083, 3: 0.107, 4: 0.126, 5: 0.142, 10: 0.193, 20: 0.248, 50: 0.320, 100: 0.374}


@pytest.mark.parametrize(("looks", "share"), REPEATED.items())
def test_the_errors_of_repeated_tests_are_those_of_the_published_table(looks, share):
    bounds = np.full(looks, 1.959964)
    assert crossing.crossing_probabilities(bounds)[-1] == pytest.approx(share, abs=0.0006)


@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_the_sequence_errs_less_often_than_its_level_by_any_look(alpha):
    errors = crossing.crossing_probabilities(crossing.sequence_bounds(100, alpha))
    assert (np.diff(errors) >= -1e-9).all()
    assert 0 < errors[-1] < alpha


def test_holm_adjusts_as_published():
    """The example of Wright (1992)."""
    assert corrections.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert corrections.holm([0.9, 0.8]) == [1.0, 1.0]
    assert corrections.holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_rejects_all_that_bonferroni_rejects(p_values):
    for p_value, adjusted in zip(p_values, corrections.holm(p_values), strict=True):
        assert p_value <= adjusted <= min(1, p_value * len(p_values)) + 1e-12


def test_a_cap_is_the_value_that_the_share_does_not_exceed():
    assert winsorising.cap(range(1, 101), 0.99) == 99
    assert winsorising.cap([5, 1], 1) == 5
    assert winsorising.cap([0, 10, 1_000], 0.99, counts=[90, 9, 1]) == 10
    assert winsorising.cap([], 0.99) == math.inf
    assert winsorising.winsorise([1, 5, 900], 10).tolist() == [1, 5, 10]
    with pytest.raises(ValueError, match="the share must be in"):
        winsorising.cap([1], 0)
