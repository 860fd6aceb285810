"""The charts of a results page: valid SVG, the right positions, and a table with the same figures."""

import datetime as dt
import itertools
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.experiments.charts import effects, exposures, figure, narrowing
from apps.experiments.statistics import analysis
from apps.experiments.statistics.intervals import UNBOUNDED, Interval
from apps.experiments.statistics.moments import Moments
from apps.experiments.statistics.plans import Metric, Plan, Role

SVG = "{http://www.w3.org/2000/svg}"
CSS = Path(__file__).parents[3] / "apps" / "experiments" / "static" / "experiments" / "charts.css"
START = dt.date.fromisoformat("2011-03-01")


def days(count):
    return [START + dt.timedelta(days=number) for number in range(count)]


def parse(markup):
    return ElementTree.fromstring(markup)  # noqa: S314 - our own charts


def texts(drawn):
    return [element.text for element in parse(drawn.svg).iter(f"{SVG}text")]


def points(drawn, style):
    """The points of each line of a style."""
    return [
        [tuple(map(float, point.split(","))) for point in element.get("points").split()]
        for element in parse(drawn.svg).iter(f"{SVG}polyline")
        if element.get("class") == style
    ]


def cells(drawn):
    """The table, row by row."""
    return [[cell.text or "" for cell in row] for row in parse(drawn.table).iter("tr")]


def looks(*lifts):
    """Looks whose intervals narrow with the square root of the days."""
    return [
        narrowing.Look(day, lift, Interval(lift - 0.3 / math.sqrt(place), lift + 0.3 / math.sqrt(place)))
        for place, (day, lift) in enumerate(zip(days(len(lifts)), lifts, strict=True), start=1)
    ]


def test_exposures_are_drawn_as_totals_and_listed_by_day():
    drawn = exposures.draw("Visitors", days(3), {"A": [100, 50, 1_000], "B": [90, 70, 1_010]})
    assert cells(drawn) == [
        ["Day", "A", "B"],
        ["2011-03-01", "100", "90"],
        ["2011-03-02", "150", "160"],
        ["2011-03-03", "1,150", "1,170"],
    ]
    first, second = points(drawn, "line-1")[0], points(drawn, "line-2")[0]
    assert len(first) == len(second) == 3
    assert first[0][1] > first[1][1] > first[2][1]
    assert second[2][1] < first[2][1]
    assert {"A: 1,150", "B: 1,170", "1 Mar", "3 Mar", "0"} <= set(texts(drawn))
    assert "Visitors since the start: A 1,150, B 1,170." in parse(drawn.svg).get("aria-label")


def test_labels_of_equal_lines_do_not_cover_each_other():
    drawn = exposures.draw("Visitors", days(2), {name: [10, 10] for name in "ABC"})
    heights = sorted(
        float(element.get("y")) for element in parse(drawn.svg).iter(f"{SVG}text") if ": 20" in (element.text or "")
    )
    assert len(heights) == 3
    assert min(after - before for before, after in itertools.pairwise(heights)) >= 16


def test_effects_have_both_intervals_a_limit_and_a_row_in_the_table():
    row = effects.Row("B: conversion", 0.19, Interval(0.04, 0.34), Interval(0.1, 0.28), limit=0.05)
    drawn = effects.draw("Lifts", [row])
    ((left, _), (right, _)), ((inner_left, _), (inner_right, _)) = (
        points(drawn, style)[0] for style in ("every-look", "one-look")
    )
    assert left < inner_left < inner_right < right
    zero, limit = points(drawn, "zero")[0][0][0], points(drawn, "limit")[0][0][0]
    assert zero < left < limit < inner_left
    assert cells(drawn)[1] == ["B: conversion", "+19.0 %", "+4.0 %", "+34.0 %", "+10.0 %", "+28.0 %", "+5.0 %"]
    assert "B: conversion: +19.0 %, from +4.0 % to +34.0 %" in parse(drawn.svg).get("aria-label")


def test_comparisons_become_rows_with_their_limits():
    metrics = (
        Metric("conversion", "orders"),
        Metric("errors", "errors", role=Role.GUARDRAIL, lower_is_better=True, margin=0.2),
        Metric("views", "orders", role=Role.SECONDARY),
    )
    plan = Plan(weights={"A": 1, "B": 1}, metrics=metrics, visitors=4_000, min_lift=0.1)
    products = {("orders", "orders"): 200, ("errors", "errors"): 80, ("orders", "errors"): 4}
    control = Moments.of_sums(2_000, {"orders": 200, "errors": 80}, products)
    variant = Moments.of_sums(2_000, {"orders": 240, "errors": 60}, products | {("orders", "orders"): 240})
    rows = [effects.row_of(plan, each) for each in analysis.compare(plan, {"A": control, "B": variant})]
    assert [(row.label, row.limit) for row in rows] == [("B: conversion", 0.1), ("B: errors", -0.2), ("B: views", None)]
    assert [row.lift for row in rows] == pytest.approx([0.2, 0.25, 0.2])
    for row in rows:
        assert row.sequence.lower < row.fixed.lower < row.lift < row.fixed.upper < row.sequence.upper


