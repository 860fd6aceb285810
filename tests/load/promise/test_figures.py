"""Outcomes, the mix, the summary, the verdict, the chart and the profile of `make promise`."""

import copy
import re
from xml.etree import ElementTree

import pytest

from settings.variables import ROOT
from tests.load.promise import chart, mix, profiling, promised, summary, verdict
from tests.load.promise.connections import Request
from tests.load.promise.generator import Recording
from tests.load.promise.outcomes import NOT_ANSWERED, OK, Outcomes

SOUND = {
    "latency": {
        "target": 2_000.0,
        "offered": 2_001.0,
        "achieved": 2_000.0,
        "late": {"share": 0.001},
        "all": {"p99": 20.0},
    },
    "codes": {"errors": {}, "refusals": {"INSUFFICIENT_STOCK": 3}},
    "freshness": {"count": 40, "slowest": {"name": "order placed", "p99": 30.0}, "stale": 0},
    "projections": {"slowest": {"name": "orders.listing", "p99": 50.0}},
    "books": [{"name": "stock.oversold", "expected": 0, "found": 0, "holds": True}],
}
FAULTS = {
    "achieved rate": ("latency", "achieved", 1_900.0),
    "late sends (> 10 ms)": ("latency", "late", {"share": 0.02}),
    "latency p99": ("latency", "all", {"p99": 101.0}),
    "freshness of writes p99": ("freshness", "slowest", {"name": "order placed", "p99": 101.0}),
    "age of projections p99": ("projections", "slowest", {"name": "orders.listing", "p99": 101.0}),
    "errors": ("codes", "errors", {"INTERNAL": 1}),
    "stale writes": ("freshness", "stale", 1),
    "writes read back by another client": ("freshness", "count", 0),
    "stock.oversold": ("books", 0, {"name": "stock.oversold", "expected": 0, "found": 1, "holds": False}),
}
TIMED = {"achieved rate", "late sends (> 10 ms)", "latency p99", "freshness of writes p99", "age of projections p99"}


def broken(result, *, timed=True):
    return {row.name for row in verdict.rows(result, timed=timed) if not row.passed}


def test_a_run_within_all_limits_passes():
    assert broken(SOUND) == set()
    assert verdict.conclusion(SOUND, verdict.rows(SOUND, timed=True), timed=True).startswith("PASSED at 2,001")


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_breaks_its_row_and_only_faults_of_correctness_count_untimed(name):
    result = copy.deepcopy(SOUND)
    section, key, value = FAULTS[name]
    result[section][key] = value
    assert broken(result) == {name}
    assert broken(result, timed=False) == {name} - TIMED
    assert verdict.conclusion(result, verdict.rows(result, timed=True), timed=True).startswith("FAILED")


@pytest.mark.parametrize(
    ("section", "key", "name"),
    [
        ("latency", "all", "latency p99"),
        ("freshness", "slowest", "freshness of writes p99"),
        ("projections", "slowest", "age of projections p99"),
    ],
)
def test_a_figure_that_was_not_measured_does_not_hold(section, key, name):
    result = copy.deepcopy(SOUND)
    result[section][key] = {}
    assert broken(result) == {name}


def test_freshness_is_judged_by_the_slowest_kind_of_write_and_the_slowest_projection():
    result = summary.freshness({"cart line": [0.001] * 900, "order placed": [0.2, 0.3]}, ["cart line: not visible"])
    assert (result["count"], result["stale"], result["slowest"]["name"]) == (902, 1, "order placed")
    ages = {"orders.listing": [0.0, 0.1], "orders.letters": [5.0, 5.0], "cart.summaries": [0.0, 0.0]}
    slowest = summary.projections(ages, {"orders.listing", "cart.summaries"}, looks=2.5)["slowest"]
    assert (slowest["name"], slowest["max"]) == ("orders.listing", 100.0)


def test_projections_are_not_judged_by_a_few_looks():
    ages = {"orders.listing": [0.0] * 10, "cart.summaries": [0.0]}
    assert summary.projections(ages, {"orders.listing"}, looks=15)["slowest"]
    assert summary.projections(ages, {"orders.listing"}, looks=25)["slowest"] == {}
    assert summary.projections(ages, {"orders.listing", "cart.summaries"}, looks=15)["slowest"] == {}
    assert summary.projections(ages, {"orders.listing", "orders.unknown"}, looks=15)["slowest"] == {}


def test_a_lower_rate_is_sustained_but_does_not_confirm_the_promise():
    result = copy.deepcopy(SOUND)
    result["latency"] |= {"target": 100.0, "offered": 100.0, "achieved": 100.0}
    assert verdict.conclusion(result, verdict.rows(result, timed=True), timed=True).startswith("Sustained 100")


def test_the_readme_promises_what_the_verdict_compares_with():
    text = " ".join((ROOT / "README.md").read_text().split())
    result = re.search(r"([\d,]+) requests a minute.*?p99 under (\d+) ms.*?within (\d+) ms", text)
    assert result is not None
    rate, latency, freshness = (float(text.replace(",", "")) for text in result.groups())
    assert rate == pytest.approx(promised.PROMISED.rate * 60)
    assert (latency, freshness) == (promised.PROMISED.p99_ms, promised.PROMISED.freshness_p99_ms)


