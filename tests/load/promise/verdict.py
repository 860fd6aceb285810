"""The verdict: a run's figures compared with what is promised, row by row."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.load.promise.promised import LATE_MS, MAX_LATE_SHARE, MIN_ACHIEVED_SHARE, PROMISED


class Row(NamedTuple):
    """A compared figure; `kept` says whether the limit holds."""

    name: str
    limit: str
    measured: str
    kept: bool


def rows(found: dict[str, Any], *, timed: bool) -> list[Row]:
    """The compared figures. Without `timed` only errors, wrong books and staleness count, not the speed of the machine."""
    correct = [
        _at_most("errors", PROMISED.errors, sum(found["codes"]["errors"].values())),
        _at_most("stale writes", PROMISED.stale, found["freshness"]["stale"]),
        _read_back(found["freshness"]),
        *_books(found["books"]),
    ]
    return [*_timed(found), *correct] if timed else correct


def _timed(found: dict[str, Any]) -> list[Row]:
    latency, writes, groups = found["latency"], found["freshness"]["slowest"], found["projections"]["slowest"]
    least = latency["asked"] * MIN_ACHIEVED_SHARE
    held = latency["achieved"] >= min(least, latency["offered"] * MIN_ACHIEVED_SHARE)
    return [
        Row("achieved rate", f"{latency['offered']:,.0f}/s offered", f"{latency['achieved']:,.0f}/s", held),
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
    return [Row(one["name"], f"{one['expected']:,}", f"{one['found']:,}", one["holds"]) for one in books]


def conclusion(found: dict[str, Any], compared: list[Row], *, timed: bool) -> str:
    """One sentence."""
    broken = [row.name for row in compared if not row.kept]
    rate = f"{found['latency']['offered']:,.0f} requests/s ({found['latency']['offered'] * 60:,.0f} a minute)"
    if broken:
        return f"NOT KEPT at {rate}: {', '.join(broken)}."
    if not timed:
        return f"Correct at {rate}; times were not judged."
    if found["latency"]["asked"] < round(PROMISED.rate):
        return f"Held at {rate}. The promise is {PROMISED.rate * 60:,.0f} a minute, which this run did not try."
    return f"KEPT at {rate}."
