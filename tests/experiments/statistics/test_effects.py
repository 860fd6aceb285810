"""Effects: differences, ratios, covariates, and everything that has no interval."""

import math

import numpy as np
import pytest

from apps.experiments.statistics import effects
from apps.experiments.statistics.effects import Problem
from apps.experiments.statistics.moments import Moments
from apps.experiments.statistics.plans import Metric

MEAN = Metric("revenue", "y")
RATIO = Metric("value of an order", "y", "n")


def moments(*values, **columns):
    return Moments.of_values({"y": np.array(values, dtype=float)} | columns)


def test_the_difference_of_two_means_has_the_standard_error_of_welch():
    effect = effects.effect(moments(1, 2, 3, 4), moments(3, 5, 7), MEAN)
    assert effect.difference == pytest.approx(2.5)
    assert effect.standard_error == pytest.approx(math.sqrt(5 / 3 / 4 + 4 / 3))
    assert effect.relative == pytest.approx(1.0)


def test_a_negative_lift_is_a_negative_difference():
    effect = effects.effect(moments(10, 11, 12, 10), moments(8, 9, 9, 8), MEAN)
    assert effect.difference == pytest.approx(-2.25)
    assert effect.relative == pytest.approx(-2.25 / 10.75)


def test_a_lift_on_a_negative_value_has_the_sign_of_the_difference():
    effect = effects.effect(moments(-10, -11, -12, -10), moments(-8, -9, -9, -8), MEAN)
    assert effect.relative == pytest.approx(2.25 / 10.75)


@pytest.mark.parametrize(
    ("control", "variant", "problem"),
    [
        (moments(), moments(), Problem.NO_VISITORS),
        (moments(1, 2), moments(), Problem.NO_VISITORS),
        (moments(1), moments(1, 2, 3), Problem.TOO_FEW_VISITORS),
        (moments(1), moments(2), Problem.TOO_FEW_VISITORS),
        (moments(0, 0, 0), moments(0, 0, 0), Problem.NO_VARIATION),
        (moments(0.1, 0.1, 0.1), moments(0.3, 0.3), Problem.NO_VARIATION),
    ],
)
def test_what_has_no_interval_says_why(control, variant, problem):
    effect = effects.effect(control, variant, MEAN)
    assert effect.problem is problem
    assert effect.standard_error == math.inf
    assert effect.relative is None
    assert effect.relative_error == math.inf


def test_the_values_of_a_single_visitor_are_still_shown():
    assert effects.effect(moments(1), moments(3), MEAN).difference == 2
    assert math.isnan(effects.effect(moments(), moments(3), MEAN).difference)


def test_one_variant_without_variation_leaves_the_error_of_the_other():
    effect = effects.effect(moments(0, 0, 0, 0), moments(0, 1, 0, 1), MEAN)
    assert effect.problem is None
    assert effect.standard_error == pytest.approx(math.sqrt(1 / 3 / 4))


def test_a_control_of_zero_has_a_difference_but_no_lift():
    effect = effects.effect(moments(-1, 1, -1, 1), moments(0, 1, 2, 1), MEAN)
    assert effect.difference == pytest.approx(1.0)
    assert effect.relative is None


def test_a_control_that_is_hardly_known_has_no_lift():
    """Eight orders among a thousand visitors are 2.8 standard errors, ten are 3.2."""
    variant = moments(*[1] * 20, *[0] * 980)
    assert effects.effect(moments(*[1] * 8, *[0] * 992), variant, MEAN).relative is None
    assert effects.effect(moments(*[1] * 10, *[0] * 990), variant, MEAN).relative == pytest.approx(1.0)


def test_a_ratio_has_the_error_that_resampling_visitors_has():
    rng = np.random.default_rng(3)
    visitors = 4_000
    orders = 1 + rng.poisson(1, visitors).astype(float)
    spent = orders * rng.lognormal(3, 0.5, visitors) + rng.normal(0, 5, visitors)
    estimate = effects.estimate(Moments.of_values({"y": spent, "n": orders}), RATIO)
    picks = rng.integers(0, visitors, (2_000, visitors))
    resampled = spent[picks].sum(axis=1) / orders[picks].sum(axis=1)
    assert estimate.value == pytest.approx(spent.sum() / orders.sum())
    assert math.sqrt(estimate.squared_error) == pytest.approx(resampled.std(), rel=0.05)


def test_a_ratio_without_a_denominator_has_no_interval():
    nothing = moments(0, 0, n=np.zeros(2))
    some = moments(5, 9, n=np.array([1.0, 2.0]))
    for pair in ((nothing, some), (some, nothing)):
        effect = effects.effect(*pair, RATIO)
        assert effect.problem is Problem.NO_DENOMINATOR
        assert math.isnan(effect.difference)


def correlated(rng, count, rho, lift=0.0):
    before = rng.normal(100, 20, count)
    after = 50 + lift + rho * before + math.sqrt(1 - rho**2) * rng.normal(0, 20, count)
    return Moments.of_values({"y": after, "x": before, "double": 2 * before, "constant": np.ones(count)})


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_a_covariate_leaves_one_minus_rho_squared_of_the_variance(rho):
    rng = np.random.default_rng(4)
    effect = effects.effect(
        correlated(rng, 20_000, rho), correlated(rng, 20_000, rho, 1), Metric("m", "y", covariates=("x",))
    )
    assert effect.variance_left == pytest.approx(1 - rho**2, abs=0.01)
    assert effect.difference == pytest.approx(1, abs=4 * effect.standard_error)


@pytest.mark.parametrize("covariates", [("x", "double"), ("x", "constant")])
def test_covariates_that_repeat_each_other_or_never_vary_add_nothing(covariates):
    rng = np.random.default_rng(5)
    control, variant = correlated(rng, 500, 0.8), correlated(rng, 500, 0.8, 1)
    single = effects.effect(control, variant, Metric("m", "y", covariates=("x",)))
    both = effects.effect(control, variant, Metric("m", "y", covariates=covariates))
    assert both.difference == pytest.approx(single.difference)
    assert both.standard_error == pytest.approx(single.standard_error)


def test_a_covariate_equal_to_the_metric_leaves_no_variation():
    rng = np.random.default_rng(6)
    control, variant = correlated(rng, 500, 0.8), correlated(rng, 500, 0.8)
    effect = effects.effect(control, variant, Metric("m", "y", covariates=("y",)))
    assert effect.problem is Problem.NO_VARIATION


def test_a_large_offset_of_a_covariate_does_not_matter():
    rng = np.random.default_rng(7)
    before, after = rng.normal(0, 1, (2, 1_000)), rng.normal(0, 1, (2, 1_000))

    def effect(offset):
        parts = [Moments.of_values({"y": a, "x": b + offset}) for a, b in zip(after, before, strict=True)]
        return effects.effect(*parts, Metric("m", "y", covariates=("x",)))

    assert effect(1e8).difference == pytest.approx(effect(0).difference, abs=1e-7)
    assert effect(1e8).standard_error == pytest.approx(effect(0).standard_error, rel=1e-6)
