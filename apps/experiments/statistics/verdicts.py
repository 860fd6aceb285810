"""The verdict: ship a variant, keep the control, wait, or do not trust the data; with its reasons as data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from apps.experiments.statistics import analysis, forecasts, splits
from apps.experiments.statistics.analysis import Comparison
from apps.experiments.statistics.forecasts import Readings
from apps.experiments.statistics.plans import Plan, Role


class Decision(Enum):
    """What to do."""

    SHIP = "ship"
    KEEP = "keep"
    NOT_YET = "not yet"
    DO_NOT_TRUST = "do not trust"


class Cause(Enum):
    """The kinds of reasons."""

    SPLIT_IS_OFF = "split_is_off"
    VISITORS_IN_TWO_VARIANTS = "visitors_in_two_variants"
    TOO_FEW_VISITORS = "too_few_visitors"
    GOAL_BETTER = "goal_better"
    GOAL_WORSE = "goal_worse"
    GUARDRAIL_SAFE = "guardrail_safe"
    GUARDRAIL_HARMED = "guardrail_harmed"
    GUARDRAIL_UNDECIDED = "guardrail_undecided"
    NO_WORTHWHILE_LIFT = "no_worthwhile_lift"
    NO_DIFFERENCE_YET = "no_difference_yet"
    PLANNED_SIZE_REACHED = "planned_size_reached"
    LESS_THAN_MIN_DAYS = "less_than_min_days"
    BEST_OF_SEVERAL = "best_of_several"


@dataclass(frozen=True)
class Reason:
    """One reason: its kind, what it is about, and its figures."""

    cause: Cause
    variant: str | None = None
    metric: str | None = None
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The decision. `variant` is what to ship or keep; `days` is about how many more are needed, if that can be said."""

    decision: Decision
    variant: str | None
    days: int | None
    reasons: tuple[Reason, ...]


class State(Enum):
    """How far a variant is."""

    WINS = "wins"
    LEADS = "leads"  # better, but a guardrail is undecided
    LOSES = "loses"
    OPEN = "open"


@dataclass(frozen=True)
class Standing:
    """A variant's state, with its reasons and its improvement of the first goal."""

    variant: str
    state: State
    reasons: tuple[Reason, ...]
    improvement: float


def reach(plan: Plan, readings: Readings, comparisons: Sequence[Comparison] | None = None) -> Verdict:
    """The verdict at this look."""
    distrust = _distrust(readings.split)
    if distrust:
        return Verdict(Decision.DO_NOT_TRUST, None, None, distrust)
    comparisons = analysis.compare(plan, readings.moments) if comparisons is None else comparisons
    standings = [_standing(plan, readings, comparisons, treatment) for treatment in plan.treatments]
    days = forecasts.days_left(plan, readings, comparisons)
    if all(standing.state is State.LOSES for standing in standings):
        return Verdict(Decision.KEEP, plan.control, None, _reasons(standings))
    winners = [standing for standing in standings if standing.state is State.WINS]
    if winners:
        return _ship(plan, readings, winners)
    planned = Reason(Cause.PLANNED_SIZE_REACHED, figures={"visitors": readings.visitors, "planned": plan.visitors})
    may_lead = any(standing.state is State.LEADS for standing in standings) and days is not None
    if readings.visitors >= plan.visitors and readings.days >= plan.min_days and not may_lead:
        return Verdict(Decision.KEEP, plan.control, None, (planned, *_reasons(standings)))
    return Verdict(Decision.NOT_YET, None, days, _reasons(standings))


def _distrust(split: splits.Split) -> tuple[Reason, ...]:
    reasons = []
    if split.is_mismatch:
        figures = {"p_value": split.p_value, "sequential_p_value": split.sequential_p_value}
        reasons.append(Reason(Cause.SPLIT_IS_OFF, figures=figures))
    if split.is_mixed:
        figures = {"visitors": split.multiple, "share": split.multiple_share}
        reasons.append(Reason(Cause.VISITORS_IN_TWO_VARIANTS, figures=figures))
    return tuple(reasons)


