"""How many visitors and days an experiment needs, for a single look at the end and for daily looks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scipy import special

from apps.experiments.statistics import corrections, crossing
from apps.experiments.statistics.effects import Estimate


@dataclass(frozen=True)
class Requirement:
    """What it takes to find the effect with the planned power; the days if the number of visitors a day is known."""

    visitors: int
    days: int | None
    visitors_by_variant: Mapping[str, int]


@dataclass(frozen=True)
class Design:
    """What the calculation rests on: the metric as it is, the least lift worth finding, and the terms."""

    baseline: Estimate
    min_lift: float
    weights: Mapping[str, float]
    alpha: float = 0.05
    power: float = 0.8
    # Comparisons of variants and goals that share alpha.
    comparisons: int = 1
    visitors_a_day: float | None = None
    # The variance in a variant with that lift; None for the baseline's.
    variant_variance: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no number of visitors satisfies."""
        if not self.baseline.value or not self.baseline.variance > 0:
            raise ValueError("the metric needs a value and a variance other than zero before the experiment")
        if self.min_lift == 0 or (self.visitors_a_day is not None and self.visitors_a_day <= 0):
            raise ValueError("the lift and the visitors a day must not be zero")
        if not 0 < self.alpha < self.power < 1 or len(self.weights) < 2 or min(self.weights.values()) <= 0:
            raise ValueError("alpha must be below power, both in (0, 1), and every one of two or more weights positive")

    @property
    def level(self) -> float:
        """The level of each comparison."""
        return corrections.simultaneous_level(self.alpha, self.comparisons)


def design_of_rate(rate: float, min_lift: float, weights: Mapping[str, float], **terms: Any) -> Design:
    """The design for a share of the visitors, such as those who order: its variance follows from its value."""
    better = min(1.0, rate * (1 + min_lift))
    baseline = Estimate(0, rate, rate * (1 - rate))
    return Design(baseline, min_lift, weights, variant_variance=better * (1 - better), **terms)


def fixed_horizon(design: Design) -> Requirement:
    """What a single look at the end needs."""
    drift = float(special.ndtri(1 - design.level / 2) + special.ndtri(design.power))
    return _requirement(design, _visitors(design, drift))


def sequence(design: Design) -> Requirement:
    """What the confidence sequence needs at most, with a look a day; an effect of this size is often found earlier."""
    looks = crossing.MAX_LOOKS
    for _ in range(4):
        visitors = _visitors(design, crossing.required_drift(looks, design.level, design.power))
        days = _requirement(design, visitors).days
        if days is None or min(days, crossing.MAX_LOOKS) == looks:
            break
        looks = min(days, crossing.MAX_LOOKS)
    return _requirement(design, visitors)


def min_detectable_lift(design: Design, visitors: int, looks: int | None = None) -> float:
    """The least lift that this many visitors find with the design's power; `looks` for the sequence, None for a single look."""
    if looks is None:
        drift = float(special.ndtri(1 - design.level / 2) + special.ndtri(design.power))
    else:
        drift = crossing.required_drift(looks, design.level, design.power)
    return drift * math.sqrt(_error_of_one(design) / visitors) / abs(design.baseline.value)


def _visitors(design: Design, drift: float) -> float:
    """The visitors of all variants with which the lift is this many standard errors."""
    return drift**2 * _error_of_one(design) / (design.min_lift * design.baseline.value) ** 2


def _error_of_one(design: Design) -> float:
    """The squared standard error of the difference, times the visitors of all variants: that of the smallest variant."""
    control, *others = design.weights.values()
    total = sum(design.weights.values())
    variance = design.baseline.variance if design.variant_variance is None else design.variant_variance
    return design.baseline.variance * total / control + variance * total / min(others)


def _requirement(design: Design, visitors: float) -> Requirement:
    total = sum(design.weights.values())
    by_variant = {name: math.ceil(visitors * weight / total) for name, weight in design.weights.items()}
    size = sum(by_variant.values())
    return Requirement(size, math.ceil(size / design.visitors_a_day) if design.visitors_a_day else None, by_variant)
