"""The power calculator, and what its answers are in visitors and days."""

import dataclasses

import pytest
from scipy import stats

from apps.experiments.statistics import power
from apps.experiments.statistics.effects import Estimate

BASELINE = Estimate(1_000, 0.05, 0.05 * 0.95)
DESIGN = power.Design(BASELINE, 0.1, {"A": 1, "B": 1}, visitors_a_day=3_000)


def changed(**terms):
    return dataclasses.replace(DESIGN, **terms)


def test_a_fixed_horizon_needs_the_visitors_of_the_textbook():
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    each = 2 * z**2 * 0.05 * 0.95 / 0.005**2
    found = power.fixed_horizon(DESIGN)
    assert found.visitors_by_variant["A"] == pytest.approx(each, abs=1)
    assert found.visitors == sum(found.visitors_by_variant.values())
    assert found.days == -(-found.visitors // 3_000)


def test_daily_looks_need_less_than_twice_the_visitors():
    assert 1.5 < power.sequence(DESIGN).visitors / power.fixed_horizon(DESIGN).visitors < 1.9


@pytest.mark.parametrize("calculate", [power.fixed_horizon, power.sequence])
def test_what_makes_an_experiment_longer(calculate):
    least = calculate(DESIGN).visitors
    for terms in (
        {"min_lift": 0.05},
        {"power": 0.9},
        {"alpha": 0.01},
        {"comparisons": 4},
        {"weights": {"A": 9, "B": 1}},
        {"weights": {"A": 1, "B": 1, "C": 1}},
        {"baseline": Estimate(1_000, 0.05, 0.1)},
    ):
        assert calculate(changed(**terms)).visitors > least, terms


@pytest.mark.parametrize("calculate", [power.fixed_horizon, power.sequence])
def test_a_fall_is_as_hard_to_find_as_a_rise(calculate):
    assert calculate(changed(min_lift=-0.1)) == calculate(DESIGN)
    assert calculate(changed(baseline=Estimate(1_000, -0.05, 0.0475))) == calculate(DESIGN)


def test_cuped_shortens_an_experiment_by_the_variance_it_removes():
    adjusted = changed(baseline=Estimate(1_000, 0.05, 0.0475 * (1 - 0.8**2)))
    ratio = power.fixed_horizon(adjusted).visitors / power.fixed_horizon(DESIGN).visitors
    assert ratio == pytest.approx(1 - 0.8**2, rel=0.001)


def test_without_the_visitors_a_day_there_are_no_days():
    for calculate in (power.fixed_horizon, power.sequence):
        assert calculate(changed(visitors_a_day=None)).days is None


def test_the_variance_of_a_rate_follows_from_its_value():
    design = power.design_of_rate(0.05, 0.2, {"A": 1, "B": 1})
    assert (design.baseline.variance, design.variant_variance) == (pytest.approx(0.0475), pytest.approx(0.06 * 0.94))
    assert power.fixed_horizon(design).visitors > power.fixed_horizon(changed(min_lift=0.2)).visitors


def test_visitors_are_divided_by_weight():
    by_variant = power.fixed_horizon(changed(weights={"A": 3, "B": 1})).visitors_by_variant
    assert by_variant["A"] == pytest.approx(3 * by_variant["B"], abs=3)


def test_the_least_detectable_lift_is_the_inverse_of_the_visitors():
    fixed, sequence = power.fixed_horizon(DESIGN), power.sequence(DESIGN)
    assert power.min_detectable_lift(DESIGN, fixed.visitors) == pytest.approx(0.1, rel=1e-3)
    assert power.min_detectable_lift(DESIGN, sequence.visitors, sequence.days) == pytest.approx(0.1, rel=1e-3)


@pytest.mark.parametrize(
    "terms",
    [
        {"min_lift": 0},
        {"baseline": Estimate(1_000, 0.0, 1.0)},
        {"baseline": Estimate(1_000, 1.0, 0.0)},
        {"baseline": Estimate(0)},
        {"visitors_a_day": 0},
        {"alpha": 0.9},
        {"power": 1.0},
        {"weights": {"A": 1}},
        {"weights": {"A": 1, "B": 0}},
    ],
)
def test_what_no_number_of_visitors_satisfies_is_refused(terms):
    with pytest.raises(ValueError, match=r"."):
        changed(**terms)
