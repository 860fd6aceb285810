"""The probability that a test stopped at its first significant look stops, by numerical integration.

Looks are at equal steps of an experiment of planned size 1. Between two looks a Brownian motion with drift changes by an
independent normal increment, so its density inside the bounds follows from look to look (Armitage, McPherson and Rowe, 1969).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy import special

from apps.experiments.statistics import intervals
from apps.experiments.statistics.moments import FloatArray

# Points of the density at each look, for each standard deviation of an increment.
POINTS_PER_STEP = 4
# The density beyond this many standard deviations is nothing.
MAX_Z = 8.5
# More looks than this hardly find more; they are planned for as this many.
MAX_LOOKS = 50


def crossing_probabilities(bounds: FloatArray, drift: float = 0.0) -> FloatArray:
    """The probability of having crossed by each look, given the bounds of each in standard errors.

    `drift` is the expected effect in standard errors at the last look.
    """
    looks = len(bounds)
    step = np.sqrt(1 / looks)
    points, mass = np.zeros(1), np.ones(1)
    inside = np.empty(looks)
    for look in range(looks):
        time = (look + 1) / looks
        following, weights = _points(bounds[look] * np.sqrt(time), drift * time, np.sqrt(time), step)
        distance = (following[:, None] - points[None, :] - drift / looks) / step
        density = np.exp(-np.square(distance) / 2) @ mass / (step * np.sqrt(2 * np.pi))
        points, mass = following, density * weights
        inside[look] = mass.sum()
    return np.asarray(1 - inside)


def _points(limit: float, mean: float, deviation: float, step: float) -> tuple[FloatArray, FloatArray]:
    """Points between the bounds, and their weights."""
    lower, upper = max(-limit, mean - MAX_Z * deviation), min(limit, mean + MAX_Z * deviation)
    half = max(0.0, (upper - lower) / 2)
    nodes, weights = _nodes(2 ** math.ceil(math.log2(max(16.0, 2 * POINTS_PER_STEP * half / step))))
    return (lower + upper) / 2 + half * nodes, half * weights


def sequence_bounds(looks: int, alpha: float) -> FloatArray:
    """The bounds of the two-sided sequence that is narrowest at the last look."""
    times = np.arange(1, looks + 1) / looks
    return intervals.sequence_bound(times, intervals.tuned(1.0, alpha), alpha)


@lru_cache(maxsize=256)
def required_drift(looks: int, alpha: float, power: float) -> float:
    """The effect in standard errors at the last look with which the sequence finds it by then with this power."""
    bounds = sequence_bounds(max(1, min(looks, MAX_LOOKS)), alpha)
    # A single look at the end finds less often, a test of a fixed horizon more often.
    low, high = (float(bound + special.ndtri(power)) for bound in (special.ndtri(1 - alpha / 2), bounds[-1]))
    while high - low > 1e-3:
        middle = (low + high) / 2
        if crossing_probabilities(bounds, middle)[-1] < power:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=16)
def _nodes(size: int) -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(size)
    return nodes, weights
