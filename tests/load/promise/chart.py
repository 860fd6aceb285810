"""The chart of a run: latency and answered requests of each second, as SVG for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

WIDTH, LEFT, RIGHT = 960, 70, 60
UPPER, LOWER = (50, 330), (390, 520)  # top and bottom of the two panels
STYLE = """
:root { color-scheme: light dark; }
.page { fill: #ffffff; } .text { fill: #24292f; } .grid { stroke: #d0d7de; } .p50 { stroke: #0550ae; } .p99 { stroke: #bc4c00; }
.limit { stroke: #cf222e; } .rate { stroke: #1a7f37; }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117; } .text { fill: #e6edf3; } .grid { stroke: #3d444d; } .p50 { stroke: #79c0ff; } .p99 { stroke: #ffa657; }
.limit { stroke: #ff7b72; } .rate { stroke: #56d364; } }
text { font: 13px system-ui, sans-serif; } .title { font-weight: 600; } path, line { fill: none; stroke-width: 1.6; }
.grid { stroke-width: 1; } .limit { stroke-dasharray: 6 4; }
"""


def draw(title: str, rows: Sequence[dict[str, Any]], offered: float, limit_ms: float) -> str:
    """The chart; latency on a logarithmic scale."""
    last = max((row["second"] for row in rows), default=0) or 1
    highest = max([limit_ms * 2, *(row["p99"] for row in rows)])
    decades = range(0, math.ceil(math.log10(highest)) + 1)
    most = max([offered * 1.2, *(row["answered"] for row in rows)])

    def across(second: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * second / last

    def latency(value: float) -> float:
        return _between(UPPER, math.log10(max(value, 1.0)) / decades[-1])

    def rate(value: float) -> float:
        return _between(LOWER, value / most)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 560" role="img" aria-label="{escape(title)}">',
        f'<style>{STYLE}</style><rect class="page" width="{WIDTH}" height="560"/>',
        _text(LEFT, 24, title, "title"),
        _text(LEFT, 42, "Latency from the intended send time, ms; dashed: the promised p99"),
        *(_tick(latency(10**power), f"{10**power:,}") for power in decades),
        _line(rows, across, latency, "p50"),
        _line(rows, across, latency, "p99"),
        f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{latency(limit_ms):.1f}" y2="{latency(limit_ms):.1f}"/>',
        _text(LEFT, LOWER[0] - 12, f"Answered requests per second; {offered:,.0f} offered"),
        *(_tick(rate(value), f"{value:,.0f}") for value in (0, offered)),
        _line(rows, across, rate, "answered", "rate"),
        *(_text(across(second), 545, f"{second} s", anchor="middle") for second in _seconds(last)),
    ]
    return "\n".join(parts) + "\n</svg>\n"


def _between(panel: tuple[int, int], share: float) -> float:
    return panel[1] - (panel[1] - panel[0]) * share


def _seconds(last: int) -> list[int]:
    step = max(1, round(last / 8))
    return list(range(0, last + 1, step))


def _text(x: float, y: float, text: str, css: str = "", anchor: str = "start") -> str:
    return f'<text class="text {css}" text-anchor="{anchor}" x="{x:.0f}" y="{y:.0f}">{escape(text)}</text>'


def _tick(y: float, label: str) -> str:
    line = f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return f'{line}<text class="text" text-anchor="end" x="{LEFT - 8}" y="{y + 4:.1f}">{label}</text>'


def _line(rows: Sequence[dict[str, Any]], across: Any, up: Any, name: str, css: str = "") -> str:
    if not rows:
        return ""
    points = " L".join(f"{across(row['second']):.1f} {up(row[name]):.1f}" for row in rows)
    end = f'<text class="text" x="{WIDTH - RIGHT + 6}" y="{up(rows[-1][name]) + 4:.1f}">{name}</text>'
    return f'<path class="{css or name}" d="M{points}"/>{end}'
