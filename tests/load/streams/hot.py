"""Reservations of one SKU next to those of many others: `python -m tests.load.streams.hot --store cassandra --processes 2`.

On an SQLite database of its own, or on the Cassandra that `python -m tests.services up --only cassandra` starts.
"""

import argparse
import contextlib
import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any

from tests.inventory import buyers
from tests.load import scratch

SHARDS = "2"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", choices=["database", "cassandra"], default="database")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--hot", type=float, default=1_000, help="reservations of the one SKU per second, altogether")
    parser.add_argument("--others", type=float, default=0, help="reservations of the other SKUs per second, altogether")
    parser.add_argument("--skus", type=int, default=1_000)
    parser.add_argument("--stock", type=int, default=1_000_000, help="how many there are of each")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--threads", type=int, default=32, help="of each process")
    options = parser.parse_args()
    with scratch.database() as folder:
        measure(options, folder)


def measure(options: argparse.Namespace, folder: Path) -> None:
    """Receive the stock, run the processes, print what came of it, and check that nothing was oversold."""
    variables = {"DATABASE_URL": f"sqlite:///{folder}/shop.sqlite3"}
    if options.store == "cassandra":
        variables |= on_cassandra()
    receive(options)
    each = options.processes
    load = buyers.Load(options.hot / each, options.others / each, options.skus, options.seconds, options.threads)
    processes = [buyers.start(f"process-{number}", load, variables) for number in range(each)]
    for process in processes:
        buyers.release(process)
    results = [json.loads(process.communicate()[0]) for process in processes]
    report(f"{options.store}, {each} processes, the SKU", "hot", results)
    if options.others:
        report(f"{options.store}, {each} processes, others", "others", results)
    check(options.stock, results)


def on_cassandra() -> dict[str, str]:
    """Keep the inventory's streams in Cassandra here; the variables for others to do the same."""
    from django.conf import settings

    from tests import stores
    from thriftshop.events import streams
    from thriftshop.events.streams.cassandra import schema

    store, _ = stores.CLASSES["cassandra"]
    prefix = f"{uuid.uuid4().hex[:8]}."
    settings.CASSANDRA_KEYSPACE, settings.CASSANDRA_PREFIX = "benchmarks", prefix
    settings.CASSANDRA_REPLICAS, settings.CASSANDRA_SHARDS = 1, int(SHARDS)
    settings.EVENT_STORES = settings.EVENT_STORES | {"inventory": store}
    streams.of.cache_clear()
    schema.migrate()
    return {
        "EVENT_STORE": store,
        "CASSANDRA_KEYSPACE": "benchmarks",
        "CASSANDRA_PREFIX": prefix,
        "CASSANDRA_SHARDS": SHARDS,
    }


def receive(options: argparse.Namespace) -> None:
    """The stock of every SKU."""
    from idl import inventory
    from thriftshop import rpc

    skus = [buyers.HOT, *(f"SKU-{number}" for number in range(options.skus if options.others else 0))]
    with rpc.using(caller="demo"):
        for start in range(0, len(skus), 100):
            lines = [inventory.StockLine(sku=sku, quantity=options.stock) for sku in skus[start : start + 100]]
            rpc.connect(inventory.InventoryService).receive(f"delivery-{start}", lines, None, None)


def report(title: str, kind: str, results: list[dict[str, Any]]) -> None:
    """Print one line: the rate, the latencies from the intended start, and the CPU of each process for all its work."""
    latencies = sorted(latency for result in results for latency in result[kind]["latencies"])
    seconds = max(result["seconds"] for result in results)
    count = sum(len(result[name]["latencies"]) for result in results for name in ("hot", "others"))
    p50, p99 = (latencies[int(len(latencies) * share)] * 1000 for share in (0.5, 0.99))
    cpu = sum(result["cpu"] for result in results) / count * 1e6
    repeated = sum(result[kind]["repeated"] for result in results)
    sys.stdout.write(
        f"{title:36} {len(latencies) / seconds:7,.0f}/s  p50 {p50:7.1f}  p99 {p99:7.1f} ms  repeated {repeated}"
        f"  CPU {cpu:5.0f} us  load {os.getloadavg()[0]:.1f}\n"
    )


def check(stock: int, results: list[dict[str, Any]]) -> None:
    """Compare the ledger with what the processes were told."""
    from apps.inventory.service import ledger

    reserved = sum(len(result["hot"]["reserved"]) for result in results)
    (level,) = ledger.levels([buyers.HOT])
    assert level.reserved == reserved <= stock, (level, reserved)
    sys.stdout.write(
        f"reserved {reserved:,} of {stock:,}, refused {sum(result['hot']['refused'] for result in results):,}\n"
    )


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
