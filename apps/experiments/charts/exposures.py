"""How many visitors each variant has seen, day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import accumulate

from apps.experiments.charts import figure
from apps.experiments.charts.figure import Figure, Scale

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 260, 70, 130, 20, 220


def draw(title: str, days: Sequence[dt.date], visitors: Mapping[str, Sequence[int]]) -> Figure:
    """New visitors of each variant on each day, drawn as totals since the start."""
    totals = {name: list(accumulate(counts)) for name, counts in visitors.items()}
    rows = [(day.isoformat(), *(f"{counts[place]:,}" for counts in totals.values())) for place, day in enumerate(days)]
    table = figure.table(f"{title}: visitors since the start", ("Day", *totals), rows)
    if not days or not totals:
        return Figure(figure.svg(title, "No visitors yet.", 60, [figure.text(LEFT, 35, "No visitors yet.")]), table)
    across = Scale(0, max(1, len(days) - 1), LEFT, figure.WIDTH - RIGHT)
    up = figure.scale([0.0, *(float(counts[-1]) for counts in totals.values())], BOTTOM, TOP)
    parts = [*_axes(days, across, up), *_lines(totals, across, up)]
    summary = ", ".join(f"{name} {counts[-1]:,}" for name, counts in totals.items())
    return Figure(figure.svg(title, f"Visitors since the start: {summary}.", HEIGHT, parts), table)


def _axes(days: Sequence[dt.date], across: Scale, up: Scale) -> list[str]:
    parts = []
    for value in up.ticks():
        parts.append(figure.line("grid", [(LEFT, up(value)), (figure.WIDTH - RIGHT, up(value))]))
        parts.append(figure.text(LEFT - 8, up(value) + 4, f"{value:,.0f}", "end"))
    step = max(1, -(-len(days) // 6))
    parts += [
        figure.text(across(place), BOTTOM + 20, _day(days[place]), "middle") for place in range(0, len(days), step)
    ]
    return parts


def _lines(totals: Mapping[str, Sequence[int]], across: Scale, up: Scale) -> list[str]:
    parts, heights = [], figure.apart({name: up(counts[-1]) for name, counts in totals.items()})
    for number, (name, counts) in enumerate(totals.items(), start=1):
        # A single day is a short line.
        points = [(across(place), up(count)) for place, count in enumerate(counts)]
        points = points if len(points) > 1 else [points[0], (points[0][0] + 6, points[0][1])]
        parts.append(figure.line(f"line-{number}", points))
        end = figure.WIDTH - RIGHT
        parts.append(figure.line(f"line-{number}", [(end + 6, heights[name]), (end + 26, heights[name])]))
        parts.append(figure.text(end + 32, heights[name] + 4, f"{name}: {counts[-1]:,}"))
    return parts


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b}"
