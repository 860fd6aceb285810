"""The chart of the curves: each cost as a ratio to its first point, on logarithmic scales, as SVG for light and dark pages."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, PANEL, LEFT, RIGHT = 960, 250, 60, 270
COLOURS = ("#0550ae", "#bc4c00", "#1a7f37", "#8250df", "#cf222e", "#57606a")
DARK = ("#79c0ff", "#ffa657", "#56d364", "#d2a8ff", "#ff7b72", "#8b949e")
STYLE = """
:root {{ color-scheme: light dark; }} .page {{ fill: #ffffff; }} .text {{ fill: #24292f; }} .grid {{ stroke: #d0d7de; }}
text {{ font: 13px system-ui, sans-serif; }} .title {{ font-weight: 600; }} path {{ fill: none; stroke-width: 1.8; }}
{light}
@media (prefers-color-scheme: dark) {{ .page {{ fill: #0d1117; }} .text {{ fill: #e6edf3; }} .grid {{ stroke: #3d444d; }}
{dark} }}
"""
# By the size, the microseconds of each request.
Curve = Mapping[int, Mapping[str, float]]


def draw(curves: Mapping[str, Curve]) -> str:
    """The chart: a panel for each curve."""
    height = PANEL * len(curves) + 10
    panels = [part for place, (title, curve) in enumerate(curves.items()) for part in _panel(title, curve, place)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Cost by size">'
    )
    style = STYLE.format(light=_strokes(COLOURS), dark=_strokes(DARK))
    return "\n".join(
        [head, f'<style>{style}</style><rect class="page" width="{WIDTH}" height="{height}"/>', *panels, "</svg>\n"]
    )


def _strokes(colours: Sequence[str]) -> str:
    return " ".join(f".c{place} {{ stroke: {colour}; }}" for place, colour in enumerate(colours))


def ratios(curve: Curve) -> dict[str, list[float]]:
    """Each request's cost at each size, relative to that at the first."""
    first = next(iter(curve.values()))
    return {name: [costs[name] / first[name] for costs in curve.values()] for name in first}


def _panel(title: str, curve: Curve, place: int) -> list[str]:
    top, bottom = PANEL * place + 40, PANEL * (place + 1) - 30
    sizes = list(curve)
    lines = ratios(curve)
    highest = max(2.0, *(value for values in lines.values() for value in values))
    low, high = math.log10(min(1.0, *(value for values in lines.values() for value in values))), math.log10(highest)

    def across(size: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(size / sizes[0]) / math.log10(sizes[-1] / sizes[0])

    def up(ratio: float) -> float:
        return bottom - (bottom - top) * (math.log10(ratio) - low) / (high - low)

    parts = [_text(LEFT, top - 16, f"{title}: cost relative to {sizes[0]:,}", "title")]
    for ratio in sorted({1.0, *(10.0**power for power in range(math.ceil(low), math.floor(high) + 1)), highest}):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{up(ratio):.1f}" y2="{up(ratio):.1f}"/>')
        parts.append(_text(LEFT - 8, up(ratio) + 4, _number(ratio), anchor="end"))
    parts += [_text(across(size), bottom + 18, f"{size:,}", anchor="middle") for size in sizes]
    labels = _apart([(up(values[-1]), name) for name, values in lines.items()])
    for number, (name, values) in enumerate(lines.items()):
        points = " L".join(f"{across(size):.1f} {up(value):.1f}" for size, value in zip(sizes, values, strict=True))
        parts.append(f'<path class="c{number}" d="M{points}"/>')
        parts.append(f'<path class="c{number}" d="M{WIDTH - RIGHT + 6} {labels[name]:.1f} h14"/>')
        parts.append(_text(WIDTH - RIGHT + 26, labels[name] + 4, f"{name}: {_number(values[-1])} times"))
    return parts


def _apart(places: list[tuple[float, str]]) -> dict[str, float]:
    """The heights of labels, moved so that none covers another."""
    heights: dict[str, float] = {}
    last = math.inf
    for height, name in sorted(places, reverse=True):
        last = heights[name] = min(height, last - 16)
    return heights


def _number(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2g}"


def _text(x: float, y: float, text: str, css: str = "", anchor: str = "start") -> str:
    return f'<text class="text {css}" text-anchor="{anchor}" x="{x:.0f}" y="{y:.0f}">{escape(text)}</text>'
