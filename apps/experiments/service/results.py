"""The results of a flag: what its variants led to, whether they can be trusted, and the verdict. Loads numpy and scipy."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.experiments.charts.narrowing import Look
from apps.experiments.domain import operations, outcomes
from apps.experiments.models import DailySums, Exposure, OperationDay, Unsettled
from apps.experiments.service import plans, schedules
from apps.experiments.statistics import analysis, splits, verdicts
from apps.experiments.statistics.analysis import Comparison
from apps.experiments.statistics.forecasts import Readings
from apps.experiments.statistics.moments import Moments
from apps.experiments.statistics.plans import Plan, Role
from apps.experiments.statistics.verdicts import Verdict
from idl import experiments
from thriftshop import clock

DAY_MS = 86_400_000
MAX_LOOKS = 40
Sums = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """All that a page about the results shows; `looks` are those at the goal, by variant."""

    plan: Plan
    days: Sequence[dt.date]
    exposures: Mapping[str, Sequence[int]]
    readings: Readings
    comparisons: Sequence[Comparison]
    verdict: Verdict
    looks: Mapping[str, Sequence[Look]]
    has_operations: bool
    is_settled: bool

    @property
    def goal(self) -> str:
        """The name of the metric that decides."""
        return self.plan.of_role(Role.GOAL)[0].name

    def of_role(self, role: Role) -> list[Comparison]:
        """The comparisons in the metrics of a role."""
        return [comparison for comparison in self.comparisons if comparison.metric.role is role]


@dataclass(frozen=True, slots=True)
class _Day:
    """What a day added: by period and variant."""

    day: str
    sums: Mapping[tuple[int, str], Sums]


def of(flag: experiments.Flag) -> Results | None:
    """The results of a flag as of now; None for one that has a single variant or was never started."""
    history = schedules.of(flag.key)
    weights = plans.weights_of(flag, [dict(each) for _, each in history.periods])
    if len(weights) < 2 or not history.periods:
        return None
    days = _days(flag.key)
    measured = _operations(flag.key)
    has_operations = all(measured.get(variant) for variant in weights)
    plan = plans.plan_of(flag, weights, has_operations=has_operations)
    totals = _totals(days)
    readings = Readings(
        {variant: _moments(totals.get(variant, outcomes.NOTHING)) for variant in weights},
        splits.check(_periods(days, history), totals.get(outcomes.SEVERAL, outcomes.NOTHING)[0]),
        _length(flag.key, history),
    )
    found = {variant: _operation_moments(sums) for variant, sums in measured.items() if variant in weights}
    comparisons = analysis.compare(plan, readings.moments, found)
    dates = _dates(days)
    return Results(
        plan,
        dates,
        {variant: _exposures(days, dates, variant) for variant in weights},
        readings,
        comparisons,
        verdicts.reach(plan, readings, comparisons),
        _looks(plan, days),
        has_operations,
        not Unsettled.objects.exists(),
    )


def _days(flag: str) -> list[_Day]:
    """What each day added, in order."""
    found: dict[str, dict[tuple[int, str], Sums]] = defaultdict(dict)
    for day, period, variant, sums in DailySums.objects.filter(flag=flag).values_list(
        "day", "period", "variant", "sums"
    ):
        found[day][period, variant] = tuple(json.loads(sums))
    return [_Day(day, found[day]) for day in sorted(found)]


def _operations(flag: str) -> dict[str, Sums]:
    """The sums of operations by variant."""
    found: dict[str, Sums] = {}
    for variant, text in OperationDay.objects.filter(flag=flag).values_list("variant", "sums"):
        sums = tuple(json.loads(text))
        found[variant] = outcomes.add(found[variant], sums) if variant in found else sums
    return found


def _totals(days: Iterable[_Day]) -> dict[str, Sums]:
    """The sums of each variant over days."""
    totals: dict[str, Sums] = {}
    for day in days:
        for (_, variant), sums in day.sums.items():
            totals[variant] = outcomes.add(totals.get(variant, outcomes.NOTHING), sums)
    return totals


def _moments(sums: Sums, columns: Sequence[str] = outcomes.COLUMNS) -> Moments:
    return _moments_of(sums, outcomes.COLUMNS, outcomes.PAIRS, columns)


def _operation_moments(sums: Sums) -> Moments:
    return _moments_of(sums, operations.COLUMNS, operations.PAIRS, operations.COLUMNS)


def _moments_of(sums: Sums, columns: Sequence[str], pairs: Sequence[tuple[str, str]], wanted: Sequence[str]) -> Moments:
    count, own, products = sums[0], sums[1 : 1 + len(columns)], sums[1 + len(columns) :]
    named = dict(zip(columns, own, strict=True))
    return Moments.of_sums(count, {name: named[name] for name in wanted}, dict(zip(pairs, products, strict=True)))


def _periods(days: Iterable[_Day], history: schedules.History) -> list[splits.Period]:
    """The visitors of each variant while the weights were the same."""
    visitors: dict[int, dict[str, int]] = defaultdict(dict)
    for day in days:
        for (period, variant), sums in day.sums.items():
            if variant != outcomes.SEVERAL:
                visitors[period][variant] = visitors[period].get(variant, 0) + sums[0]
    return [splits.Period(visitors[number], weights) for number, (_, weights) in enumerate(history.periods)]


def _length(flag: str, history: schedules.History) -> float:
    """The days since the first exposure, until now or the last stop."""
    first = Exposure.objects.filter(flag=flag).order_by("at").values_list("at", flat=True).first()
    until = history.runs[-1][1] if history.runs else None
    last = clock.now() if until is None else until
    return 0.0 if first is None else max(0.0, (last - first) / DAY_MS)


def _dates(days: Sequence[_Day]) -> list[dt.date]:
    """All days from the first to the last."""
    if not days:
        return []
    first, last = dt.date.fromisoformat(days[0].day), dt.date.fromisoformat(days[-1].day)
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def _exposures(days: Iterable[_Day], dates: Sequence[dt.date], variant: str) -> list[int]:
    counts: dict[str, int] = defaultdict(int)
    for day in days:
        counts[day.day] += sum(sums[0] for (_, other), sums in day.sums.items() if other == variant)
    return [counts[date.isoformat()] for date in dates]


def _looks(plan: Plan, days: Sequence[_Day]) -> dict[str, list[Look]]:
    """The difference in the goal as known at the end of days, by variant; of a long experiment not of every day.

    Differences, because lifts are unknown while few of the control's visitors order something.
    """
    goal = plan.of_role(Role.GOAL)[0]
    only = Plan(plan.weights, (goal,), plan.visitors, plan.alpha, plan.power, plan.min_lift)
    step = -(-len(days) // MAX_LOOKS)
    shown = {len(days) - 1 - number * step for number in range(MAX_LOOKS)} if days else set()
    looks: dict[str, list[Look]] = {treatment: [] for treatment in plan.treatments}
    totals: dict[str, Sums] = {}
    for place, day in enumerate(days):
        for variant, sums in _totals([day]).items():
            totals[variant] = outcomes.add(totals.get(variant, outcomes.NOTHING), sums)
        if place in shown:
            moments = {name: _moments(totals.get(name, outcomes.NOTHING), only.columns) for name in plan.weights}
            for comparison in analysis.compare(only, moments):
                date = dt.date.fromisoformat(day.day)
                known, effect = comparison.sequence.difference, comparison.effect
                looks[comparison.variant].append(Look(date, None if effect.problem else effect.difference, known))
    return looks
