"""Appends per second of concurrent commands: `python -m tests.load.command_groups --threads 8 --streams 1 1000`.

Threads decide on streams of the inventory, one event in each decision, for some seconds on a new database.
"""

import argparse
import threading
import time

from tests.load import scratch


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 8], help="concurrent commands")
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 1_000], help="streams that they write to")
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    with scratch.database():
        for streams in options.streams:
            for threads in options.threads:
                print(measure(streams, threads, options.seconds))  # noqa: T201


def measure(streams: int, threads: int, seconds: float) -> str:
    """Appends per second, CPU time of each and their latencies."""
    latencies: list[float] = []
    until = time.perf_counter() + seconds
    working = [
        threading.Thread(target=append, args=(f"{streams}-{threads}", streams, number, threads, until, latencies))
        for number in range(threads)
    ]
    cpu, started = time.process_time(), time.perf_counter()
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()
    rate = len(latencies) / (time.perf_counter() - started)
    cost = (time.process_time() - cpu) / len(latencies) * 1e6
    latencies.sort()
    p50, p99 = (latencies[int(len(latencies) * part)] * 1e3 for part in (0.5, 0.99))
    return f"{streams:6} streams, {threads:3} threads: {rate:7,.0f}/s, {cost:5.0f} us CPU, p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def append(run: str, streams: int, number: int, threads: int, until: float, latencies: list[float]) -> None:
    """Decide again and again, on the streams in turn."""
    from django.db import connection

    from apps.inventory.service import ledger
    from idl import inventory
    from thriftshop import call_context

    def receive(_: object) -> list[inventory.StockReceived]:
        return [inventory.StockReceived(quantity=1)]

    with call_context.using(caller="trade"):
        count = 0
        while (began := time.perf_counter()) < until:
            sku = f"SKU-{run}-{(count * threads + number) % streams}"
            ledger.stock.decide(sku, receive, f"{number}:{count}")
            latencies.append(time.perf_counter() - began)
            count += 1
    connection.close()


if __name__ == "__main__":
    main()