def test_an_unknown_effect_is_said_to_be_unknown():
    drawn = effects.draw("Lifts", [effects.Row("B: conversion", None)])
    assert "not known yet" in texts(drawn)
    assert cells(drawn)[1] == ["B: conversion", *["unknown"] * 5, ""]
    assert points(drawn, "every-look") == []


def test_an_unbounded_interval_reaches_the_edges():
    rows = [effects.Row("B", 0.1, UNBOUNDED, Interval(0.0, 0.2)), effects.Row("C", 0.1, Interval(-0.1, 0.3))]
    wide, narrow = points(effects.draw("Lifts", rows), "every-look")
    assert wide[0][0] <= narrow[0][0] < narrow[1][0] <= wide[1][0]
    assert wide[0][0] == effects.LEFT


def test_the_interval_narrows_from_look_to_look():
    drawn = narrowing.draw("B: conversion", looks(0.3, 0.2, 0.15, 0.18), limit=0.05)
    upper, lower = points(drawn, "edge")
    widths = [bottom[1] - top[1] for top, bottom in zip(upper, lower, strict=True)]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 1.5 * widths[-1]
    assert cells(drawn)[-1] == ["2011-03-04", "+18.0 %", "+3.0 %", "+33.0 %"]
    assert {"+18.0 %", "limit", "0"} <= set(texts(drawn))
    assert len(points(drawn, "limit")) == 1


def test_looks_without_an_interval_are_listed_and_left_out_of_the_drawing():
    unknown = [narrowing.Look(START - dt.timedelta(days=1), None, UNBOUNDED)]
    drawn = narrowing.draw("B", [*unknown, *looks(0.1, 0.1)])
    assert cells(drawn)[1] == ["2011-02-28", "unknown", "unknown", "unknown"]
    assert [len(line) for line in points(drawn, "line-1")] == [2]


def test_very_wide_first_intervals_do_not_flatten_the_later_ones():
    wide = [narrowing.Look(START - dt.timedelta(days=1), 0.1, Interval(-90, 90))]
    drawn = narrowing.draw("B", [*wide, *looks(*[0.1] * 9)])
    upper, lower = points(drawn, "edge")
    assert lower[-1][1] - upper[-1][1] > 20


def test_a_single_look_is_drawn():
    assert len(points(narrowing.draw("B", looks(0.1)), "every-look")) == 1
    assert len(points(exposures.draw("V", days(1), {"A": [4]}), "line-1")[0]) == 2


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        (exposures.draw("V", [], {}), "No visitors yet."),
        (exposures.draw("V", [], {"A": []}), "No visitors yet."),
        (effects.draw("L", []), "No metrics."),
        (narrowing.draw("N", []), "Nothing is known yet."),
        (narrowing.draw("N", [narrowing.Look(START, None, UNBOUNDED)]), "Nothing is known yet."),
    ],
)
def test_charts_without_data_say_so(drawn, text):
    assert texts(drawn) == [text]
    assert cells(drawn)[0]


def test_names_are_escaped():
    name = '<script>"&'
    for drawn in (
        exposures.draw(name, days(1), {name: [1]}),
        effects.draw(name, [effects.Row(name, 0.1, Interval(0, 1), Interval(0, 1))]),
        narrowing.draw(name, looks(0.1, 0.2)),
    ):
        assert "<script" not in drawn.svg + drawn.table
        assert parse(drawn.svg).get("aria-label").startswith(name)
        assert parse(drawn.table).find("caption").text.startswith(name)


def test_every_class_of_the_charts_has_a_style():
    drawn = [
        exposures.draw("V", days(2), {name: [1, 2] for name in "ABCD"}).svg,
        effects.draw("L", [effects.Row("B", 0.1, Interval(-1, 1), Interval(0, 1), 0.05)]).svg,
        narrowing.draw("N", looks(0.1, 0.2), 0.05).svg,
    ]
    used = {name for svg in drawn for names in re.findall(r'class="([^"]+)"', svg) for name in names.split()}
    missing = {name for name in used - {"label"} if f".{name} " not in CSS.read_text()}
    assert missing == set()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6))
def test_scales_hold_their_values_and_have_few_round_ticks(values):
    scale = figure.scale(values, 0, 500)
    assert all(0 <= scale(value) <= 500 for value in values)
    assert 1 <= len(scale.ticks()) <= figure.MAX_TICKS + 1
    assert scale(math.inf) == 500
    assert scale(-math.inf) == 0


def test_shares_and_ticks_read_like_percentages():
    assert [figure.share(value) for value in (0.123, -0.05, math.inf, None)] == [
        "+12.3 %",
        "-5.0 %",
        "unknown",
        "unknown",
    ]
    assert [figure.tick(value) for value in (0.0, 0.2, -0.005)] == ["0", "+20 %", "-0.5 %"]
