"""How the CPU time of requests grows with the catalog, a cart's lines and a stream's events: `python -m tests.load.curves`.

One catalog grows from size to size, in a database of its own (some 1.2 kB a product), and every request is measured at each
size. Prints a table of microseconds and of ratios to the first size; `--chart FILE` draws the ratios.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.curves", description=__doc__)
    sizes = {"nargs": "*", "type": int, "metavar": "N"}
    parser.add_argument("--products", default=[1_000, 10_000, 100_000], **sizes, help="sizes of the catalog, ascending")
    parser.add_argument("--lines", default=[1, 10, 100], **sizes, help="lines of a cart")
    parser.add_argument("--events", default=[10, 1_000, 100_000], **sizes, help="events of a product's stock")
    parser.add_argument("--times", type=int, default=60, help="requests of each kind at each size (default: 60)")
    parser.add_argument("--database", type=Path, help="an SQLite file to keep, and to continue from")
    parser.add_argument("--chart", type=Path, help="write the ratios as SVG to this file")
    options = parser.parse_args()
    file = options.database or Path(tempfile.mkdtemp()) / "curves.sqlite3"
    os.environ["DATABASE_URL"] = f"sqlite:///{file.resolve()}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _measure(options)


def _measure(options: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False  # Django keeps every statement if it is set
    settings.DEADLINE_FACTOR = 50  # CPU time is measured, on a machine that may be busy
    call_command("migrate", verbosity=0)
    from tests.load.curves import chart, measuring
    from thriftshop.processes import serving

    kinds = {
        "Products": (options.products, _with_products),
        "Lines of a cart": (options.lines, measuring.of_cart),
        "Events of a product's stock": (options.events, measuring.of_stream),
    }
    curves: dict[str, chart.Curve] = {}
    runner = serving.start()
    try:
        for title, (sizes, measure) in kinds.items():
            if sizes:
                curves[title] = {size: measure(size, options.times) for size in sizes}
                say(_table(title, curves[title]))
    finally:
        serving.stop(runner)
    if options.chart:
        options.chart.write_text(chart.draw(curves))


def _with_products(size: int, times: int) -> Mapping[str, float]:
    """The cost of each request, after the catalog has grown to this size."""
    from django.db import transaction

    from idl import catalog
    from tests.load import catalog as vocabulary
    from tests.load.curves import filling, measuring
    from thriftshop import call_context, rpc

    started, cpu = time.perf_counter(), time.process_time()
    with call_context.using(caller="catalog"):
        leaves = list(vocabulary.categories(rpc.connect(catalog.CatalogService)))
    blocks = filling.fill(size, leaves)
    while True:
        with transaction.atomic():
            reached = next(blocks, None)
        if reached is None:
            break
        say(f"{reached:,} products after {time.perf_counter() - started:,.0f} s\n", sys.stderr)
    filling.sell(size)
    say(f"{size:,} products took {time.process_time() - cpu:,.0f} s of CPU time to write\n", sys.stderr)
    measuring.warm_up()
    time.sleep(2)  # until the caches follow the topics
    return measuring.of_catalog(size, times)


def _table(title: str, curve: Mapping[int, Mapping[str, float]]) -> str:
    """A table in Markdown: microseconds, and how many times as many as at the first size."""
    from tests.load.curves import chart

    times = chart.ratios(curve)
    head = [f"\n| {title} | " + " | ".join(f"{size:,}" for size in curve) + " |", "| --- " * (len(curve) + 1) + "|"]
    for name, values in times.items():
        cells = [f"{curve[size][name]:,.0f} ({ratio:.2g})" for size, ratio in zip(curve, values, strict=True)]
        head.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(head) + "\n"


def say(text: str, stream: TextIO | None = None) -> None:
    """Print at once."""
    print(text, end="", flush=True, file=stream or sys.stdout)


if __name__ == "__main__":
    main()
