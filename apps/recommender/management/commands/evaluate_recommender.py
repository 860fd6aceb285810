"""`manage.py evaluate_recommender FILE`: evaluates the recommendations with a file of real sales."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import track
from rich.table import Table

from apps.recommender.domain import evaluation
from apps.recommender.management import sales_file


class Command(BaseCommand):
    """Trains the model with the first 80 % of the baskets, and reports how well it predicts hidden lines of the others."""

    help = (
        "Trains the model with the first 80 % of a file's baskets by time, hides lines of the others one at a time, and"
        " reports how often each is among ten predictions from its basket's other lines. Changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the number of lines to hide, the date order and the output format."""
        parser.add_argument(
            "file", type=Path, help="CSV, XLSX or Parquet with Invoice, StockCode, Quantity, Price, ..."
        )
        parser.add_argument(
            "--lines",
            type=int,
            default=5,
            metavar="N",
            help="random lines to hide in each basket; 0 for all lines (default: 5)",
        )
        parser.add_argument(
            "--dates",
            choices=sales_file.DATE_ORDERS,
            default="",
            help="the order of dates such as 1/2/2010, if the file does not show it",
        )
        parser.add_argument("--json", action="store_true", help="print the measures as JSON")

    def handle(self, *, file: Path, lines: int, **options: Any) -> None:
        """Print the report."""
        if lines < 0:
            raise CommandError("--lines must be 0 or more.")
        baskets = sales_file.baskets(file, options["dates"], lambda notice: self.stderr.write(f"Note: {notice}"))
        training, test_baskets = evaluation.split(baskets)
        if not training or not test_baskets:
            raise CommandError(f"{file.name} has too few baskets of two products or more for a test set.")
        predictors = evaluation.predictors(training)
        hidden_lines = list(evaluation.hide_lines(test_baskets, lines))
        started_at = time.perf_counter()
        qualities = evaluation.evaluate(_tracked(hidden_lines, options["json"]), predictors)
        report = _report(qualities, training, test_baskets, len(hidden_lines), time.perf_counter() - started_at)
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2))
        else:
            _print(report, Console(file=self.stdout))  # type: ignore[arg-type]  # Django's wrapper writes like a file


def _tracked(hidden_lines: list[evaluation.HiddenLine], quiet: bool) -> Iterable[evaluation.HiddenLine]:
    return hidden_lines if quiet else track(hidden_lines, "Evaluating", console=Console(stderr=True), transient=True)


def _report(
    qualities: dict[str, evaluation.Quality],
    training: list[Any],
    test_baskets: list[Any],
    hidden_lines: int,
    seconds: float,
) -> dict[str, Any]:
    base = qualities["popularity"]
    return {
        "baskets_learnt_from": len(training),
        "baskets_held_out": len(test_baskets),
        "lines_hidden": hidden_lines,
        "seconds": round(seconds, 1),
        "guessers": {
            name: {
                "hit_rate_at_10": round(quality.hit_rate, 4),
                "recall_at_10": round(quality.recall, 4),
                "times_popularity": round(quality.hit_rate / base.hit_rate, 2) if base.hit_rate else None,
                "recall_times_popularity": round(quality.recall / base.recall, 2) if base.recall else None,
            }
            for name, quality in qualities.items()
        },
    }


def _print(report: dict[str, Any], console: Console) -> None:
    table = Table(
        title=f"{report['baskets_learnt_from']:,} training baskets, {report['baskets_held_out']:,} test baskets,"
        f" {report['lines_hidden']:,} lines hidden one at a time",
        caption="Hit rate: the share of a basket's hidden lines among ten predictions, averaged over baskets."
        " Recall: the same, averaged over lines.",
    )
    for heading in ("", "hit rate@10", "x popularity", "recall@10", "x popularity"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, measures in report["guessers"].items():
        table.add_row(
            name,
            f"{measures['hit_rate_at_10']:.1%}",
            _times(measures["times_popularity"]),
            f"{measures['recall_at_10']:.1%}",
            _times(measures["recall_times_popularity"]),
            style="bold" if name == "recommender" else "",
        )
    console.print(table)


def _times(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
