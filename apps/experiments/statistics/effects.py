"""The effect of a variant on a metric: the difference to the control and its standard error, absolute and relative.

Ratios use the delta method, covariates CUPED. Both are linear: a vector of weights for the columns of the moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import inf, nan, sqrt

import numpy as np

from apps.experiments.statistics import intervals
from apps.experiments.statistics.moments import FloatArray, Moments
from apps.experiments.statistics.plans import Metric

# A share of the control's value means nothing if that value is hardly known: ten conversions are 3.2 standard errors.
MIN_CONTROL_Z = 3.0
# Differences below this share of the terms they are computed from are rounding errors.
ROUNDING = 1e-12


class Problem(Enum):
    """Why an effect has no interval."""

    NO_VISITORS = "no visitors"
    TOO_FEW_VISITORS = "too few visitors"
    NO_DENOMINATOR = "the denominator is zero"
    NO_VARIATION = "every visitor has the same value"


@dataclass(frozen=True)
class Estimate:
    """A variant's value of a metric, and the variance of a single visitor's contribution."""

    count: int
    value: float = nan
    variance: float = nan

    @property
    def squared_error(self) -> float:
        """The squared standard error of the value."""
        return self.variance / self.count


@dataclass(frozen=True)
class Effect:
    """The difference between a variant and the control."""

    control: Estimate
    variant: Estimate
    problem: Problem | None = None
    # By how much covariates reduce the variance of the difference: 1 - rho^2 is left.
    variance_left: float = 1.0

    @property
    def visitors(self) -> int:
        """The visitors of both variants."""
        return self.control.count + self.variant.count

    @property
    def difference(self) -> float:
        """The variant's value minus the control's."""
        return self.variant.value - self.control.value

    @property
    def standard_error(self) -> float:
        """That of the difference; infinite if unknown."""
        return inf if self.problem else sqrt(self.control.squared_error + self.variant.squared_error)

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the difference."""
        first, second = self.control, self.variant
        freedom = intervals.degrees_of_freedom(first.squared_error, first.count, second.squared_error, second.count)
        return float(freedom)

    @property
    def has_relative(self) -> bool:
        """Whether the control's value is known well enough to be a base."""
        if self.problem:
            return False
        value, error = self.control.value, self.control.squared_error
        return bool(value) and value**2 >= MIN_CONTROL_Z**2 * error

    @property
    def relative(self) -> float | None:
        """The difference as a share of the control's value; positive if the variant's is greater."""
        return self.difference / abs(self.control.value) if self.has_relative else None

    @property
    def relative_error(self) -> float:
        """The standard error of the relative difference, by the delta method; infinite if there is none."""
        if not self.has_relative:
            return inf
        base = self.control.value**2
        spread = self.variant.squared_error + self.control.squared_error * self.variant.value**2 / base
        return sqrt(spread / base)


def effect(control: Moments, variant: Moments, metric: Metric) -> Effect:
    """Compare a variant with the control."""
    problem = _problem_of_counts(control, variant, metric)
    if problem:
        return Effect(_value_only(control, metric), _value_only(variant, metric), problem)
    pooled = control + variant
    slopes = _slopes(pooled, metric)
    first, second = (_estimate(moments, metric, pooled, slopes) for moments in (control, variant))
    plain = (_estimate(moments, metric, pooled, slopes * 0) for moments in (control, variant))
    spread, before = first.squared_error + second.squared_error, sum(each.squared_error for each in plain)
    return Effect(first, second, None if spread > 0 else Problem.NO_VARIATION, spread / before if before else 1.0)


def estimate(moments: Moments, metric: Metric) -> Estimate:
    """The value of a metric in one set of visitors."""
    if _problem_of_counts(moments, moments, metric):
        return _value_only(moments, metric)
    return _estimate(moments, metric, moments, _slopes(moments, metric))


def _problem_of_counts(control: Moments, variant: Moments, metric: Metric) -> Problem | None:
    smallest = min(control.count, variant.count)
    if not smallest:
        return Problem.NO_VISITORS
    if metric.denominator and not all(part.means[part.index(metric.denominator)] for part in (control, variant)):
        return Problem.NO_DENOMINATOR
    return Problem.TOO_FEW_VISITORS if smallest < 2 else None


def _value_only(moments: Moments, metric: Metric) -> Estimate:
    if not moments.count or (metric.denominator and not moments.means[moments.index(metric.denominator)]):
        return Estimate(moments.count)
    return Estimate(moments.count, _linear(moments, metric)[0])


def _linear(moments: Moments, metric: Metric) -> tuple[float, FloatArray]:
    """The value of the metric, and its derivatives by the means of the columns."""
    weights = np.zeros(len(moments.columns))
    numerator = moments.index(metric.numerator)
    value = float(moments.means[numerator])
    if metric.denominator is None:
        weights[numerator] = 1.0
        return value, weights
    denominator = moments.index(metric.denominator)
    base = float(moments.means[denominator])
    weights[numerator] += 1 / base
    weights[denominator] -= value / base**2
    return value / base, weights


def _slopes(pooled: Moments, metric: Metric) -> FloatArray:
    """The regression coefficients of the metric on its covariates, as weights of columns."""
    slopes = np.zeros(len(pooled.columns))
    places = [pooled.index(name) for name in metric.covariates]
    if places:
        _, weights = _linear(pooled, metric)
        spread = np.sqrt(np.maximum(np.diag(pooled.products)[places], 0))
        scale = np.where(spread > 0, spread, 1.0)
        # Scaled columns: which covariates repeat each other does not depend on their units.
        squares = pooled.products[np.ix_(places, places)] / np.outer(scale, scale)
        slopes[places] = np.linalg.lstsq(squares, (pooled.products @ weights)[places] / scale, rcond=1e-10)[0] / scale
    return slopes


def _estimate(moments: Moments, metric: Metric, pooled: Moments, slopes: FloatArray) -> Estimate:
    value, weights = _linear(moments, metric)
    # Differences of means first: large offsets cancel.
    value -= float(slopes @ (moments.means - pooled.means))
    weights = weights - slopes
    terms = np.outer(weights, weights) * moments.products
    squares = float(terms.sum())
    if squares <= ROUNDING * float(np.abs(terms).sum()):
        squares = 0.0
    return Estimate(moments.count, value, squares / (moments.count - 1))
