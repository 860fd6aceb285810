"""The table of a run, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.load.promise import mix
from tests.load.promise.verdict import Row

COLUMNS = ("p50", "p99", "p99.9", "max")


def show(console: Console, result: dict[str, Any], compared: Sequence[Row], conclusion: str) -> None:
    """Print everything."""
    console.print(_latency(result))
    console.print(_freshness(result))
    console.print(_usage(result["usage"]))
    _codes(console, result["codes"])
    for name, rows in result["profile"].items():
        console.print(profile(rows, PROFILES[name]))
    console.print(_verdict(compared))
    for check in result["books"]:
        for example in check["examples"]:
            console.print(f"{check['name']}: {example}", markup=False)
    for problem in (*result["freshness"]["stale_examples"], *result["rebuilds"]):
        console.print(problem, markup=False)
    console.print(f"\n{conclusion}", style="bold")


def _latency(result: dict[str, Any]) -> Table:
    latency = result["latency"]
    late = latency["late"]
    title = (
        f"{result['shape']}, {result['workers']} worker(s): {latency['offered']:,.1f} requests/s offered,"
        f" {latency['achieved']:,.1f} achieved for {result['seconds']:g} s;"
        f" sent late: {late['share']:.2%}, p99 {late.get('p99', 0):.2f} ms"
    )
    table = Table("milliseconds from the intended send time", "share %", "requests", "errors", *COLUMNS, title=title)
    for kind in mix.KINDS:
        row = latency["kinds"][kind.name]
        table.add_row(kind.name, f"{kind.share:g}", f"{row['count']:,}", str(row["errors"]), *_milliseconds(row))
    table.add_row("all of the mix", "", "", "", *_milliseconds(latency["all"]), style="bold")
    return table


def _milliseconds(row: Mapping[str, float]) -> list[str]:
    return [f"{row[name]:,.1f}" if name in row else "" for name in COLUMNS]


def _freshness(result: dict[str, Any]) -> Table:
    table = Table("visible elsewhere after, ms", "count", *COLUMNS, title="Freshness")
    for name, row in result["freshness"]["writes"].items():
        table.add_row(f"{name}, read back by another client", f"{row['count']:,}", *_milliseconds(row))
    behind = {name: row for name, row in result["projections"]["groups"].items() if row["max"]}
    for name, row in behind.items():
        table.add_row(f"{name}: age of its next event", f"{row['looks']:,}", *_milliseconds(row))
    return table


def _usage(usage: Mapping[str, Mapping[str, float]]) -> Table:
    table = Table("process", "cores", "CPU s", "CPU us per request", "MB at most", title="CPU and memory")
    for name, row in usage.items():
        table.add_row(
            name,
            f"{row['cores']:.2f}",
            f"{row['cpu_seconds']:,.1f}",
            f"{row['us_per_request']:,.0f}",
            f"{row['megabytes']:,.0f}",
        )
    return table


PROFILES = {
    "functions": "time of its own",
    "packages": "time of its own, by package",
    "including": "with what it calls, functions of the shop",
}


def profile(rows: Sequence[Mapping[str, Any]], what: str) -> Table:
    table = Table("function", what, title="Profile of the servers")
    for row in rows:
        table.add_row(row["name"], f"{row['share']:.1%}")
    return table


def _codes(console: Console, codes: Mapping[str, Mapping[str, int]]) -> None:
    for title, counts in codes.items():
        names = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())) or "none"
        console.print(f"{title}: {names}", markup=False)


def _verdict(compared: Sequence[Row]) -> Table:
    table = Table("promise", "limit", "measured", "", title="Verdict")
    for row in compared:
        table.add_row(*row[:3], "passed" if row.passed else "FAILED", style="" if row.passed else "bold red")
    return table
