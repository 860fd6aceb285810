"""The page of a flag's results: the verdict, charts with tables, checks, and a file of all figures."""

import csv
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.http import HttpResponse
from django.utils.safestring import SafeString, mark_safe

from apps.experiments.admin import health
from apps.experiments.charts import exposures as exposures_chart
from apps.experiments.charts.figure import Figure, share
from idl import experiments
from thriftshop import money

# numpy and scipy are loaded by the first page that needs them.
if TYPE_CHECKING:
    from apps.experiments.service.results import Results
    from apps.experiments.statistics.analysis import Comparison

LOOKS = {"ship": "", "keep": "quiet", "not yet": "warn", "do not trust": "bad"}
HEADER = (
    "Metric", "Purpose", "Variant", "Visitors or operations", "Value", "Control", "Difference", "Lift",
    "Lift from", "Lift to", "Lift from (one look)", "Lift to (one look)", "p", "p (one look)", "Result",
)  # fmt: skip


class Drawing(NamedTuple):
    """A chart and its table, which are safe, and its name."""

    name: str
    figure: SafeString
    table: SafeString


class Row(NamedTuple):
    """A variant in a metric, as text; `look` is the badge's."""

    metric: str
    variant: str
    control: str
    value: str
    difference: str
    interval: str
    lift: str
    p_value: str
    result: str
    look: str


def content(flag: experiments.Flag) -> dict[str, Any]:
    """What the page shows; without results for a flag that compares nothing yet."""
    from apps.experiments.service import results

    found = results.of(flag)
    return {"results": None} if found is None else {"is_planned": flag.plan is not None} | _content(flag, found)


def _content(flag: experiments.Flag, found: "Results") -> dict[str, Any]:
    from apps.experiments.statistics import sentences
    from apps.experiments.statistics.plans import Role

    verdict, split = found.verdict, found.readings.split
    return {
        "results": found,
        "headline": sentences.headline(verdict),
        "look": LOOKS[verdict.decision.value],
        "reasons": [sentences.sentence(reason) for reason in verdict.reasons],
        "shippable": [variant.key for variant in flag.variants if variant.key in found.plan.weights],
        "proposed": verdict.variant or flag.default_variant,
        "charts": _charts(found),
        "tables": [
            (title, [_row(found, comparison) for comparison in found.of_role(role)])
            for title, role in (
                ("Goal", Role.GOAL),
                ("Guardrails", Role.GUARDRAIL),
                ("Other metrics", Role.SECONDARY),
            )
        ],
        "checks": health.checks(split, has_visitors=found.readings.visitors > 0),
        "goal": found.goal,
        "cards": [
            ("Visitors", f"{found.readings.visitors:,}"),
            ("Planned visitors", f"{found.plan.visitors:,}"),
            ("Days", f"{found.readings.days:.1f}"),
            ("Worth shipping from", f"{100 * found.plan.min_lift:g} %"),
        ],
    }


def _charts(found: "Results") -> list[Drawing]:
    from apps.experiments.charts import effects, narrowing

    rows = [effects.row_of(found.plan, comparison) for comparison in found.comparisons if comparison.lift is not None]
    drawings = [
        _drawn("Visitors who saw each variant", exposures_chart.draw("Visitors", found.days, found.exposures)),
        _drawn("Lift of each variant in each metric", effects.draw("Lift", rows)),
    ]
    goal = found.comparisons[0]
    unit = narrowing.Unit("Difference", lambda value: _signed(goal, value), lambda value: _signed(goal, value))
    for variant, looks in found.looks.items():
        name = f"{variant}: difference in {found.goal}, day by day"
        drawings.append(_drawn(name, narrowing.draw(name, looks, unit=unit)))
    return drawings


def _drawn(name: str, figure: Figure) -> Drawing:
    # The charts escape all texts.
    return Drawing(name, mark_safe(figure.svg), mark_safe(figure.table))  # noqa: S308


def _row(found: "Results", comparison: "Comparison") -> Row:
    effect, interval = comparison.effect, comparison.sequence.difference
    result, look = _result(found, comparison)
    return Row(
        comparison.metric.name,
        comparison.variant,
        _value(comparison, effect.control.value),
        _value(comparison, effect.variant.value),
        _signed(comparison, effect.difference),
        f"{_signed(comparison, interval.lower)} to {_signed(comparison, interval.upper)}"
        if math.isfinite(interval.width)
        else "unknown",
        share(comparison.lift),
        "< 0.0001" if comparison.sequence.adjusted_p_value < 0.0001 else f"{comparison.sequence.adjusted_p_value:.4f}",
        result,
        look,
    )


def _value(comparison: "Comparison", value: float) -> str:
    """A value of a metric for people."""
    from apps.experiments.service import plans

    name = comparison.metric.name
    if math.isnan(value):
        return "-"
    if name in plans.AMOUNTS:
        return money.format_amount(round(value), settings.CURRENCIES[0])
    if name in plans.SHARES:
        return f"{100 * value:.2f} %"
    return f"{value / 10:.1f} ms" if name == plans.DURATION.name else f"{value:.3f}"


def _signed(comparison: "Comparison", value: float | None) -> str:
    """A difference of a metric for people; the sign is that of what is shown, so that nothing is -0."""
    if value is None or not math.isfinite(value):
        return "unknown"
    shown = _value(comparison, abs(value))
    return f"{'-' if value < 0 else '+'}{shown}" if any(digit in shown for digit in "123456789") else shown


def _result(found: "Results", comparison: "Comparison") -> tuple[str, str]:
    """What is known of a variant in a metric, in a word, and the look of its badge."""
    from apps.experiments.statistics.plans import Role

    if comparison.metric.role is Role.GUARDRAIL:
        known, margin = comparison.margin_interval, comparison.metric.margin
        if known.lower > -margin:
            return "No harm", ""
        return ("Harm", "bad") if known.upper < -margin else ("Not known yet", "quiet")
    if comparison.sequence.adjusted_p_value <= found.plan.alpha:
        return ("Better", "") if comparison.improvement > 0 else ("Worse", "bad")
    return "No difference yet", "quiet"


def as_file(flag: experiments.Flag) -> HttpResponse | None:
    """All figures as CSV, unrounded, with amounts in minor units; None without results."""
    from apps.experiments.service import results

    found = results.of(flag)
    if found is None:
        return None
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{flag.key}-results.csv"'
    csv.writer(response).writerows(_lines(found))
    return response


def _lines(found: "Results") -> Iterator[list[Any]]:
    yield list(HEADER)
    for comparison in found.comparisons:
        effect, sequence, fixed = comparison.effect, comparison.lift_interval, comparison.fixed_lift_interval
        yield [
            comparison.metric.name,
            comparison.metric.role.value,
            comparison.variant,
            effect.variant.count,
            *map(_cell, (effect.variant.value, effect.control.value, effect.difference, comparison.lift)),
            *map(_cell, (sequence.lower, sequence.upper, fixed.lower, fixed.upper)),
            *map(_cell, (comparison.sequence.adjusted_p_value, comparison.fixed.adjusted_p_value)),
            _result(found, comparison)[0],
        ]
    yield from ([], ["Day", *(f"New visitors of {variant}" for variant in found.exposures)])
    for place, day in enumerate(found.days):
        yield [day.isoformat(), *(counts[place] for counts in found.exposures.values())]


def _cell(value: float | None) -> Any:
    """A number; empty where it is not known."""
    return "" if value is None or not math.isfinite(value) else value
