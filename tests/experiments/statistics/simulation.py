"""Simulated experiments, all at once: the sums of both variants at every look, and what the tests say of them."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from scipy import special

from apps.experiments.statistics import intervals, splits

# More or fewer simulated experiments than the 2,000 of docs/statistics.md, as a factor.
SHARE = float(os.environ.get("SIMULATIONS", "1"))
TESTS, LOOKS, VISITORS_A_LOOK = 2_000, 100, 200
ALPHA = 0.05
MIN_VISITORS = 100


def size(tests: int = TESTS) -> int:
    """How many experiments this run simulates."""
    return max(50, round(tests * SHARE))


@dataclass(frozen=True)
class Sums:
    """A variant's visitors, sums and sums of squares: a row for each experiment, a column for each look."""

    count: np.ndarray
    total: np.ndarray
    squares: np.ndarray

    @property
    def mean(self):
        return self.total / self.count

    @property
    def squared_error(self):
        variance = (self.squares - self.total**2 / self.count) / (self.count - 1)
        return np.maximum(variance, 0) / self.count


def visitors(looks, a_look=VISITORS_A_LOOK):
    return a_look * np.arange(1, looks + 1, dtype=float)


def conversions(rng, tests, looks, rate, a_look=VISITORS_A_LOOK):
    """Visitors who order or do not."""
    total = rng.binomial(a_look, rate, (tests, looks)).cumsum(axis=1).astype(float)
    return Sums(visitors(looks, a_look), total, total)


def revenue(rng, tests, looks, rate, sigma=1.0, lift=0.0, a_look=VISITORS_A_LOOK):
    """Revenue per visitor: most spend nothing, the others a log-normal amount."""
    buyers = rng.binomial(a_look, rate, (tests, looks))
    amounts = (1 + lift) * rng.lognormal(3.0, sigma, int(buyers.sum()))
    where = np.repeat(np.arange(buyers.size), buyers.ravel())
    total, squares = (
        np.bincount(where, weights=values, minlength=buyers.size).reshape(buyers.shape).cumsum(axis=1)
        for values in (amounts, amounts**2)
    )
    return Sums(visitors(looks, a_look), total, squares)


@dataclass(frozen=True)
class Looks:
    """The p-values of each experiment at each look."""

    z: np.ndarray
    fixed: np.ndarray
    sequence: np.ndarray

    def share_rejected(self, kind, alpha=ALPHA):
        """The share of the experiments with a significant result at any look."""
        return float((getattr(self, kind) <= alpha).any(axis=1).mean())

    def cumulative(self, kind, alpha=ALPHA):
        """The share of the experiments with a significant result up to each look."""
        return (getattr(self, kind) <= alpha).cumsum(axis=1).astype(bool).mean(axis=0)


def read(control: Sums, variant: Sums, planned: float, alpha: float = ALPHA) -> Looks:
    """What both kinds of tests say at every look."""
    first, second = control.squared_error, variant.squared_error
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (variant.mean - control.mean) / np.sqrt(first + second)
        freedom = intervals.degrees_of_freedom(first, control.count, second, variant.count)
        fixed = intervals.fixed_p_value(z, freedom)
    count = control.count + variant.count
    sequence = intervals.sequence_p_value(z, count, intervals.tuned(planned, alpha))
    nothing = ~np.isfinite(z) | (np.minimum(control.count, variant.count) < MIN_VISITORS)
    return Looks(z, np.where(nothing, 1.0, fixed), np.where(nothing, 1.0, sequence))


def lifts(control: Sums, variant: Sums):
    """The relative differences and their standard errors, by the delta method."""
    base = control.mean**2
    spread = variant.squared_error + control.squared_error * variant.mean**2 / base
    return variant.mean / control.mean - 1, np.sqrt(spread / base)


METRICS = {
    "conversion of 5 %": lambda rng, tests, looks: conversions(rng, tests, looks, 0.05),
    "conversion of 0.5 %": lambda rng, tests, looks: conversions(rng, tests, looks, 0.005),
    "revenue per visitor": lambda rng, tests, looks: revenue(rng, tests, looks, 0.05),
    "revenue, heavy tail": lambda rng, tests, looks: revenue(rng, tests, looks, 0.05, sigma=1.8),
}


def a_a(metric: str, tests: int, looks: int = LOOKS, seed: int = 1) -> Looks:
    """Experiments whose variants are the same."""
    rng = np.random.default_rng(seed)
    draw = METRICS[metric]
    return read(draw(rng, tests, looks), draw(rng, tests, looks), 2 * looks * VISITORS_A_LOOK)


MARGIN = 0.2


def lift_errors(tests, seed=4):
    """Rates of 5 and 6 %: how often each kind of interval misses the lift of a fifth at some look."""
    lift, error, visitors = _rates(tests, seed)
    bound = intervals.sequence_bound(visitors, intervals.tuned(visitors[-1], ALPHA), ALPHA)
    return {
        "sequence": _share(np.abs(lift - MARGIN) > bound * error),
        "fixed": _share(np.abs(lift - MARGIN) > 1.96 * error),
    }


def guardrail_errors(tests, seed=5):
    """The same rates where lower is better: how often a guardrail that is worse by exactly its margin is called safe."""
    lift, error, visitors = _rates(tests, seed)
    z = (MARGIN - lift) / error
    p_values = intervals.sequence_p_value_one_sided(z, visitors, intervals.tuned_one_sided(visitors[-1], ALPHA))
    return {"sequence": _share(p_values <= ALPHA), "fixed": _share(z > 1.645)}


def _rates(tests, seed):
    rng = np.random.default_rng(seed)
    control, variant = (conversions(rng, tests, LOOKS, rate) for rate in (0.05, 0.05 * (1 + MARGIN)))
    lift, error = lifts(control, variant)
    known = control.total.min(axis=0) >= 10
    return lift[:, known], error[:, known], 2 * control.count[known]


def _share(events):
    return float(events.any(axis=1).mean())


def split_p_values(rate, experiments, looks=LOOKS, a_look=2 * VISITORS_A_LOOK):
    """The p-values of both tests of a split planned as half and half, at each look of many experiments."""
    total = a_look * np.arange(1, looks + 1)
    first = np.random.default_rng(1).binomial(a_look, rate, (experiments, looks)).cumsum(axis=1)
    chi_squared = special.chdtrc(1, (first - total / 2) ** 2 / (total / 4))
    log_factors = splits.log_bayes_factor(np.stack([first, total - first], axis=-1), [0.5, 0.5])
    return chi_squared, np.exp(-np.maximum(log_factors, 0))
