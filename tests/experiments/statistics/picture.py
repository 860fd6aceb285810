"""The picture of docs/statistics.md: simulated A/A tests, as SVG for light and dark pages."""

from __future__ import annotations

import numpy as np

from apps.experiments.statistics import crossing, intervals
from tests.experiments.statistics import simulation

WIDTH, HEIGHT, LEFT, RIGHT = 960, 640, 60, 220
UPPER, LOWER = (60, 330), (400, 590)
SHOWN = 30
MAX_Z = 5.0
STYLE = """
:root { color-scheme: light dark; } .page { fill: #ffffff; } .text { fill: #24292f; } .grid { stroke: #d0d7de; }
text { font: 13px system-ui, sans-serif; } .title { font-weight: 600; } path { fill: none; stroke-width: 2; }
.path { stroke: #57606a; stroke-width: 0.7; opacity: 0.55; } .crossed { stroke: #bc4c00; opacity: 0.8; stroke-width: 1; }
.fixed { stroke: #bc4c00; } .sequence { stroke: #0550ae; } .theory { stroke-dasharray: 3 3; stroke-width: 1.4; }
.level { stroke: #57606a; stroke-dasharray: 6 4; }
@media (prefers-color-scheme: dark) { .page { fill: #0d1117; } .text { fill: #e6edf3; } .grid { stroke: #3d444d; }
.path { stroke: #8b949e; } .crossed, .fixed { stroke: #ffa657; } .sequence { stroke: #79c0ff; } .level { stroke: #8b949e; } }
"""


def draw(looks: simulation.Looks) -> str:
    """Some experiments with both bounds, and below the share of all that have rejected."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{len(looks.z):,} A/A tests with 100 looks each">'
    )
    page = f'<style>{STYLE}</style><rect class="page" width="{WIDTH}" height="{HEIGHT}"/>'
    return "\n".join([head, page, *_paths(looks), *_shares(looks), "</svg>\n"])


def _paths(looks: simulation.Looks) -> list[str]:
    """The effects of the first experiments in standard errors, between the bounds."""
    count = looks.z.shape[1]
    parts = [_text(LEFT, 24, f"{SHOWN} of {len(looks.z):,} A/A tests: the difference in standard errors", "title")]
    parts.append(_text(LEFT, 42, "Orange: experiments that a fixed-horizon test calls significant at some look"))
    for value in (-4, -2, 0, 2, 4):
        parts.append(_line("grid", [0, count - 1], [value, value], _z))
        parts.append(_text(LEFT - 8, _z(value) + 4, f"{value}", anchor="end"))
    for z, p_values in zip(looks.z[:SHOWN], looks.fixed[:SHOWN], strict=True):
        style = "path crossed" if (p_values <= simulation.ALPHA).any() else "path"
        parts.append(_line(style, range(count), z, _z))
    visitors = 2.0 * simulation.VISITORS_A_LOOK * np.arange(1, count + 1)
    bounds = intervals.sequence_bound(visitors, intervals.tuned(visitors[-1], simulation.ALPHA), simulation.ALPHA)
    bounds[bounds > MAX_Z] = np.nan
    for sign in (1, -1):
        parts.append(_line("fixed", [0, count - 1], [sign * 1.96] * 2, _z))
        parts.append(_line("sequence", range(count), sign * bounds, _z))
    parts.append(_text(WIDTH - RIGHT + 8, _z(1.96) + 4, "fixed horizon"))
    parts.append(_text(WIDTH - RIGHT + 8, _z(bounds[-1]) + 4, "confidence sequence"))
    return parts


def _shares(looks: simulation.Looks) -> list[str]:
    """The shares of the experiments that have rejected by each look, simulated and by theory."""
    count = looks.z.shape[1]
    parts = [_text(LEFT, LOWER[0] - 16, "Share of the A/A tests with a significant result by each look", "title")]
    for value in (0.0, 0.1, 0.2, 0.3, 0.4):
        parts.append(_line("grid", [0, count - 1], [value, value], _share))
        parts.append(_text(LEFT - 8, _share(value) + 4, f"{value:.0%}", anchor="end"))
    parts.append(_line("level", [0, count - 1], [simulation.ALPHA] * 2, _share))
    parts.append(_text(WIDTH - RIGHT + 8, _share(simulation.ALPHA) - 4, "5 %, the level"))
    theory = {"fixed": np.full(count, 1.959964), "sequence": crossing.sequence_bounds(count, simulation.ALPHA)}
    names = {"fixed": "fixed horizon", "sequence": "sequence"}
    for kind, bounds in theory.items():
        shares = looks.cumulative(kind)
        parts.append(_line(kind, range(count), shares, _share))
        parts.append(_line(f"{kind} theory", range(count), crossing.crossing_probabilities(bounds), _share))
        parts.append(_text(WIDTH - RIGHT + 8, _share(shares[-1]) + 6, f"{names[kind]}: {shares[-1]:.1%}"))
    parts += [_text(_across(look - 1), HEIGHT - 28, f"{look}", anchor="middle") for look in (1, 25, 50, 75, 100)]
    parts.append(_text(LEFT, HEIGHT - 8, "Look. Dotted: theory, for a Brownian motion read at the same looks"))
    return parts


def _across(look: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * look / (simulation.LOOKS - 1)


def _z(value: float) -> float:
    share = (min(max(value, -MAX_Z), MAX_Z) + MAX_Z) / (2 * MAX_Z)
    return UPPER[1] - (UPPER[1] - UPPER[0]) * share


def _share(value: float) -> float:
    return LOWER[1] - (LOWER[1] - LOWER[0]) * value / 0.4


def _line(style, looks, values, up) -> str:
    points = [
        f"{_across(look):.1f} {up(value):.1f}" for look, value in zip(looks, values, strict=True) if np.isfinite(value)
    ]
    return f'<path class="{style}" d="M{" L".join(points)}"/>'


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    return f'<text class="text {style}" text-anchor="{anchor}" x="{x:.0f}" y="{y:.0f}">{text}</text>'
