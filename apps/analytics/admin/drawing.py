"""Charts as points and bars in SVG coordinates, and values as text."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from apps.analytics.domain.reports import Chart, Column, Figure, Table
from thriftshop import money

WIDTH, HEIGHT = 600, 160
MAX_MARKS = 6
GAP = 0.25
"""The share of a bar's place that stays empty."""


class Bar(NamedTuple):
    """A bar: its place, and what it shows as text."""

    x: str
    y: str
    width: str
    height: str
    line: int
    title: str


class Drawing(NamedTuple):
    """A chart to be drawn, with the same values as a table."""

    title: str
    summary: str
    lines: list[tuple[str, str]]  # name and points
    bars: list[Bar]
    marks: list[str]
    highest: str
    headers: list[str]
    rows: list[list[str]]


class Cell(NamedTuple):
    """A cell of a table: its text, whether it is a number, its level from 0 to 5 in a matrix, and the value of its link."""

    text: str
    is_number: bool
    level: int | None = None
    link: str = ""


def text(value: Any, unit: str, currency: str) -> str:
    """A value for people."""
    if value is None:
        return "–"
    if unit == "money":
        return money.format_amount(round(value), currency)
    if unit == "share":
        return f"{100 * value:.1f} %"
    return f"{value:,.1f}" if unit == "decimal" else str(value) if unit == "text" else f"{round(value):,}"


def figure(shown: Figure, currency: str) -> dict[str, str]:
    """A key figure with its change in words."""
    change = shown.change
    words = "" if change is None else f"{'+' if change > 0 else '−' if change < 0 else '±'}{abs(100 * change):.1f} %"
    before = "" if shown.before is None else text(shown.before, shown.unit, currency)
    return {"label": shown.label, "value": text(shown.value, shown.unit, currency), "change": words, "before": before}


def drawing(chart: Chart, currency: str) -> Drawing:
    """A chart in the coordinates of its SVG."""
    values = [value for series in chart.series for value in series.values]
    top = max([*values, 0]) or 1
    highest = text(max(values, default=0), chart.unit, currency)
    rows = [
        [label, *(text(series.values[number], chart.unit, currency) for series in chart.series)]
        for number, label in enumerate(chart.labels)
    ]
    is_line = chart.kind == "line"
    return Drawing(
        chart.title,
        f"{chart.title}: {', '.join(series.name for series in chart.series)}; at most {highest}",
        [(series.name, _points(series.values, top) if is_line else "") for series in chart.series],
        [] if is_line else _bars(chart, top, currency),
        _marks(chart.labels) if is_line else list(chart.labels),
        highest,
        ["Day" if is_line else "", *(series.name for series in chart.series)],
        rows,
    )


def _points(values: Sequence[float], top: float) -> str:
    step = WIDTH / max(len(values) - 1, 1)
    return " ".join(f"{number * step:.1f},{_y(value, top):.1f}" for number, value in enumerate(values))


def _bars(chart: Chart, top: float, currency: str) -> list[Bar]:
    place = WIDTH / max(len(chart.labels), 1)
    width = place * (1 - GAP) / len(chart.series)
    bars = []
    for line, series in enumerate(chart.series):
        for number, value in enumerate(series.values):
            x, y = number * place + place * GAP / 2 + line * width, _y(value, top)
            title = f"{chart.labels[number]}: {text(value, chart.unit, currency)}"
            bars.append(Bar(f"{x:.1f}", f"{y:.1f}", f"{width:.1f}", f"{HEIGHT - y:.1f}", line + 1, title))
    return bars


def _y(value: float, top: float) -> float:
    return HEIGHT * (1 - max(value, 0) / top * 0.95)


def _marks(labels: Sequence[str]) -> list[str]:
    """A few labels below the chart, from the first to the last."""
    if len(labels) <= MAX_MARKS:
        return list(labels)
    return [labels[round(number * (len(labels) - 1) / (MAX_MARKS - 1))] for number in range(MAX_MARKS)]


def cells(table: Table, currency: str) -> list[list[Cell]]:
    """The cells of a table."""
    return [
        [
            _cell(table, column, number, value, currency)
            for number, (column, value) in enumerate(zip(table.columns, row, strict=True))
        ]
        for row in table.rows
    ]


def _cell(table: Table, column: Column, number: int, value: Any, currency: str) -> Cell:
    level = None
    if table.is_matrix and column.unit == "share" and value is not None:
        level = min(int(value * 10), 5)
    link = str(value) if table.link and number == 0 and value != "not known" else ""
    return Cell(text(value, column.unit, currency), column.unit != "text", level, link)
