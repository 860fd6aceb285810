"""Bounds and p-values: of a fixed horizon (Welch's t) and of an asymptotic confidence sequence, valid at every look.

Everything here takes numbers or arrays of them. `z` is an effect in standard errors, `visitors` the number in both variants.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol

import numpy as np
from scipy import special

from apps.experiments.statistics.moments import FloatArray

Numbers = float | FloatArray


@dataclass(frozen=True)
class Interval:
    """An interval for an effect; unbounded where nothing is known."""

    lower: float = -inf
    upper: float = inf

    @property
    def width(self) -> float:
        """The distance of the bounds."""
        return self.upper - self.lower

    def __contains__(self, value: float) -> bool:
        """Whether the value is not excluded."""
        return self.lower <= value <= self.upper

    def negated(self) -> Interval:
        """The interval of the effect with its sign changed."""
        return Interval(-self.upper, -self.lower)


UNBOUNDED = Interval()


def degrees_of_freedom(first: Numbers, first_count: Numbers, second: Numbers, second_count: Numbers) -> FloatArray:
    """Welch and Satterthwaite's, from the squared standard errors of two means."""
    first, second = np.asarray(first), np.asarray(second)
    return (first + second) ** 2 / (first**2 / (first_count - 1) + second**2 / (second_count - 1))


def fixed_bound(freedom: Numbers, alpha: float) -> FloatArray:
    """Half the width of a two-sided interval in standard errors, valid for one look at a time fixed in advance."""
    return np.asarray(special.stdtrit(freedom, 1 - alpha / 2))


def fixed_bound_one_sided(freedom: Numbers, alpha: float) -> FloatArray:
    """The distance of a one-sided bound in standard errors, valid for one look at a time fixed in advance."""
    return np.asarray(special.stdtrit(freedom, 1 - alpha))


def fixed_p_value(z: Numbers, freedom: Numbers) -> FloatArray:
    """Two-sided, for one look."""
    return np.asarray(2 * special.stdtr(freedom, -np.abs(z)))


def fixed_p_value_one_sided(z: Numbers, freedom: Numbers) -> FloatArray:
    """That the effect is not positive, for one look."""
    return np.asarray(special.stdtr(freedom, -np.asarray(z)))


def tuned(visitors: float, alpha: float) -> float:
    """The rho squared for which the two-sided sequence is narrowest at this number of visitors.

    It must be chosen before the first visitor: any other choice is valid too, but wider there.
    """
    return float((-special.lambertw(-(alpha**2) / np.e, -1).real - 1) / visitors)


def tuned_one_sided(visitors: float, alpha: float) -> float:
    """The rho squared for which a one-sided bound is about narrowest at this number of visitors."""
    return tuned(visitors, min(2 * alpha, 0.99))


def sequence_bound(visitors: Numbers, rho2: float, alpha: float) -> FloatArray:
    """Half the width of the two-sided confidence sequence in standard errors (Waudby-Smith et al., theorem 2.2)."""
    growth = np.asarray(visitors) * rho2
    return np.asarray(np.sqrt(2 * (growth + 1) / growth * (np.log1p(growth) / 2 - np.log(alpha))))


def sequence_bound_one_sided(visitors: Numbers, rho2: float, alpha: float) -> FloatArray:
    """The distance of the one-sided confidence sequence in standard errors (Waudby-Smith et al., appendix B)."""
    growth = np.asarray(visitors) * rho2
    return np.asarray(np.sqrt(2 * (growth + 1) / growth * np.log1p(np.sqrt(growth + 1) / (2 * alpha))))


def sequence_p_value(z: Numbers, visitors: Numbers, rho2: float) -> FloatArray:
    """Two-sided and valid at every look: at most alpha exactly where the sequence at alpha excludes zero."""
    growth = np.asarray(visitors) * rho2
    log_e_value = np.square(z) * growth / (2 * (growth + 1)) - np.log1p(growth) / 2
    return np.asarray(np.exp(-np.maximum(log_e_value, 0)))


def sequence_p_value_one_sided(z: Numbers, visitors: Numbers, rho2: float) -> FloatArray:
    """That the effect is not positive, valid at every look."""
    growth = np.asarray(visitors) * rho2
    exponent = np.square(np.maximum(z, 0)) * growth / (2 * (growth + 1))
    with np.errstate(divide="ignore"):
        return np.asarray(np.minimum(1, np.sqrt(growth + 1) / (2 * np.expm1(np.minimum(exponent, 700)))))


class Kind(Protocol):
    """A kind of inference: its bounds in standard errors at a level, and the p-values that agree with them."""

    def bound(self, alpha: float) -> float:
        """Half the width of a two-sided interval."""

    def bound_one_sided(self, alpha: float) -> float:
        """The distance of a one-sided bound."""

    def p_value(self, z: float, alpha: float) -> float:
        """That there is no effect; `alpha` is the level of the bound."""

    def p_value_one_sided(self, z: float, alpha: float) -> float:
        """That the effect is not positive."""


@dataclass(frozen=True)
class FixedHorizon:
    """Valid for a single look at a time fixed in advance."""

    freedom: float

    def bound(self, alpha: float) -> float:
        """Half the width of a two-sided interval."""
        return float(fixed_bound(self.freedom, alpha))

    def bound_one_sided(self, alpha: float) -> float:
        """The distance of a one-sided bound."""
        return float(fixed_bound_one_sided(self.freedom, alpha))

    def p_value(self, z: float, alpha: float) -> float:
        """That there is no effect."""
        return float(fixed_p_value(z, self.freedom))

    def p_value_one_sided(self, z: float, alpha: float) -> float:
        """That the effect is not positive."""
        return float(fixed_p_value_one_sided(z, self.freedom))


@dataclass(frozen=True)
class ConfidenceSequence:
    """Valid at every look; narrowest at the planned number of visitors."""

    visitors: float
    planned: float

    def bound(self, alpha: float) -> float:
        """Half the width of a two-sided interval."""
        return float(sequence_bound(self.visitors, tuned(self.planned, alpha), alpha))

    def bound_one_sided(self, alpha: float) -> float:
        """The distance of a one-sided bound."""
        return float(sequence_bound_one_sided(self.visitors, tuned_one_sided(self.planned, alpha), alpha))

    def p_value(self, z: float, alpha: float) -> float:
        """That there is no effect; the sequence is tuned for `alpha`."""
        return float(sequence_p_value(z, self.visitors, tuned(self.planned, alpha)))

    def p_value_one_sided(self, z: float, alpha: float) -> float:
        """That the effect is not positive; the sequence is tuned for `alpha`."""
        return float(sequence_p_value_one_sided(z, self.visitors, tuned_one_sided(self.planned, alpha)))
