"""`python -m tests.load.promise`: runs the load, prints the table, writes JSON and a chart, and exits with the verdict."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any


def main() -> int:
    """0 if every row of the verdict passes, 1 if not."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="promise-") as folder:
        set_up(Path(folder))
        return judged(options, Path(folder))


def arguments() -> argparse.Namespace:
    """The options; those of `make promise` are variables of the same names."""
    parser = argparse.ArgumentParser(prog="make promise", description=__doc__)
    parser.add_argument("--rate", type=float, default=100_000 / 60, help="requests per second")
    parser.add_argument("--seconds", type=float, default=600.0, help="how long, after the warm-up")
    parser.add_argument("--warm-up", type=float, default=20.0, help="seconds in which the rate grows, not measured")
    parser.add_argument("--shape", choices=("monolith", "split"), default="monolith")
    help_ = "what the shop keeps its data in; real: PostgreSQL, Cassandra and Kafka, with --shape split"
    parser.add_argument("--backbone", choices=("embedded", "real"), default="embedded", help=help_)
    parser.add_argument(
        "--workers", type=int, help="worker processes of each server (default: one per processor; one if split)"
    )
    parser.add_argument("--gateways", type=int, default=1, help="replicas of the gateway, with --shape split")
    parser.add_argument("--size", choices=("full", "short"), default="full", help="how large the shop is")
    parser.add_argument(
        "--reuse", action="store_true", help="take the last prepared shop, although code has changed since"
    )
    parser.add_argument("--profile", action="store_true", help="profile the servers, which costs them a little")
    parser.add_argument(
        "--untimed", action="store_true", help="judge errors, books and staleness only, on a machine of any speed"
    )
    parser.add_argument(
        "--costs",
        action="store_true",
        help="measure the CPU time of each kind of request instead, so many seconds each",
    )
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a variable of the servers")
    parser.add_argument("--results", type=Path, help="the folder for JSON and chart (default: var/promise)")
    parser.add_argument("--folder-file", type=Path, help="where to write the path of the temporary folder")
    options = parser.parse_args()
    if options.backbone == "real" and options.shape != "split":
        parser.error("--backbone real needs --shape split: each context has a database.")
    return options


def set_up(folder: Path) -> None:
    """Make this process a driver: it hosts nothing, and calls the shop as a client."""
    (folder / "driver").mkdir()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "settings.development",
        "CONTEXTS": "demo,trade",
        "DATABASE_URL": f"sqlite:///{folder}/driver/shop.sqlite3",
        "DEADLINE_FACTOR": "100",
        "LOG_LEVEL": "ERROR",
    }
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def judged(options: argparse.Namespace, folder: Path) -> int:
    """Run, show and store the results."""
    from rich.console import Console

    from settings import processors
    from tests.load.promise import preparation, running, services, table, verdict

    if options.folder_file:
        options.folder_file.write_text(str(folder))
    default_workers = processors.default_workers() if options.shape == "monolith" else 1
    variables = dict(pair.partition("=")[::2] for pair in options.set)
    timed = not options.untimed
    chosen = running.Options(
        rate=options.rate,
        seconds=options.seconds,
        warm_up=options.warm_up,
        shape=options.shape,
        backbone=services.start() if options.backbone == "real" else None,
        workers=options.workers or default_workers,
        gateways=options.gateways,
        size=getattr(preparation, options.size.upper()),
        reuse=options.reuse,
        profile=options.profile,
        timed=timed,
        variables=variables if timed else {**running.PATIENT, **variables},
    )
    console = Console(width=max(140, Console().width))
    results = options.results or running.RESULTS
    if options.costs:
        file = store(running.measure_costs(chosen, folder, console), results, "costs-")
        console.print(f"Written: {file}")
        return 0
    result = running.run(chosen, folder, console)
    compared = verdict.rows(result, timed=timed)
    conclusion = verdict.conclusion(result, compared, timed=timed)
    result |= {"verdict": [row._asdict() for row in compared], "conclusion": conclusion}
    table.show(console, result, compared, conclusion)
    file = store(result, results)
    draw(result, file.with_suffix(".svg"))
    console.print(f"Written: {file}")
    return 0 if all(row.passed for row in compared) else 1


def store(result: dict[str, Any], folder: Path, prefix: str = "") -> Path:
    """Write the figures as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{prefix}{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(result, indent=1))
    return file


def draw(result: dict[str, Any], file: Path) -> None:
    """Write the chart."""
    from tests.load.promise import chart
    from tests.load.promise.promised import PROMISED

    title = f"{result['conclusion']} {result['shape']}, {result['workers']} worker(s)"
    file.write_text(chart.draw(title, result["by_second"], result["latency"]["offered"], PROMISED.p99_ms))


if __name__ == "__main__":
    sys.exit(main())
