"""The comparisons of an experiment: every variant with the control, in every metric, with both kinds of intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from apps.experiments.statistics import corrections
from apps.experiments.statistics.effects import Effect, effect
from apps.experiments.statistics.intervals import UNBOUNDED, ConfidenceSequence, FixedHorizon, Interval, Kind
from apps.experiments.statistics.moments import Moments
from apps.experiments.statistics.plans import Metric, Plan, Role


@dataclass(frozen=True)
class Inference:
    """What an effect's data say: its intervals (simultaneous within the family), its p-value alone and corrected by Holm."""

    difference: Interval = UNBOUNDED
    relative: Interval = UNBOUNDED
    p_value: float = 1.0
    adjusted_p_value: float = 1.0


@dataclass(frozen=True)
class Comparison:
    """A variant and the control in one metric."""

    variant: str
    metric: Metric
    effect: Effect
    # For one look at a time fixed in advance.
    fixed: Inference
    # Valid at every look.
    sequence: Inference

    @property
    def lift(self) -> float | None:
        """The relative difference, positive if better."""
        relative = self.effect.relative
        return None if relative is None else self.metric.sign * relative

    @property
    def lift_interval(self) -> Interval:
        """The relative interval of the sequence, turned so that greater is better."""
        return self._turned(self.sequence.relative)

    @property
    def fixed_lift_interval(self) -> Interval:
        """The relative interval of the fixed horizon, turned so that greater is better."""
        return self._turned(self.fixed.relative)

    @property
    def improvement(self) -> float:
        """The difference, positive if better."""
        return self.metric.sign * self.effect.difference

    @property
    def margin_interval(self) -> Interval:
        """What a guardrail's margin is compared with, turned so that greater is better."""
        if self.metric.is_margin_absolute:
            return self._turned(self.sequence.difference)
        return self.lift_interval

    @property
    def margin_z(self) -> float | None:
        """By how many standard errors the guardrail is better than its margin."""
        return margin_z(self.metric, self.effect)

    def _turned(self, interval: Interval) -> Interval:
        return interval if self.metric.sign > 0 else interval.negated()


def compare(
    plan: Plan, moments: Mapping[str, Moments], other: Mapping[str, Moments] | None = None
) -> tuple[Comparison, ...]:
    """All comparisons: goals, guardrails, then the other metrics. Missing variants count as empty.

    `other` has the columns of metrics that were measured of other units, such as operations.
    """
    sources = [_filled(plan, moments), *([_filled(plan, other)] if other else [])]
    return tuple(
        comparison
        for role, infer in ((Role.GOAL, _two_sided), (Role.GUARDRAIL, _guardrail), (Role.SECONDARY, _two_sided))
        for comparison in _family(plan, sources, plan.of_role(role), infer)
    )


def _filled(plan: Plan, moments: Mapping[str, Moments]) -> dict[str, Moments]:
    columns = next(iter(moments.values()), Moments.empty(plan.columns)).columns
    return {name: moments.get(name, Moments.empty(columns)) for name in plan.weights}


Infer = Callable[[Plan, Metric, Effect, Kind], Inference]


def _family(
    plan: Plan, sources: Sequence[Mapping[str, Moments]], metrics: Sequence[Metric], infer: Infer
) -> Sequence[Comparison]:
    """The comparisons in some metrics, which share alpha."""
    found = []
    for metric in metrics:
        moments = next((each for each in sources if metric.numerator in each[plan.control].columns), sources[0])
        for treatment in plan.treatments:
            observed = effect(moments[plan.control], moments[treatment], metric)
            found.append(_comparison(plan, treatment, metric, observed, infer))
    return found if infer is _guardrail else _adjusted(found)


def _comparison(plan: Plan, treatment: str, metric: Metric, observed: Effect, infer: Infer) -> Comparison:
    fixed, sequence = Inference(), Inference()
    if not observed.problem:
        fixed = infer(plan, metric, observed, FixedHorizon(observed.freedom))
    if not observed.problem and min(observed.control.count, observed.variant.count) >= plan.min_visitors:
        kind = ConfidenceSequence(observed.visitors, plan.planned_pair(treatment))
        sequence = infer(plan, metric, observed, kind)
    return Comparison(treatment, metric, observed, fixed, sequence)


def _two_sided(plan: Plan, metric: Metric, observed: Effect, kind: Kind) -> Inference:
    """Intervals that hold for all variants and metrics of the family at once."""
    level = plan.level(metric)
    bound = kind.bound(level)
    return _inference(observed, bound, bound, kind.p_value(observed.difference / observed.standard_error, level))


def _guardrail(plan: Plan, metric: Metric, observed: Effect, kind: Kind) -> Inference:
    """Two one-sided bounds, and the p-value of being worse by the margin or more.

    The bound on harm needs no correction over metrics, because shipping needs all of them to hold. The other one does: it
    proves harm, which any one of them may show.
    """
    level = plan.level(metric)
    towards_harm = kind.bound_one_sided(level)
    guardrails = len(plan.of_role(Role.GUARDRAIL))
    towards_benefit = kind.bound_one_sided(corrections.simultaneous_level(level, guardrails))
    z = margin_z(metric, observed)
    p_value = 1.0 if z is None else kind.p_value_one_sided(z, level)
    below, above = (towards_harm, towards_benefit)[:: metric.sign]
    return _inference(observed, below, above, p_value)


def margin_z(metric: Metric, observed: Effect) -> float | None:
    """By how many standard errors an effect is better than the margin of its guardrail; None if that is unknown."""
    if observed.problem:
        return None
    if metric.is_margin_absolute:
        return (metric.sign * observed.difference + metric.margin) / observed.standard_error
    if observed.relative is None:
        return None
    return (metric.sign * observed.relative + metric.margin) / observed.relative_error


def _inference(observed: Effect, below: float, above: float, p_value: float) -> Inference:
    relative = UNBOUNDED
    if observed.relative is not None:
        relative = _around(observed.relative, observed.relative_error, below, above)
    return Inference(_around(observed.difference, observed.standard_error, below, above), relative, p_value, p_value)


def _around(value: float, error: float, below: float, above: float) -> Interval:
    return Interval(value - below * error, value + above * error)


def _adjusted(comparisons: Sequence[Comparison]) -> list[Comparison]:
    fixed = corrections.holm([comparison.fixed.p_value for comparison in comparisons])
    sequence = corrections.holm([comparison.sequence.p_value for comparison in comparisons])
    return [
        replace(
            comparison,
            fixed=replace(comparison.fixed, adjusted_p_value=fixed[place]),
            sequence=replace(comparison.sequence, adjusted_p_value=sequence[place]),
        )
        for place, comparison in enumerate(comparisons)
    ]
