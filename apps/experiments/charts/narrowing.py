"""How the interval of one lift became narrower from look to look."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.experiments.charts import figure
from apps.experiments.charts.figure import Figure, Scale
from apps.experiments.statistics.intervals import Interval

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 260, 96, 100, 20, 220
# The first intervals are too wide to be drawn beside the later ones.
MAX_TIMES_LAST = 6.0


@dataclass(frozen=True)
class Look:
    """What was known at the end of a day: the lift, or another difference, positive if better."""

    day: dt.date
    lift: float | None
    interval: Interval


@dataclass(frozen=True)
class Unit:
    """What is drawn: its name, and its values as texts, in general and at an axis."""

    name: str
    text: Callable[[float | None], str]
    tick: Callable[[float], str]


LIFT = Unit("Lift", figure.share, figure.tick)


def draw(title: str, looks: Sequence[Look], limit: float | None = None, unit: Unit = LIFT) -> Figure:
    """The interval as an area, the lift as a line; `limit` is the least lift of a goal, or minus the margin of a guardrail."""
    rows = [
        (look.day.isoformat(), *map(unit.text, (look.lift, look.interval.lower, look.interval.upper))) for look in looks
    ]
    table = figure.table(title, ("Day", unit.name, "From", "To"), rows)
    known = [
        (place, look)
        for place, look in enumerate(looks)
        if look.lift is not None and math.isfinite(look.interval.width)
    ]
    if not known:
        return Figure(
            figure.svg(title, "Nothing is known yet.", 60, [figure.text(LEFT, 35, "Nothing is known yet.")]), table
        )
    across = Scale(0, max(1, len(looks) - 1), LEFT, figure.WIDTH - RIGHT)
    up = figure.scale(_extent([look for _, look in known], limit), BOTTOM, TOP)
    axes, labels = _axes(looks, limit, across, up, unit), _labels(known[-1][1].lift, limit, up, unit)
    parts = [*axes, *_area(known, across, up), *labels]
    last = rows[known[-1][0]]
    return Figure(figure.svg(title, f"On {last[0]}: {last[1]}, from {last[2]} to {last[3]}.", HEIGHT, parts), table)


def _extent(looks: Sequence[Look], limit: float | None) -> list[float]:
    """What the scale must show: the latest interval whole, earlier ones as far as they are not much wider."""
    last = looks[-1].interval
    centre, reach = (last.lower + last.upper) / 2, last.width / 2 * MAX_TIMES_LAST
    ends = [end for look in looks for end in (look.interval.lower, look.interval.upper)]
    near = [min(max(end, centre - reach), centre + reach) for end in ends]
    return [0.0, *near, *([] if limit is None else [limit])]


def _axes(looks: Sequence[Look], limit: float | None, across: Scale, up: Scale, unit: Unit) -> list[str]:
    parts = []
    end = figure.WIDTH - RIGHT
    for value in up.ticks():
        parts.append(figure.line("zero" if value == 0 else "grid", [(LEFT, up(value)), (end, up(value))]))
        parts.append(figure.text(LEFT - 8, up(value) + 4, unit.tick(value), "end"))
    if limit is not None:
        parts.append(figure.line("limit", [(LEFT, up(limit)), (end, up(limit))]))
    step = max(1, -(-len(looks) // 6))
    for place in range(0, len(looks), step):
        day = looks[place].day
        parts.append(figure.text(across(place), BOTTOM + 20, f"{day.day} {day:%b}", "middle"))
    return parts


def _area(known: Sequence[tuple[int, Look]], across: Scale, up: Scale) -> list[str]:
    upper = [(across(place), up(look.interval.upper)) for place, look in known]
    lower = [(across(place), up(look.interval.lower)) for place, look in known]
    middle = [(across(place), up(look.lift)) for place, look in known if look.lift is not None]
    if len(known) == 1:
        (x, top), (_, bottom) = upper[0], lower[0]
        dot = f'<circle class="lift" cx="{middle[0][0]:.1f}" cy="{middle[0][1]:.1f}" r="5"/>'
        return [figure.line("every-look", [(x, top), (x, bottom)]), dot]
    outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *reversed(lower)])
    area = f'<polygon class="area" points="{outline}"/>'
    return [area, figure.line("edge", upper), figure.line("edge", lower), figure.line("line-1", middle)]


def _labels(lift: float | None, limit: float | None, up: Scale, unit: Unit) -> list[str]:
    """The latest lift and the limit, at the right."""
    values = {"label value": lift, "label": limit}
    heights = figure.apart({style: up(value) for style, value in values.items() if value is not None})
    texts = {"label value": unit.text(lift), "label": "limit"}
    x = figure.WIDTH - RIGHT + 8
    return [figure.text(x, height + 4, texts[style], style=style) for style, height in heights.items()]
