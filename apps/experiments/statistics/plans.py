"""What is decided before an experiment starts: metrics, levels, the least lift worth having, and the planned size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from apps.experiments.statistics import corrections


class Role(Enum):
    """What a metric is for: to decide, to do no harm, or to be looked at."""

    GOAL = "goal"
    GUARDRAIL = "guardrail"
    SECONDARY = "secondary"


@dataclass(frozen=True)
class Metric:
    """A mean over visitors, or a ratio of two sums, of columns of the moments."""

    name: str
    numerator: str
    denominator: str | None = None
    # Columns known before a visitor's first exposure (CUPED).
    covariates: tuple[str, ...] = ()
    role: Role = Role.GOAL
    lower_is_better: bool = False
    # How much worse a guardrail may become: as a share of the control's value, or, for what is rare, absolutely.
    margin: float = 0.05
    is_margin_absolute: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be computed."""
        if self.margin <= 0:
            raise ValueError(f"the margin of {self.name!r} must be positive, not {self.margin}")
        if len(set(self.covariates)) < len(self.covariates):
            raise ValueError(f"a covariate of {self.name!r} is listed twice: {self.covariates}")

    @property
    def sign(self) -> int:
        """The sign of an improvement."""
        return -1 if self.lower_is_better else 1


@dataclass(frozen=True)
class Plan:
    """The terms of an experiment, fixed before its first visitor."""

    # The control first; visitors are divided in these proportions.
    weights: Mapping[str, float]
    metrics: tuple[Metric, ...]
    # Planned number of visitors in all variants.
    visitors: int
    alpha: float = 0.05
    power: float = 0.8
    # The least relative improvement of a goal that is worth shipping.
    min_lift: float = 0.05
    # Weekdays differ: nothing is shipped before a whole week.
    min_days: int = 7
    # Sequences start at this number of visitors in each of two variants: they rest on means being nearly normal.
    min_visitors: int = 100

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be evaluated."""
        if len(self.weights) < 2 or min(self.weights.values()) <= 0:
            raise ValueError(
                f"an experiment needs two or more variants with positive weights, not {dict(self.weights)}"
            )
        if not 0 < self.alpha < 0.5 or not self.alpha < self.power < 1:
            raise ValueError(f"alpha must be in (0, 0.5) and power in (alpha, 1), not {self.alpha} and {self.power}")
        if self.visitors < 1 or self.min_lift <= 0 or self.min_visitors < 2:
            raise ValueError("visitors and min_lift must be positive, and min_visitors 2 or more")
        names = [metric.name for metric in self.metrics]
        if len(set(names)) < len(names):
            raise ValueError(f"metrics need different names, not {names}")

    @property
    def control(self) -> str:
        """The variant that the others are compared with."""
        return next(iter(self.weights))

    @property
    def treatments(self) -> tuple[str, ...]:
        """The other variants."""
        return tuple(self.weights)[1:]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the metrics need."""
        names = [
            name
            for metric in self.metrics
            for name in (metric.numerator, metric.denominator, *metric.covariates)
            if name is not None
        ]
        return tuple(dict.fromkeys(names))

    def of_role(self, role: Role) -> tuple[Metric, ...]:
        """The metrics for one purpose."""
        return tuple(metric for metric in self.metrics if metric.role is role)

    def level(self, metric: Metric) -> float:
        """The level of each of a metric's intervals, so that those of its family hold at once.

        Guardrails share alpha over variants only: shipping needs all of them to hold.
        """
        metrics = 1 if metric.role is Role.GUARDRAIL else len(self.of_role(metric.role))
        return corrections.simultaneous_level(self.alpha, len(self.treatments) * metrics)

    def planned_pair(self, treatment: str) -> float:
        """The planned number of visitors of the control and one other variant."""
        share = (self.weights[self.control] + self.weights[treatment]) / sum(self.weights.values())
        return self.visitors * share