def test_the_mix_is_half_reads_and_a_quarter_each_of_writes_and_sessions():
    shares = {group: sum(kind.share for kind in mix.KINDS if kind.group == group) for group in mix.GROUPS}
    assert shares == pytest.approx({mix.READ: 50, mix.WRITE: 25, mix.SESSION: 25})
    of = {kind.name: kind.share for kind in mix.KINDS}
    assert (of["cart line"], of["order placed"], of["order cancelled"], of["log in"]) == (20, 3, 2, 0.3)


def test_the_sequence_of_requests_has_the_shares_of_the_mix():
    numbers = mix.sequence(40_000)
    for kind in mix.SENT:
        share = numbers.count(mix.NUMBERS[kind.name]) / len(numbers) * 100
        assert share == pytest.approx(kind.share, abs=0.7), kind.name


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (200, b'{"data":{"viewer":null}}', "ok"),
        (200, b'{"data":{"product":{"name":"a lamp with \\"errors\\": none"}}}', "ok"),
        (200, b'{"data":{"product":{"errors":[1]}}}', "ok"),
        (
            200,
            b'{"data":null,"errors":[{"message":"x","extensions":{"code":"DEADLINE_EXCEEDED"}}]}',
            "DEADLINE_EXCEEDED",
        ),
        (200, b'{"errors":[{"message":"x","extensions":{"code":"BAD_REQUEST"}}]}', "BAD_REQUEST"),
        (503, b"shutting down", "HTTP 503"),
        (500, b'{"data":{}}', "HTTP 500"),
        (200, b"<html>", "HTTP 200"),
        (200, b"[]", "HTTP 200"),
        (0, b"", "no answer"),
    ],
)
def test_answers_are_told_apart(status, body, name):
    outcomes = Outcomes()
    number = outcomes.of_answer(status, body)
    assert outcomes.names[number] == name
    assert outcomes.is_error(number) == (name != "ok")


def test_refusals_that_the_mix_expects_are_counted_apart():
    outcomes, recording = Outcomes(), Recording()
    for code in (
        OK,
        outcomes.of_refusal("INSUFFICIENT_STOCK", b""),
        outcomes.of_refusal("NOT_FOUND", b""),
        NOT_ANSWERED,
    ):
        recording.add(Request(0, b"", print), 1.0, code)
    assert summary.codes(recording, outcomes) == {
        "errors": {"NOT_FOUND": 1, "no answer": 1},
        "refusals": {"INSUFFICIENT_STOCK": 1},
    }


def recorded(rows):
    recording = Recording()
    for kind, due, sent, done in rows:
        request = Request(mix.NUMBERS[kind], b"", print)
        request.due, request.sent = due, sent
        recording.add(request, done, OK)
    return recording


def test_latency_leaves_out_the_warm_up_and_the_read_backs():
    rows = [("list", 0.5, 0.5, 9.0), ("list", 1.0, 1.02, 1.1), ("detail", 1.5, 1.5, 1.7), ("read back", 1.6, 1.6, 9.0)]
    result = summary.latency(recorded(rows), Outcomes(), 2.0, 1.0, warm_up=1.0)
    assert (result["offered"], result["achieved"]) == (2.0, 2.0)
    assert result["all"]["max"] == pytest.approx(200.0)
    assert result["late"] == pytest.approx(
        {"share": 0.5, "p50": 10.0, "p99": 19.8, "p99.9": 19.98, "max": 20.0}, rel=0.01
    )
    assert result["kinds"]["list"]["count"] == 2
    assert result["kinds"]["list"]["max"] == pytest.approx(100.0)


def test_what_is_answered_after_the_end_is_not_achieved():
    result = summary.latency(recorded([("list", 0.1, 0.1, 0.2), ("list", 0.2, 0.2, 2.5)]), Outcomes(), 2.0, 1.0, 0.0)
    assert (result["offered"], result["achieved"]) == (2.0, 1.0)


def test_the_chart_is_an_svg_with_a_line_for_each_figure_in_light_and_dark():
    rows = summary.by_second(recorded([("list", 0.1, 0.1, 0.2), ("list", 1.2, 1.2, 1.9), ("list", 2.2, 2.2, 2.3)]))
    assert [row["answered"] for row in rows] == [1, 1, 1]
    text = chart.draw("Sustained <1/s>", rows, 1.0, 100.0)
    root = ElementTree.fromstring(text)  # noqa: S314 - our own
    lines = [path.get("class") for path in root.iter("{http://www.w3.org/2000/svg}path")]
    assert lines == ["p50", "p99", "rate"]
    assert "prefers-color-scheme: dark" in text


def test_the_profile_counts_functions_packages_and_callers():
    lines = ["main (asyncio/a.py:1);get (apps/cart/b.py:2) 3", "get (apps/cart/b.py:2);run (django/db/c.py:3) 1", " 5"]
    assert profiling.shares(lines) == {
        "functions": [
            {"name": "get (apps/cart/b.py:2)", "share": 0.75},
            {"name": "run (django/db/c.py:3)", "share": 0.25},
        ],
        "packages": [{"name": "apps/cart", "share": 0.75}, {"name": "django/db", "share": 0.25}],
        "including": [{"name": "get (apps/cart/b.py:2)", "share": 1.0}],
    }
