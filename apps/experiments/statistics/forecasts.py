"""The days until an experiment can be decided."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from apps.experiments.statistics import intervals, splits
from apps.experiments.statistics.analysis import Comparison
from apps.experiments.statistics.moments import Moments
from apps.experiments.statistics.plans import Plan, Role

MAX_DAYS = 3_650


@dataclass(frozen=True)
class Readings:
    """What is known of an experiment at a look."""

    moments: Mapping[str, Moments]
    split: splits.Split
    # Since the first exposure.
    days: float

    @property
    def visitors(self) -> int:
        """The visitors of all variants."""
        return sum(part.count for part in self.moments.values())


def days_left(plan: Plan, readings: Readings, comparisons: Sequence[Comparison]) -> int | None:
    """Until the planned size is reached, or earlier if the differences stay as they are."""
    if readings.days <= 0 or not readings.visitors:
        return None
    daily = readings.visitors / readings.days
    planned = (plan.visitors - readings.visitors) / daily
    candidates = [_days_if_unchanged(plan, readings, comparisons, name, daily) for name in plan.treatments]
    days = [each for each in (planned, *candidates) if each is not None and each > 0]
    first = plan.min_days - readings.days
    return max(1, math.ceil(max(min(days), first))) if days else None


def _days_if_unchanged(
    plan: Plan, readings: Readings, comparisons: Sequence[Comparison], treatment: str, daily: float
) -> float | None:
    """The days until one goal of the variant is better and its guardrails are safe, if each difference stays as it is."""
    own = [comparison for comparison in comparisons if comparison.variant == treatment]
    goals = [_days_to(plan, readings, each, daily) for each in own if each.metric.role is Role.GOAL]
    guardrails = [_days_to(plan, readings, each, daily) for each in own if each.metric.role is Role.GUARDRAIL]
    reachable = [days for days in goals if days is not None]
    if not reachable or any(days is None for days in guardrails):
        return None
    return max(min(reachable), *(days for days in guardrails if days is not None), 0.0)


def _days_to(plan: Plan, readings: Readings, comparison: Comparison, daily: float) -> float | None:
    """The days until the sequence shows what is needed of one comparison."""
    observed, metric = comparison.effect, comparison.metric
    is_guardrail = metric.role is Role.GUARDRAIL
    z = comparison.margin_z
    if not is_guardrail:
        z = None if observed.problem else comparison.improvement / observed.standard_error
    if z is None or z <= 0:
        return None
    level, least = plan.level(metric), z

    def is_shown(days: float) -> bool:
        growth = 1 + days * daily / readings.visitors
        kind = intervals.ConfidenceSequence(observed.visitors * growth, plan.planned_pair(comparison.variant))
        bound = kind.bound_one_sided(level) if is_guardrail else kind.bound(level)
        return least * math.sqrt(growth) > bound

    return _first_day(is_shown)


def _first_day(is_shown: Callable[[float], bool]) -> float | None:
    if is_shown(0):
        return 0.0
    if not is_shown(MAX_DAYS):
        return None
    low, high = 0, MAX_DAYS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_shown(middle) else (middle, high)
    return float(high)
