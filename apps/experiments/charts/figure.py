"""What the charts are made of: scales, ticks, lines and texts of an SVG, and the table beside it.

All texts are escaped, so a page may mark the result as safe. Colours are those of `static/experiments/charts.css`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 720
MAX_TICKS = 6
MIN_LABEL_DISTANCE = 16


@dataclass(frozen=True)
class Figure:
    """A chart as SVG, and its figures as an HTML table."""

    svg: str
    table: str


@dataclass(frozen=True)
class Scale:
    """Values to positions; values outside are at the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The position of a value."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * share

    def ticks(self) -> list[float]:
        """Round values within the scale: multiples of 1, 2 or 5 times a power of ten."""
        least = (self.high - self.low) / MAX_TICKS
        power = 10.0 ** math.floor(math.log10(least))
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [number * step for number in range(first, last + 1)]


def scale(values: Iterable[float], start: float, end: float, margin: float = 0.05) -> Scale:
    """A scale for all values that are finite, with a margin around them."""
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    extra = (high - low) * margin or abs(high) * margin or 1.0
    return Scale(low - extra if low < 0 or not margin else low, high + extra, start, end)


def svg(title: str, description: str, height: int, parts: Sequence[str]) -> str:
    """The SVG document, with a title and a description for screen readers."""
    head = (
        f'<svg class="ts-figure" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(f"{title}. {description}")}">'
    )
    return "\n".join([head, *parts, "</svg>"])


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column names its rows."""
    head = "".join(
        f'<th scope="col"{_number_class(place)}>{escape(column)}</th>' for place, column in enumerate(columns)
    )
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f'<td class="number">{escape(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<table class="ts-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def text(x: float, y: float, content: str, anchor: str = "start", style: str = "label") -> str:
    """A text."""
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>'


def line(style: str, points: Iterable[tuple[float, float]]) -> str:
    """A line through points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{style}" points="{path}"/>'


def apart(heights: Mapping[str, float]) -> dict[str, float]:
    """The heights of labels, moved up so that none covers another."""
    moved: dict[str, float] = {}
    last = math.inf
    for name, height in sorted(heights.items(), key=lambda item: -item[1]):
        last = moved[name] = min(height, last - MIN_LABEL_DISTANCE)
    return moved


def share(value: float | None) -> str:
    """A share as a signed percentage, for people."""
    return "unknown" if value is None or not math.isfinite(value) else f"{value * 100:+.1f} %"


def tick(value: float) -> str:
    """A share at an axis, as a signed percentage with as many digits as it has."""
    return f"{value * 100:+.4g} %" if value else "0"


def _number_class(place: int) -> str:
    return ' class="number"' if place else ""
