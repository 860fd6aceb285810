"""The lift of every variant in every metric, with both kinds of intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.experiments.charts import figure
from apps.experiments.charts.figure import Figure, Scale
from apps.experiments.statistics.analysis import Comparison
from apps.experiments.statistics.intervals import UNBOUNDED, Interval
from apps.experiments.statistics.plans import Plan, Role

LEFT, RIGHT, ROW, TOP = 210, 90, 44, 50

LEGEND = "Wide: valid every day. Narrow: valid for a single look. Dashed: the least lift, or the margin."


@dataclass(frozen=True)
class Row:
    """A lift as a share, positive if better; `limit` is the least lift of a goal, or minus the margin of a guardrail."""

    label: str
    lift: float | None
    sequence: Interval = UNBOUNDED
    fixed: Interval = UNBOUNDED
    limit: float | None = None


def row_of(plan: Plan, comparison: Comparison) -> Row:
    """The row of a comparison."""
    metric = comparison.metric
    limits = {Role.GOAL: plan.min_lift} | ({} if metric.is_margin_absolute else {Role.GUARDRAIL: -metric.margin})
    label = f"{comparison.variant}: {metric.name}"
    intervals = (comparison.lift_interval, comparison.fixed_lift_interval)
    return Row(label, comparison.lift, *intervals, limits.get(metric.role))


def draw(title: str, rows: Sequence[Row]) -> Figure:
    """A line for each row: thick where every look counts, thin for a single look, a dot for the lift, a mark for the limit."""
    columns = ("Metric", "Lift", "From", "To", "From, one look", "To, one look", "Limit")
    cells = [
        (
            row.label,
            *(figure.share(value) for value in _values(row)),
            "" if row.limit is None else figure.share(row.limit),
        )
        for row in rows
    ]
    table = figure.table(title, columns, cells)
    height = TOP + ROW * max(1, len(rows)) + 30
    if not rows:
        return Figure(figure.svg(title, "No metrics.", height, [figure.text(LEFT, TOP, "No metrics.")]), table)
    known = [value for row in rows for value in (*_values(row)[:3], row.limit) if value is not None]
    across = figure.scale([0.0, *known], LEFT, figure.WIDTH - RIGHT)
    parts = _axis(across, height)
    for place, row in enumerate(rows):
        parts += _row(row, across, TOP + ROW * place + ROW / 2)
    described = "; ".join(f"{cell[0]}: {cell[1]}, from {cell[2]} to {cell[3]}" for cell in cells)
    return Figure(figure.svg(title, described, height, parts), table)


def _values(row: Row) -> tuple[float | None, ...]:
    return (row.lift, row.sequence.lower, row.sequence.upper, row.fixed.lower, row.fixed.upper)


def _axis(across: Scale, height: int) -> list[str]:
    parts = [figure.text(8, 16, LEGEND)]
    for value in across.ticks():
        style = "zero" if value == 0 else "grid"
        parts.append(figure.line(style, [(across(value), TOP - 10), (across(value), height - 26)]))
        parts.append(figure.text(across(value), height - 8, figure.tick(value), "middle"))
    return parts


def _row(row: Row, across: Scale, y: float) -> list[str]:
    parts = [figure.text(LEFT - 12, y + 4, _short(row.label), "end")]
    if row.limit is not None:
        parts.append(figure.line("limit", [(across(row.limit), y - 15), (across(row.limit), y + 15)]))
    if row.lift is None:
        return [*parts, figure.text(across(0) + 8, y + 4, "not known yet")]
    for style, interval in (("every-look", row.sequence), ("one-look", row.fixed)):
        parts.append(figure.line(style, [(across(interval.lower), y), (across(interval.upper), y)]))
    parts.append(f'<circle class="lift" cx="{across(row.lift):.1f}" cy="{y:.1f}" r="5"/>')
    parts.append(figure.text(figure.WIDTH - RIGHT + 12, y + 4, figure.share(row.lift), style="label value"))
    return parts


def _short(label: str, length: int = 28) -> str:
    return label if len(label) <= length else f"{label[: length - 1]}…"
