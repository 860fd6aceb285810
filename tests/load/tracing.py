"""What traces cost: `DATABASE_URL=... python -m tests.load.tracing`, on a shop with the demo loaded.

The CPU time of one process a request, as in `tests.load.requests`: without a collector, with one and 1 % of all traces sampled,
and with all of them. The three take turns within one run, because a machine that others use as well is never twice the same.
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings

from tests.load import requests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
NAMES = ("list", "page", "cart line", "cart", "profile")
RATIOS = (None, 0.01, 1.0)
REQUESTS = 5


def switch(processor: Any, ratio: float | None) -> None:
    """Record with this ratio of sampled traces, or not at all."""
    from thriftshop.telemetry import otlp, spans, tracing

    otlp._processors.clear()
    if ratio is None:
        spans.record(None)
        tracing.sample(0.0)
    else:
        settings.OTEL_TRACES_SAMPLER_ARG = ratio
        otlp.start_with(processor)


async def measure(arguments: argparse.Namespace, processor: Any) -> None:
    """Print the lower quartiles, which other work on the machine disturbs least, and their ratios."""
    every = await requests.requests()
    await asyncio.sleep(2)
    for name in NAMES:
        times = await _alternating(every[name], arguments.rounds, lambda ratio: switch(processor, ratio))
        off, one, every_trace = (statistics.quantiles(times[ratio], n=4)[0] for ratio in RATIOS)
        print(  # noqa: T201
            f"{name:10} off {off:6.0f} us, 1 % {one:6.0f} us ({one / off:.3f}),"
            f" all {every_trace:6.0f} us ({every_trace / off:.3f})"
        )


async def _alternating(
    request: requests.Request, rounds: int, prepare: Callable[[float | None], None]
) -> dict[float | None, list[float]]:
    times: dict[float | None, list[float]] = {ratio: [] for ratio in RATIOS}
    await request()
    for _ in range(rounds):
        for ratio in RATIOS:
            prepare(ratio)
            started = time.process_time()
            for _ in range(REQUESTS):
                await request()
            times[ratio].append((time.process_time() - started) / REQUESTS * 1e6)
    return times


def main() -> None:
    """Start event processing and an exporter, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=400, help="of some requests in each state")
    parser.add_argument("--collector", default="http://127.0.0.1:4318", help="where the spans are sent")
    arguments = parser.parse_args()
    django.setup()
    settings.DEBUG = False
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = arguments.collector
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from thriftshop.database import slow_statements
    from thriftshop.processes import serving
    from thriftshop.telemetry import otlp

    slow_statements.watch()
    runner = serving.start()
    processor = BatchSpanProcessor(OTLPSpanExporter(otlp.address("traces"), timeout=1), **otlp.LIMITS)
    try:
        asyncio.run(measure(arguments, processor))
    finally:
        serving.stop(runner)


if __name__ == "__main__":
    main()
