"""Simulated experiments: how often A/A tests err, how often planted effects are found, and when."""

import functools

import numpy as np
import pytest

from apps.experiments.statistics import crossing, effects, power
from apps.experiments.statistics.effects import Estimate
from apps.experiments.statistics.intervals import ConfidenceSequence, FixedHorizon
from apps.experiments.statistics.moments import Moments
from apps.experiments.statistics.plans import Metric
from tests.experiments.statistics import simulation

# By how many standard deviations a share of simulated experiments may differ from the expected one; the seeds are fixed.
TOLERANCE = 3.5


@functools.cache
def a_a(metric):
    return simulation.a_a(metric, simulation.size())


def sampling_error(share, tests):
    return TOLERANCE * np.sqrt(share * (1 - share) / tests)


@pytest.mark.parametrize("metric", simulation.METRICS)
def test_at_most_5_percent_of_a_a_tests_with_100_looks_reject_with_the_sequence(metric):
    looks = a_a(metric)
    assert looks.sequence.shape[1] == 100
    assert looks.share_rejected("sequence") <= simulation.ALPHA


@pytest.mark.parametrize("metric", simulation.METRICS)
def test_as_many_looks_at_a_fixed_horizon_test_reject_far_more(metric):
    looks = a_a(metric)
    assert looks.share_rejected("fixed") > 5 * simulation.ALPHA
    one_look = (looks.fixed[:, -1] <= simulation.ALPHA).mean()
    assert one_look == pytest.approx(simulation.ALPHA, abs=sampling_error(simulation.ALPHA, len(looks.fixed)))


def test_simulated_errors_are_those_that_theory_predicts():
    looks = a_a("conversion of 5 %")
    fixed = crossing.crossing_probabilities(np.full(100, 1.959964))[-1]
    sequence = crossing.crossing_probabilities(crossing.sequence_bounds(100, simulation.ALPHA))[-1]
    for kind, expected in (("fixed", fixed), ("sequence", sequence)):
        error = sampling_error(expected, len(looks.fixed))
        assert looks.share_rejected(kind) == pytest.approx(expected, abs=error)


def test_a_plan_for_few_visitors_that_runs_on_still_errs_at_most_5_percent():
    rng = np.random.default_rng(2)
    tests = simulation.size()
    for draw in simulation.METRICS.values():
        looks = simulation.read(draw(rng, tests, 100), draw(rng, tests, 100), planned=2_000)
        assert looks.share_rejected("sequence") <= simulation.ALPHA


def planted(plan, draw, tests, seed=3):
    """Experiments of exactly the planned size, with a look a day."""
    rng = np.random.default_rng(seed)
    a_look = plan.visitors // 2 // plan.days
    return simulation.read(
        draw(rng, 0.0, plan.days, a_look, tests), draw(rng, 1.0, plan.days, a_look, tests), plan.visitors
    )


def convert(lift, rng, planted_lift, days, a_look, tests):
    return simulation.conversions(rng, tests, days, 0.05 * (1 + lift * planted_lift), a_look)


TERMS = {"weights": {"A": 1, "B": 1}, "visitors_a_day": 3_000}


def design(lift, power_level=0.8):
    return power.design_of_rate(0.05, lift, power=power_level, **TERMS)


@pytest.mark.parametrize("power_level", [0.8, 0.9])
@pytest.mark.parametrize("lift", [0.1, 0.2])
def test_planted_conversions_are_found_with_the_planned_power(lift, power_level):
    tests = simulation.size()
    draw = functools.partial(convert, lift)
    for plan, share in (
        (power.sequence(design(lift, power_level)), lambda looks: looks.share_rejected("sequence")),
        (power.fixed_horizon(design(lift, power_level)), lambda looks: (looks.fixed[:, -1] <= 0.05).mean()),
    ):
        observed = share(planted(plan, draw, tests))
        assert observed == pytest.approx(power_level, abs=sampling_error(power_level, tests) + 0.005)