def _ship(plan: Plan, readings: Readings, winners: Sequence[Standing]) -> Verdict:
    best = max(winners, key=lambda standing: standing.improvement)
    reasons = best.reasons
    if len(winners) > 1:
        reasons = (*reasons, Reason(Cause.BEST_OF_SEVERAL, best.variant, figures={"variants": len(winners)}))
    if readings.days < plan.min_days:
        left = math.ceil(plan.min_days - readings.days)
        early = Reason(Cause.LESS_THAN_MIN_DAYS, best.variant, figures={"days": readings.days, "min": plan.min_days})
        return Verdict(Decision.NOT_YET, None, left, (early, *reasons))
    return Verdict(Decision.SHIP, best.variant, None, reasons)


def _reasons(standings: Sequence[Standing]) -> tuple[Reason, ...]:
    return tuple(reason for standing in standings for reason in standing.reasons)


def _standing(plan: Plan, readings: Readings, comparisons: Sequence[Comparison], treatment: str) -> Standing:
    own = [comparison for comparison in comparisons if comparison.variant == treatment]
    goals = [comparison for comparison in own if comparison.metric.role is Role.GOAL]
    guardrails = [comparison for comparison in own if comparison.metric.role is Role.GUARDRAIL]
    improvement = goals[0].improvement if goals else 0.0
    counts = [readings.moments[name].count if name in readings.moments else 0 for name in (plan.control, treatment)]
    if min(counts) < plan.min_visitors:
        few = Reason(Cause.TOO_FEW_VISITORS, treatment, figures={"visitors": min(counts), "min": plan.min_visitors})
        return Standing(treatment, State.OPEN, (few,), improvement)
    reasons = tuple(
        [_goal(plan, goal) for goal in goals] + [_guardrail(plan, readings, guardrail) for guardrail in guardrails]
    )
    return Standing(treatment, _state([reason.cause for reason in reasons]), reasons, improvement)


def _state(causes: Sequence[Cause]) -> State:
    if Cause.GUARDRAIL_HARMED in causes or Cause.GOAL_WORSE in causes:
        return State.LOSES
    if Cause.GOAL_BETTER in causes:
        return State.LEADS if Cause.GUARDRAIL_UNDECIDED in causes else State.WINS
    is_hopeless = Cause.NO_WORTHWHILE_LIFT in causes and Cause.NO_DIFFERENCE_YET not in causes
    return State.LOSES if is_hopeless else State.OPEN


def _goal(plan: Plan, goal: Comparison) -> Reason:
    lift = goal.lift_interval
    figures = {
        "difference": goal.effect.difference,
        "p_value": goal.sequence.adjusted_p_value,
        "lower": lift.lower,
        "upper": lift.upper,
        "min_lift": plan.min_lift,
    } | ({} if goal.lift is None else {"lift": goal.lift})
    cause = Cause.NO_DIFFERENCE_YET
    if goal.sequence.adjusted_p_value <= plan.alpha:
        cause = Cause.GOAL_BETTER if goal.improvement > 0 else Cause.GOAL_WORSE
    elif lift.upper < plan.min_lift:
        cause = Cause.NO_WORTHWHILE_LIFT
    if cause in (Cause.GOAL_BETTER, Cause.GOAL_WORSE) and 0 in lift:
        # The control is too little known for a lift, but the difference is certain.
        figures |= _difference(goal)
    return Reason(cause, goal.variant, goal.metric.name, figures)


def _difference(goal: Comparison) -> dict[str, float]:
    known = goal.sequence.difference
    return {"difference_lower": known.lower, "difference_upper": known.upper}


def _guardrail(plan: Plan, readings: Readings, guardrail: Comparison) -> Reason:
    known, margin = guardrail.margin_interval, guardrail.metric.margin
    name = "absolute_margin" if guardrail.metric.is_margin_absolute else "margin"
    figures = {"lower": known.lower, "upper": known.upper, name: margin}
    cause = Cause.GUARDRAIL_UNDECIDED
    if known.lower > -margin or _is_identical(plan, readings, guardrail):
        cause = Cause.GUARDRAIL_SAFE
    elif known.upper < -margin:
        cause = Cause.GUARDRAIL_HARMED
    return Reason(cause, guardrail.variant, guardrail.metric.name, figures)


def _is_identical(plan: Plan, readings: Readings, guardrail: Comparison) -> bool:
    """Whether every visitor of both variants has the same value, such as no errors, up to the planned size."""
    is_same = guardrail.effect.problem is not None and guardrail.effect.difference == 0
    return is_same and readings.visitors >= plan.visitors
