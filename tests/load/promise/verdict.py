"""The verdict: a run's figures compared with what is promised, row by row."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.load.promise.promised import LATE_MS, MAX_LATE_SHARE, MIN_ACHIEVED_SHARE, PROMISED


class Row(NamedTuple):
    """A compared figure; `passed` says whether the limit holds."""

    name: str
    limit: str
    measured: str
    passed: bool


def rows(result: dict[str, Any], *, timed: bool) -> list[Row]:
    """The compared figures. Without `timed` only errors, wrong books and staleness count, not the speed of the machine."""
    correct = [
        _at_most("errors", PROMISED.errors, sum(result["codes"]["errors"].values())),
        _at_most("stale writes", PROMISED.stale, result["freshness"]["stale"]),
        _read_back(result["freshness"]),
        *_books(result["books"]),
    ]
    return [*_timed(result), *correct] if timed else correct


def _timed(result: dict[str, Any]) -> list[Row]:
    latency, writes, groups = result["latency"], result["freshness"]["slowest"], result["projections"]["slowest"]
    least = latency["target"] * MIN_ACHIEVED_SHARE
    sustained = latency["achieved"] >= min(least, latency["offered"] * MIN_ACHIEVED_SHARE)
    return [
        Row("achieved rate", f"{latency['offered']:,.0f}/s offered", f"{latency['achieved']:,.0f}/s", sustained),
        _within(f"late sends (> {LATE_MS:g} ms)", MAX_LATE_SHARE * 100, latency["late"]["share"] * 100, "%"),
        _within("latency p99", PROMISED.p99_ms, latency["all"].get("p99"), "ms"),
        _within("freshness of writes p99", PROMISED.freshness_p99_ms, writes.get("p99"), "ms", writes.get("name")),
        _within("age of projections p99", PROMISED.freshness_p99_ms, groups.get("p99"), "ms", groups.get("name")),
    ]


def _within(name: str, limit: float, measured: float | None, unit: str, what: str | None = None) -> Row:
    """A figure that was not measured does not hold. `what` is the slowest of several, whose figure it is."""
    text = "not measured" if measured is None else f"{measured:,.2f} {unit}" + (f" ({what})" if what else "")
    return Row(name, f"at most {limit:g} {unit}", text, measured is not None and measured <= limit)


def _at_most(name: str, limit: int, measured: int) -> Row:
    return Row(name, f"at most {limit:,}", f"{measured:,}", measured <= limit)


def _read_back(fresh: dict[str, Any]) -> Row:
    count = fresh["count"]
    return Row("writes read back by another client", "some", f"{count:,}", count > 0)


def _books(books: list[dict[str, Any]]) -> list[Row]:
    return [Row(check["name"], f"{check['expected']:,}", f"{check['found']:,}", check["holds"]) for check in books]


def conclusion(result: dict[str, Any], compared: list[Row], *, timed: bool) -> str:
    """One sentence."""
    broken = [row.name for row in compared if not row.passed]
    rate = f"{result['latency']['offered']:,.0f} requests/s ({result['latency']['offered'] * 60:,.0f} a minute)"
    if broken:
        return f"FAILED at {rate}: {', '.join(broken)}."
    if not timed:
        return f"Correct at {rate}; times were not judged."
    if result["latency"]["target"] < round(PROMISED.rate):
        return f"Sustained {rate}. The promise is {PROMISED.rate * 60:,.0f} a minute, which this run did not try."
    return f"PASSED at {rate}."
