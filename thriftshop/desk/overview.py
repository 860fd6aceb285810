"""The overview page of the admin: the shop's objectives over the last minutes, from the metrics of this server."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from django.http import HttpRequest
from django.template.response import TemplateResponse

from thriftshop.dashboards import boards, evaluation
from thriftshop.dashboards.charts import Chart
from thriftshop.telemetry import exposition

SECONDS = 10.0
SNAPSHOTS = 91  # 15 minutes
WIDTH, HEIGHT = 300, 80
UNITS = {"s": (1000, " ms"), "percentunit": (100, " %"), "reqps": (1, " /s")}
history = evaluation.History([boards.GRAPHQL, boards.FRESHNESS], SNAPSHOTS)


_sampled_at = float("-inf")


def sample() -> None:
    """Keep the metrics of this moment, every SECONDS; called once a second."""
    global _sampled_at
    now = time.monotonic()
    if now - _sampled_at >= SECONDS:
        _sampled_at = now
        history.add(exposition.families(), now)


class Line(NamedTuple):
    """A line of a drawing: its label, its latest value as text, and its points in SVG; several if it has gaps."""

    label: str
    latest: str
    points: list[str]


class Drawing(NamedTuple):
    """A chart to be drawn: `limit_y` is the height of its limit, `status` says whether it is kept."""

    title: str
    lines: list[Line]
    highest: str
    limit: str
    limit_y: float | None
    status: str


def drawings() -> list[Drawing]:
    """The objectives."""
    snapshots = history.snapshots()
    return [_drawing(chart, evaluation.lines(chart.queries[0], snapshots)) for chart in boards.objectives()]


def _drawing(chart: Chart, lines: evaluation.Lines) -> Drawing:
    measured = [value for values in lines.values() for value in values if value is not None]
    highest = max([*measured, chart.limit or 0.0], default=0.0)
    top = highest * 1.1 or 1.0
    drawn = [
        Line(" ".join(key), _text(_latest(values), chart.unit), _points(values, top))
        for key, values in sorted(lines.items())
    ]
    shown = [line for line in drawn if line.points]
    limit_y = None if chart.limit is None else round(HEIGHT * (1 - chart.limit / top), 1)
    limit = "" if chart.limit is None else _text(chart.limit, chart.unit)
    return Drawing(
        chart.title, shown, _text(max(measured, default=None), chart.unit), limit, limit_y, _status(chart, lines)
    )


def _status(chart: Chart, lines: evaluation.Lines) -> str:
    """`bad` if the latest value of any line is above the limit."""
    latest = [value for values in lines.values() if (value := _latest(values)) is not None]
    return "bad" if chart.limit is not None and any(value > chart.limit for value in latest) else ""


def _latest(values: Sequence[float | None]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)


def _text(value: float | None, unit: str) -> str:
    factor, suffix = UNITS.get(unit, (1, ""))
    return "none" if value is None else f"{value * factor:,.3g}{suffix}"


def _points(values: Sequence[float | None], top: float) -> list[str]:
    """The points of a line, newest at the right; a single value becomes a short line."""
    step, parts = WIDTH / (SNAPSHOTS - 2), list[list[str]]()
    begun = False
    for number, value in enumerate(values, start=SNAPSHOTS - 1 - len(values)):
        if value is not None:
            if not begun:
                parts.append([])
            parts[-1].append(f"{number * step:.1f},{HEIGHT * (1 - value / top):.1f}")
        begun = value is not None
    return [" ".join(part if len(part) > 1 else [part[0], _beside(part[0])]) for part in parts]


def _beside(point: str) -> str:
    x, _, y = point.partition(",")
    return f"{float(x) - 1.5:.1f},{y}"


def page(request: HttpRequest, frame: dict[str, object]) -> TemplateResponse:
    """The page."""
    content = {"title": "Overview", "drawings": drawings(), "width": WIDTH, "height": HEIGHT}
    return TemplateResponse(request, "admin/overview.html", {**frame, **content})