def test_planted_revenue_is_found_with_the_planned_power():
    """5 % of the visitors spend a log-normal amount: the mean and variance of the plan are those of the distribution."""
    rate, sigma = 0.05, 1.0
    mean = rate * np.exp(3 + sigma**2 / 2)
    variance = rate * np.exp(6 + 2 * sigma**2) - mean**2
    terms = TERMS | {"min_lift": 0.2, "variant_variance": 1.2**2 * variance}
    plan = power.sequence(power.Design(Estimate(0, mean, variance), **terms))

    def draw(rng, planted_lift, days, a_look, tests):
        return simulation.revenue(rng, tests, days, rate, sigma, 0.2 * planted_lift, a_look)

    observed = planted(plan, draw, simulation.size()).share_rejected("sequence")
    # Amounts are skewed: the variances of the variants are a little lower where the means are.
    assert observed == pytest.approx(0.8, abs=sampling_error(0.8, simulation.size()) + 0.015)


def test_effects_as_great_as_planned_are_mostly_found_earlier_than_planned():
    plan, fixed = power.sequence(design(0.1)), power.fixed_horizon(design(0.1))
    looks = planted(plan, functools.partial(convert, 0.1), simulation.size())
    first = np.where((looks.sequence <= 0.05).any(axis=1), (looks.sequence <= 0.05).argmax(axis=1) + 1, plan.days)
    average = first.mean() / plan.days * plan.visitors
    assert average < 1.2 * fixed.visitors
    assert fixed.visitors < plan.visitors < 1.85 * fixed.visitors


def test_the_sequence_of_a_lift_contains_the_planted_lift_at_every_look():
    misses = simulation.lift_errors(simulation.size())
    assert misses["sequence"] <= simulation.ALPHA
    assert misses["fixed"] > 4 * simulation.ALPHA


def test_a_guardrail_that_is_worse_by_its_margin_is_called_safe_in_at_most_5_percent_of_the_experiments():
    errors = simulation.guardrail_errors(simulation.size())
    assert errors["sequence"] <= simulation.ALPHA
    assert errors["fixed"] > 4 * simulation.ALPHA


@pytest.mark.parametrize(
    "metric", [Metric("ratio", "y", "n"), Metric("cuped", "y", covariates=("x",))], ids=lambda m: m.name
)
def test_ratios_and_covariates_err_at_most_5_percent_of_the_time(metric):
    """A/A tests of visitors with several orders each, whose spending depends on what they spent before."""
    rng = np.random.default_rng(6)
    rejected = {"sequence": 0, "fixed": 0}
    tests, looks, a_look = 150, 20, 200
    planned = 2.0 * looks * a_look
    for _ in range(tests):
        before = rng.gamma(1, 20, (2, looks, a_look))
        orders = 1.0 + rng.poisson(1, before.shape)
        spent = orders * rng.gamma(2, 10, before.shape) + before
        ends = {"sequence": False, "fixed": False}
        total = [Moments.empty(("y", "n", "x"))] * 2
        for look in range(looks):
            columns = {"y": spent[:, look], "n": orders[:, look], "x": before[:, look]}
            total = [
                part + Moments.of_values({name: values[side] for name, values in columns.items()})
                for side, part in enumerate(total)
            ]
            observed = effects.effect(*total, metric)
            z = observed.difference / observed.standard_error
            now = ConfidenceSequence(observed.visitors, planned)
            ends["sequence"] |= now.p_value(z, simulation.ALPHA) <= simulation.ALPHA
            ends["fixed"] |= FixedHorizon(observed.freedom).p_value(z, simulation.ALPHA) <= simulation.ALPHA
        rejected = {kind: count + ends[kind] for kind, count in rejected.items()}
    assert rejected["sequence"] / tests <= simulation.ALPHA
    assert rejected["fixed"] / tests > 3 * simulation.ALPHA
