"""The report of a reconciliation: rows by kind, checks, and measurements; also as JSON."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from apps.trade.domain import accounts, lines
from apps.trade.models import Replay
from apps.trade.reconciliation import books
from apps.trade.replay import run
from thriftshop.events import groups, rebuild

PENCE, MICROS = 100, lines.MICROS


class Check(NamedTuple):
    """An expected and an actual value: a count, or an amount in `parts` of a pound."""

    name: str
    expected: int
    found: int
    parts: int = 0

    @property
    def holds(self) -> bool:
        return self.expected == self.found

    def formatted(self, value: int) -> str:
        """Format one of the two values."""
        return f"£{pounds(value, self.parts):,}" if self.parts else f"{value:,}"


MONEY = frozenset({"goods", "charges", "cancelled", "refunded", "adjustments", "net", "captured"})


@dataclass(slots=True)
class Report:
    """The result of a replay."""

    record: Replay
    total: tuple[int, int, int]
    accounts: accounts.Accounts
    checks: list[Check] = field(default_factory=list)
    rebuilt: dict[str, list[str]] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether all checks hold and all projections equal their rebuild."""
        return all(check.holds for check in self.checks) and not any(self.rebuilt.values())

    def as_json(self) -> dict[str, Any]:
        """The report for JSON. Pounds are exact decimal text."""
        return {
            "file": self.record.name,
            "fingerprint": self.record.fingerprint,
            "agrees": self.agrees,
            "source": _row(accounts.Row(*self.total)),
            "kinds": {name: _row(row) for name, row in self.accounts.rows.items()},
            "rounding": _row(self.accounts.rounding),
            "checks": [_check(check) for check in self.checks],
            "rebuilt": self.rebuilt,
            "measured": self.measured(),
        }

    def measured(self) -> dict[str, Any]:
        """Seconds spent replaying (in all runs), lines per second, and this process's peak memory."""
        seconds = self.record.seconds
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        rate = self.record.lines_done / seconds if seconds else 0.0
        return {
            "seconds": round(seconds, 1),
            "lines_per_second": round(rate),
            "peak_megabytes": round(peak / 1_000_000),
        }


def make_report(
    trade: lines.Trade,
    year: accounts.Accounts,
    record: Replay,
    progress: Callable[[str], object],
    *,
    rebuilds: bool = True,
) -> Report:
    """Compare source, books, orders, ledger, levels and rebuilt projections. `progress` is called with each part."""
    report = Report(record, lines.totals(trade), year)
    report.checks = [*_source_checks(report)]
    run.wait_for_all()  # live projections must be up to date to equal their rebuild
    progress("books and ledger")
    shop, before = books.shop_totals(trade), record.before
    report.checks += _compare(books.year_totals(year), shop, before)
    progress("single orders")
    report.checks += _compare(books.year_order_totals(year), books.order_totals(trade), before)
    report.checks += consistency_checks(shop)
    for projection in (group for group in groups.hosted() if rebuilds and isinstance(group, groups.Projection)):
        progress(f"rebuild of {projection.name}")
        report.rebuilt[projection.name] = rebuild.differences(projection)
    return report


def _compare(year: books.Totals, shop: books.Totals, before: books.Totals) -> list[Check]:
    """Compare the year's totals with the changes of the shop's totals."""
    return [
        Check(name, expected, shop[name] - before.get(name, 0), PENCE if name.rpartition(".")[2] in MONEY else 0)
        for name, expected in year.items()
    ]


def _source_checks(report: Report) -> list[Check]:
    """The kinds must add up to the file, and the file without rounding to the shop's pennies."""
    rows = report.accounts.rows.values()
    kinds = [sum(column) for column in zip(*rows, strict=True)]
    pence = (report.total[2] - report.accounts.rounding.micros) // (MICROS // PENCE)
    return [
        Check("file.lines", report.total[0], kinds[0]),
        Check("file.units", report.total[1], kinds[1]),
        Check("file.pounds", report.total[2], kinds[2], MICROS),
        Check("file.pounds_rounded", pence, report.accounts.books.revenue, PENCE),
        Check("replayed.lines", report.total[0], report.record.lines_done),
    ]


def consistency_checks(shop: books.Totals) -> list[Check]:
    """Checks that hold within the shop, also with other sales before and after the year."""
    on_hand = sum(shop[f"ledger.{name}"] for name in ("received", "taken_back", "counted"))
    on_hand -= sum(shop[f"ledger.{name}"] for name in ("shipped", "written_off", "reduced"))
    return [
        Check("shop.ledger.on_hand", on_hand, shop["ledger.on_hand"]),
        Check("shop.levels.on_hand", on_hand, shop["levels.on_hand"]),
        Check("shop.levels.reserved", shop["ledger.reserved"], shop["levels.reserved"]),
    ]


def pounds(amount: int, parts: int) -> Decimal:
    """Convert an amount in parts of a pound to exact pounds with at least 2 decimals."""
    exact = Decimal(amount) / parts
    return exact.quantize(Decimal("0.01")) if exact == exact.quantize(Decimal("0.01")) else exact.normalize()


def _row(row: accounts.Row) -> dict[str, Any]:
    return {"lines": row.lines, "units": row.units, "pounds": str(pounds(row.micros, MICROS))}


def _check(check: Check) -> dict[str, Any]:
    values = (check.expected, check.found)
    expected, found = (str(pounds(value, check.parts)) if check.parts else value for value in values)
    return {"name": check.name, "expected": expected, "found": found, "holds": check.holds}
