"""`manage.py evaluate_recommender FILE`: how good the recommendations are on a file of real sales."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import track
from rich.table import Table

from apps.recommender.domain import evaluation
from apps.recommender.management import sales_file


class Command(BaseCommand):
    """Learns from the first four fifths of the baskets, guesses hidden lines of the last fifth, reports the quality."""

    help = (
        "Learns from the first 80 % of a file's baskets by time, hides lines of the others one at a time, and reports"
        " how often each is among ten guesses made from its basket's other lines. Changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and how thoroughly and in which shape to report."""
        parser.add_argument(
            "file", type=Path, help="CSV, XLSX or Parquet with Invoice, StockCode, Quantity, Price, ..."
        )
        parser.add_argument(
            "--lines",
            type=int,
            default=5,
            metavar="N",
            help="lines hidden in each basket, by lot; 0: every line (5)",
        )
        parser.add_argument(
            "--dates",
            choices=sales_file.DATE_ORDERS,
            default="",
            help="what comes first in dates such as 1/2/2010, where the file itself does not decide it",
        )
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *, file: Path, lines: int, **options: Any) -> None:
        """Prints the table, or the JSON."""
        if lines < 0:
            raise CommandError("--lines must be 0 or more.")
        baskets = sales_file.baskets(file, options["dates"], lambda notice: self.stderr.write(f"Note: {notice}"))
        training, held_out = evaluation.split(baskets)
        if not training or not held_out:
            raise CommandError(f"{file.name} has too few baskets of two products or more to hold some of them out.")
        guessers = evaluation.guessers(training)
        asked = list(evaluation.questions(held_out, lines))
        started = time.perf_counter()
        shown = asked if options["json"] else track(asked, "Guessing", console=Console(stderr=True), transient=True)
        found = evaluation.judge(shown, guessers)
        report = _report(found, training, held_out, len(asked), time.perf_counter() - started)
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2))
        else:
            _print(report, Console(file=self.stdout))  # type: ignore[arg-type]  # Django's wrapper writes like a file


def _report(
    found: dict[str, evaluation.Quality],
    training: list[Any],
    held_out: list[Any],
    asked: int,
    seconds: float,
) -> dict[str, Any]:
    base = found["popularity"]
    return {
        "baskets_learnt_from": len(training),
        "baskets_held_out": len(held_out),
        "lines_hidden": asked,
        "seconds": round(seconds, 1),
        "guessers": {
            name: {
                "hit_rate_at_10": round(quality.hit_rate, 4),
                "recall_at_10": round(quality.recall, 4),
                "times_popularity": round(quality.hit_rate / base.hit_rate, 2) if base.hit_rate else None,
                "recall_times_popularity": round(quality.recall / base.recall, 2) if base.recall else None,
            }
            for name, quality in found.items()
        },
    }


def _print(report: dict[str, Any], console: Console) -> None:
    table = Table(
        title=f"{report['baskets_learnt_from']:,} baskets learnt from, {report['baskets_held_out']:,} held out,"
        f" {report['lines_hidden']:,} lines hidden one at a time",
        caption="Hit rate: share of a basket's hidden lines among ten guesses, a basket counting once."
        " Recall: the same, a line counting once.",
    )
    for heading in ("", "hit rate@10", "x popularity", "recall@10", "x popularity"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, figures in report["guessers"].items():
        table.add_row(
            name,
            f"{figures['hit_rate_at_10']:.1%}",
            _times(figures["times_popularity"]),
            f"{figures['recall_at_10']:.1%}",
            _times(figures["recall_times_popularity"]),
            style="bold" if name == "recommender" else "",
        )
    console.print(table)


def _times(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
