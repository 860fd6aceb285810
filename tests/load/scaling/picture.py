"""The picture of docs/kubernetes.md: the simulated day, and its sale and outage in detail, as SVG for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tests.load.scaling import simulation, traffic

WIDTH, HEIGHT, TOP, ROW, PANEL = 1080, 770, 60, 146, 92
DAY, DETAIL = (70, 690), (770, 1050)
BUCKET = 120
STYLE = """
:root { color-scheme: light dark; } .page { fill: #ffffff; } .text { fill: #24292f; } .faint { fill: #57606a; }
text { font: 13px system-ui, sans-serif; } .title { font-weight: 600; } .small { font-size: 12px; }
path { fill: none; stroke-width: 1.6; }
.grid { stroke: #d0d7de; stroke-width: 1; } .first { stroke: #0550ae; } .second { stroke: #bc4c00; } .third { stroke: #1a7f37; }
.goal { stroke: #57606a; stroke-dasharray: 6 4; } .band { fill: #57606a; opacity: 0.12; }
.first-text { fill: #0550ae; } .second-text { fill: #bc4c00; } .third-text { fill: #1a7f37; }
@media (prefers-color-scheme: dark) { .page { fill: #0d1117; } .text { fill: #e6edf3; } .faint { fill: #9198a1; }
.grid { stroke: #3d444d; } .first { stroke: #79c0ff; } .second { stroke: #ffa657; } .third { stroke: #7ee787; }
.goal { stroke: #9198a1; } .band { fill: #9198a1; } .first-text { fill: #79c0ff; } .second-text { fill: #ffa657; }
.third-text { fill: #7ee787; } }
"""
Values = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Line:
    """A series by the second, with its style and name."""

    values: np.ndarray
    style: str
    name: str = ""


@dataclass(frozen=True)
class Row:
    """A row of two panels with the same scale: the day, and some minutes of it."""

    title: str
    lines: Sequence[Line]
    ticks: Sequence[float]
    detail: tuple[int, int]
    is_logarithmic: bool = False
    goal: float | None = None
    detail_title: str = ""

    def height(self, value: float) -> float:
        """The share of the panel's height."""
        low, high = self.ticks[0], self.ticks[-1]
        if self.is_logarithmic:
            return math.log(min(max(value, low), high) / low) / math.log(high / low)
        return (min(max(value, low), high) - low) / (high - low)


def draw(day: simulation.Day, sale: traffic.Sale) -> str:
    """The picture."""
    label = "A simulated day with a flash sale: requests, replicas, p99, requested cores and the lag of consumers"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
    page = f'<style>{STYLE}</style><rect class="page" width="{WIDTH}" height="{HEIGHT}"/>'
    rows = [part for number, row in enumerate(_rows(day, sale)) for part in _row(row, TOP + number * ROW, sale)]
    return "\n".join([head, page, *_heads(), *rows, "</svg>\n"])


def _rows(day: simulation.Day, sale: traffic.Sale) -> list[Row]:
    at_sale = (sale.begin - 30, sale.begin + 150)
    outage = (simulation.OUTAGE.start - 60, simulation.OUTAGE.stop + 120)
    services = day.services
    replicas = [Line(np.array(services[name].replicas), style, name) for name, style in _NAMED.items()]
    cores = sum(np.array(service.paid) * service.request for service in services.values())
    consumers = day.consumers
    lines = [
        Line(np.array(consumers.replicas), "first", "replicas"),
        Line(np.array(consumers.lags) / 10_000, "second", "events behind, in 10,000"),
    ]
    saved = f"{day.core_hours:.0f} core hours instead of {day.fixed_core_hours():.0f}"
    return [
        Row("Requests a second", [Line(day.requests, "first")], (0, 1000, 2000, 3000), at_sale),
        Row("Replicas", replicas, (0, 4, 8, 12), at_sale),
        Row(
            "p99 of requests, at most",
            [Line(day.p99 * 1000, "first")],
            (10, 100, 1000, 10_000, 100_000),
            at_sale,
            True,
            500,
        ),
        Row(
            f"Cores requested: {saved} at the most all day",
            [Line(np.asarray(cores), "first")],
            (0, 10, 20, 30),
            at_sale,
        ),
        Row(
            "Consumers of the cart's events; five minutes' outage",
            lines,
            (0, 2, 4, 6),
            outage,
            detail_title="From the outage",
        ),
    ]


_NAMED = {"gateway": "first", "orders": "second", "catalog": "third"}


def _heads() -> Iterator[str]:
    yield _text(DAY[0], 24, "The day", "text title")
    yield _text(DETAIL[0], 24, "From the beginning of the sale", "text title")


def _row(row: Row, top: float, sale: traffic.Sale) -> Iterator[str]:
    yield _text(DAY[0], top - 8, row.title, "text")
    yield _text(DETAIL[0], top - 8, row.detail_title, "text")
    names = [line for line in row.lines if line.name]
    for number in range(len(names)):
        yield _legend(number, names, top)
    yield from _panel(row, top, DAY, (0, traffic.DAY), BUCKET)
    yield from _panel(row, top, DETAIL, row.detail, 1)
    for hour in range(0, 25, 4):
        yield _text(
            _across(hour * 3600, DAY, (0, traffic.DAY)), top + PANEL + 16, f"{hour}:00", "faint small", "middle"
        )
    begin = sale.begin if row.detail[0] < sale.begin < row.detail[1] else simulation.OUTAGE.start
    step = 30 if row.detail[1] - row.detail[0] < 300 else 120
    for seconds in range(0, row.detail[1] - begin + 1, step):
        yield _text(
            _across(begin + seconds, DETAIL, row.detail), top + PANEL + 16, f"+{seconds} s", "faint small", "middle"
        )


def _legend(number: int, lines: Sequence[Line], top: float) -> str:
    """The names of the lines, right-aligned above the panel of the day."""
    offset = sum(8 * len(line.name) + 12 for line in lines[number + 1 :])
    return _text(DAY[1] - offset, top - 8, lines[number].name, f"{lines[number].style}-text small", "end")


def _panel(row: Row, top: float, x: tuple[int, int], seconds: tuple[int, int], bucket: int) -> Iterator[str]:
    for tick in row.ticks:
        y = _y(row, top, tick)
        yield f'<path class="grid" d="M{x[0]} {y:.1f} L{x[1]} {y:.1f}"/>'
        yield _text(x[0] - 8, y + 4, _amount(row, tick), "faint small", "end")
    if row.goal is not None:
        y = _y(row, top, row.goal)
        yield f'<path class="goal" d="M{x[0]} {y:.1f} L{x[1]} {y:.1f}"/>'
        yield _text(x[1], y - 4, "500 ms", "faint small", "end")
    for line in row.lines:
        yield f'<path class="{line.style}" d="{_path(row, line.values, top, x, seconds, bucket)}"/>'


def _path(row: Row, values: Values, top: float, x: tuple[int, int], seconds: tuple[int, int], bucket: int) -> str:
    """The highest value of each bucket; a point that lies between two of the same height is left out."""
    highest = [float(np.max(values[at : at + bucket])) for at in range(*seconds, bucket)]
    points: list[tuple[float, float]] = []
    for number, value in enumerate(highest):
        is_inner = 0 < number < len(highest) - 1 and highest[number - 1] == value == highest[number + 1]
        if not is_inner:
            points.append((_across(seconds[0] + (number + 0.5) * bucket, x, seconds), _y(row, top, value)))
    return "M" + " L".join(f"{across:.1f} {y:.1f}" for across, y in points)


def _amount(row: Row, tick: float) -> str:
    if not row.is_logarithmic:
        return f"{tick:,.0f}"
    return f"{tick:.0f} ms" if tick < 1000 else f"{tick / 1000:.0f} s"


def _y(row: Row, top: float, value: float) -> float:
    return top + PANEL * (1 - row.height(value))


def _across(second: float, x: tuple[int, int], seconds: tuple[int, int]) -> float:
    return x[0] + (x[1] - x[0]) * (second - seconds[0]) / (seconds[1] - seconds[0])


def _text(x: float, y: float, text: str, style: str, anchor: str = "start") -> str:
    return f'<text class="{style}" text-anchor="{anchor}" x="{x:.0f}" y="{y:.0f}">{text}</text>'
