"""What publishing metrics costs: CPU time per request with and without it, in turns, in one process.

`DATABASE_URL=... python -m tests.load.metrics --rounds 5`, on a shop with the demo loaded and with Kafka (`make services`).
With `--freeze` Kafka's broker is stopped meanwhile, as if it had frozen.
"""

import argparse
import asyncio
import os
import signal
import statistics
import time
from collections.abc import Awaitable, Callable

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")


async def measure(request: Callable[[], Awaitable[object]], seconds: float, clients: int) -> tuple[float, float]:
    """Microseconds of CPU time per request, and the highest duration in milliseconds."""
    until, durations = time.monotonic() + seconds, list[float]()

    async def client() -> None:
        while time.monotonic() < until:
            began = time.perf_counter()
            await request()
            durations.append(time.perf_counter() - began)

    began = time.process_time()
    await asyncio.gather(*(client() for _ in range(clients)))
    used = time.process_time() - began
    return used / len(durations) * 1e6, statistics.quantiles(durations, n=100)[98] * 1e3


async def compare(options: argparse.Namespace) -> None:
    """Print the medians with and without publishing, and their ratio."""
    from tests.load import requests
    from thriftshop.processes import metric_points, serving

    runner = await asyncio.to_thread(serving.start)
    chosen = (await requests.requests())[options.only]
    await measure(chosen, 1.0, options.clients)
    rows: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for _ in range(options.rounds):
        for is_publishing in (False, True):
            settings.METRICS_TOPIC = "metrics" if is_publishing else ""
            publisher = metric_points.start()
            rows[is_publishing].append(await measure(chosen, options.seconds, options.clients))
            if publisher is not None:
                await asyncio.to_thread(publisher.stop)
    for is_publishing, measured in rows.items():
        used, highest = (statistics.median(values) for values in zip(*measured, strict=True))
        print(f"{'publishing' if is_publishing else 'not':12} {used:8.0f} us CPU a request, p99 {highest:6.1f} ms")  # noqa: T201
    ratios = [with_it[0] / without[0] for without, with_it in zip(rows[False], rows[True], strict=True)]
    print(f"ratio {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")  # noqa: T201
    settings.METRICS_TOPIC = ""
    await asyncio.to_thread(serving.stop, runner)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="page")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--freeze", action="store_true", help="stop the threads of Kafka's broker meanwhile")
    options = parser.parse_args()
    django.setup()
    from tests.services import kafka, processes
    from thriftshop.events.feed.kafka import metric_points, topics

    settings.KAFKA_REPLICAS = settings.KAFKA_MIN_IN_SYNC = 1
    settings.METRICS_TOPIC, settings.METRICS_SECONDS = "metrics", 1
    topics.create(metric_points.plan())
    broker = processes.pid(kafka.folder(1, 1))
    try:
        if options.freeze:
            os.kill(broker, signal.SIGSTOP)
        asyncio.run(compare(options))
    finally:
        if options.freeze:
            os.kill(broker, signal.SIGCONT)


if __name__ == "__main__":
    main()
