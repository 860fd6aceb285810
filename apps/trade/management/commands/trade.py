"""`manage.py trade FILE`: replays a year of real trade through the shop, and reconciles it."""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich import box, console, table
from tqdm import tqdm

from apps.trade import reading, reconciliation, replay
from apps.trade.domain import accounts, lines, planning
from apps.trade.models import Replay
from apps.trade.reconciliation import books, report
from apps.trade.replay.run import CURRENCY, wait_for_all
from thriftshop.database import migrating
from thriftshop.tables import numbers

LABELS = {
    "sale": "sold at the list price",
    "agreed": "sold at an agreed price",
    "free": "free goods in an order",
    "return": "returned, matched with a sale",
    "return_in_part": "returned, partly matched",
    "return_unmatched": "returned, not matched",
    "found": "found in a count",
    "loss": "lost or broken",
    "charge": "charged on an order",
    "adjustment": "booked without an order",
    "note": "note without money",
    "nothing": "no quantity",
}
"""A label for each kind of line."""


class Command(BaseCommand):
    """Replays a year of real trade."""

    help = "Replays a year of real trade (CSV, XLSX or Parquet) through the shop's contracts, and reconciles it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file and the options."""
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument("file", type=Path, help="the year's lines; docs/trade.md describes the columns")
        parser.add_argument(
            "--decimal",
            choices=numbers.DECIMALS,
            default="",
            help="the decimal separator of numbers written as text, if the file is ambiguous",
        )
        parser.add_argument(
            "--dates",
            choices=reading.DATE_ORDERS,
            default="",
            help="the order of dates such as 1/2/2010, if the file is ambiguous",
        )
        parser.add_argument("--report", type=Path, help="write the reconciliation to this file, as JSON")
        parser.add_argument("--no-rebuild", action="store_true", help="do not compare projections with their rebuild")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, plan, replay and reconciles. An unreadable file changes nothing."""
        try:
            self._handle(options)
        except KeyboardInterrupt:
            raise CommandError("Interrupted. Run the command again to resume.") from None

    def _handle(self, options: dict[str, Any]) -> None:
        if migrating.missing():
            raise CommandError("The database is not migrated: run `manage.py migrate` first.")
        started = time.monotonic()
        _refuse_unwritable(options["report"])
        settings.DEBUG = False  # with DEBUG, Django stores the text of each query: hundreds of megabytes here
        self.stdout.write(f"Reading {options['file'].name}")
        trade = self._read(options)
        plan = planning.make_plan(trade)
        totals = accounts.account(trade, plan)
        record = self._replay(trade, plan, started, quiet=options["quiet"])
        whole = reconciliation.make_report(
            trade,
            totals,
            record,
            lambda part: self.stdout.write(f"Reconciling: {part}"),
            rebuilds=not options["no_rebuild"],
        )
        self.stdout.write(report_text(whole))
        if options["report"]:
            options["report"].write_text(json.dumps(whole.as_json(), indent=2) + "\n", encoding="utf-8")
        if not whole.agrees:
            raise CommandError("The shop and the file do not agree; see the rows marked NO above.")

    def _read(self, options: dict[str, Any]) -> lines.Trade:
        if CURRENCY not in settings.CURRENCIES:
            raise CommandError(f"The shop does not trade in {CURRENCY}; add it to CURRENCIES. Nothing was changed.")
        try:
            trade = reading.read(options["file"], reading.Conventions(options["decimal"], options["dates"]))
        except reading.BrokenFile as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        for notice in trade.notices:
            self.stdout.write(f"Note: {notice}")
        return trade

    def _replay(self, trade: lines.Trade, plan: planning.Plan, started: float, *, quiet: bool) -> Replay:
        _refuse_another_year(trade)
        record = _record_of(trade)
        if record.finished_at:
            self.stdout.write(f"The replay of {record.name} was completed on {record.finished_at:%Y-%m-%d %H:%M}.")
        elif record.lines_done:
            self.stdout.write(f"Resuming {record} ({record.next_day:%Y-%m-%d}).")
        record.seconds += 0.0 if record.finished_at else time.monotonic() - started
        with tqdm(
            total=len(trade),
            initial=record.lines_done,
            unit=" lines",
            unit_scale=True,
            disable=quiet or None,
            smoothing=0.1,
        ) as bar:
            try:
                replay.resume(trade, plan, record, bar.update)
            except replay.Halted as error:
                raise CommandError(f"{error} Run the command again to resume at the start of that day.") from error
            except KeyboardInterrupt:
                raise CommandError(f"Interrupted after {record}. Run the command again to resume.") from None
        return record


def _record_of(trade: lines.Trade) -> Replay:
    """The record of this year's replay, which begins with the shop's totals before it."""
    record = Replay.objects.filter(fingerprint=lines.fingerprint(trade)).first()
    if record is not None:
        return record
    wait_for_all()  # pending work of the shop is not part of the year
    return replay.begin(trade, books.shop_totals(trade) | books.order_totals(trade))


def _refuse_another_year(trade: lines.Trade) -> None:
    """Refuse another year, or changed lines, while a replay is incomplete."""
    begun = Replay.objects.filter(finished_at=None).exclude(fingerprint=lines.fingerprint(trade)).first()
    if begun is None:
        return
    problem = "the file has changed since" if begun.name == trade.name else f"{trade.name} is another year"
    raise CommandError(
        f"The replay of {begun} is incomplete, and {problem}: its lines (digest {begun.fingerprint}) differ from"
        f" those of {trade.name} (digest {lines.fingerprint(trade)}). Resume with the original file,"
        f" or replay {trade.name} into a new database. Nothing was changed."
    )


def _refuse_unwritable(report: Path | None) -> None:
    """Refuse an unwritable report before the replay, which takes minutes."""
    if report is None:
        return
    problem = ""
    if report.is_dir():
        problem = "it is a folder"
    elif not report.parent.is_dir():
        problem = "its folder does not exist"
    elif not os.access(report if report.exists() else report.parent, os.W_OK):
        problem = "permission denied"
    if problem:
        raise CommandError(f"The report cannot be written to {report}: {problem}. Nothing was changed.")


def report_text(whole: reconciliation.Report) -> str:
    """The reconciliation as text, in colours if the terminal supports them."""
    screen = console.Console(highlight=False, width=110)
    with screen.capture() as capture:
        _show(screen, whole)
    return capture.get()


def _show(screen: console.Console, whole: reconciliation.Report) -> None:
    screen.print(_kinds(whole))
    screen.print(_checks(whole))
    for name, tables in whole.rebuilt.items():
        if tables:
            screen.print(f"[red]{name}: a rebuild differs in {', '.join(tables)}[/red]")
    equal = sum(not tables for tables in whole.rebuilt.values())
    if settings.MONOLITH:
        screen.print(f"{equal} of {len(whole.rebuilt)} projections equal their rebuild from the events.")
    else:
        screen.print("The projections are in other processes; compare them there with `manage.py rebuild --check`.")
    measured = whole.measured()
    screen.print(
        f"{whole.record.lines_done:,} lines in {measured['seconds']:,} s: {measured['lines_per_second']:,} lines/s;"
        f" peak memory {measured['peak_megabytes']} MB."
    )
    screen.print("[green]Everything agrees.[/green]" if whole.agrees else "[red]Not everything agrees.[/red]")


def _kinds(whole: reconciliation.Report) -> table.Table:
    grid = table.Table(title=f"Lines of {whole.record.name} by kind", box=box.SIMPLE_HEAD)
    grid.add_column("kind")
    for heading in ("lines", "units", "pounds"):
        grid.add_column(heading, justify="right")
    for name, row in whole.accounts.rows.items():
        grid.add_row(_label(name), f"{row.lines:,}", f"{row.units:,}", f"{report.pounds(row.micros, report.MICROS):,}")
    count, units, micros = whole.total
    rounding = whole.accounts.rounding
    grid.add_section()
    grid.add_row("total of the file", f"{count:,}", f"{units:,}", f"{report.pounds(micros, report.MICROS):,}")
    grid.add_row(
        "rounding to pennies", f"{rounding.lines:,}", "", f"{report.pounds(-rounding.micros, report.MICROS):,}"
    )
    grid.add_row("total of the shop", "", "", f"{report.pounds(micros - rounding.micros, report.MICROS):,}")
    return grid


def _label(kind: str) -> str:
    treatment, _, service = kind.partition(".")
    return f"{LABELS[treatment]}{': ' if service else ''}{service.replace('_', ' ')}"


def _checks(whole: reconciliation.Report) -> table.Table:
    grid = table.Table(title="The shop compared with the file", box=box.SIMPLE_HEAD)
    grid.add_column("check")
    for heading in ("expected", "found", ""):
        grid.add_column(heading, justify="right")
    for check in whole.checks:
        answer = "[green]yes[/green]" if check.holds else "[red]NO[/red]"
        grid.add_row(
            check.name.replace("_", " "), check.formatted(check.expected), check.formatted(check.found), answer
        )
    return grid
