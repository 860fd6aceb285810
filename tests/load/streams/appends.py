"""Appends to Cassandra: `python -m tests.load.streams`; needs `python -m tests.services up --only cassandra`.

Each figure stands beside the rate of conditional batches alone in the same minute: the machine may be busy.
"""

import argparse
import multiprocessing
import os
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
django.setup()

from django.conf import settings  # noqa: E402 - after the settings

from idl import inventory  # noqa: E402
from tests.services import cassandra, processes  # noqa: E402
from thriftshop.events.streams import Write, Written  # noqa: E402
from thriftshop.events.streams.cassandra import CassandraStreams, log, schema, session  # noqa: E402
from thriftshop.events.streams.cassandra.log import Entry  # noqa: E402
from thriftshop.processes import serving  # noqa: E402

TOPIC = "inventory"


def prepare(prefix: str, shards: int) -> None:
    """Use the keyspace of the benchmarks, and collect garbage as a server does."""
    serving.freeze_loaded()
    settings.CASSANDRA_KEYSPACE, settings.CASSANDRA_PREFIX = "benchmarks", prefix
    settings.CASSANDRA_REPLICAS, settings.CASSANDRA_SHARDS = 1, shards


def append(
    streams: CassandraStreams, names: Sequence[str], rate: float, seconds: float, threads: int
) -> dict[str, Any]:
    """Append at a rate to these streams in turn, each by one thread at a time; return counts and latencies."""
    latencies: list[float] = []
    refused = [0]
    versions = dict.fromkeys(names, 0)
    began = time.monotonic()

    def work(worker: int) -> None:
        own, number = names[worker::threads], 0
        while True:
            due = began + (number * threads + worker) / rate
            if due > began + seconds:
                return
            time.sleep(max(0.0, due - time.monotonic()))
            _append_until_written(streams, own[number % len(own)], versions, refused)
            latencies.append(time.monotonic() - due)
            number += 1

    usage = time.process_time(), _server_cpu()
    run = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for thread in run:
        thread.start()
    for thread in run:
        thread.join()
    return _result(latencies, refused[0], began, usage)


def _append_until_written(streams: CassandraStreams, name: str, versions: dict[str, int], refused: list[int]) -> None:
    key = uuid.uuid4().hex
    while True:
        event = inventory.StockReceived(quantity=1, reference="benchmark")
        (outcome,) = streams.append([Write(name, versions[name], [event], key)])
        if isinstance(outcome, Written):
            versions[name] += 1
            return
        refused[0] += 1
        versions[name] += len(streams.read({name: versions[name]})[name])


def _server_cpu() -> float:
    """The CPU seconds that Cassandra has used."""
    pid = processes.pid(cassandra.folder(1, 1))
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _result(latencies: list[float], refused: int, began: float, before: tuple[float, float]) -> dict[str, Any]:
    return {
        "latencies": latencies,
        "refused": refused,
        "seconds": time.monotonic() - began,
        "cpu": time.process_time() - before[0],
        "server_cpu": _server_cpu() - before[1],
    }


def report(title: str, result: dict[str, Any]) -> None:
    """Print one line."""
    latencies = sorted(result["latencies"])
    count = len(latencies)
    p50, p99 = (latencies[int(count * share)] * 1000 for share in (0.5, 0.99))
    sys.stdout.write(
        f"{title:44} {count / result['seconds']:7,.0f}/s  p50 {p50:6.1f}  p99 {p99:6.1f} ms"
        f"  refused {result['refused']:5}  CPU {result['cpu'] / count * 1e6:5.0f} us"
        f"  Cassandra {result['server_cpu'] / count * 1e6:5.0f} us  load {os.getloadavg()[0]:.1f}\n"
    )
    sys.stdout.flush()


def alone(prefix: str, size: int, seconds: float) -> None:
    """Conditional batches of one partition, one after the other."""
    usage = time.process_time(), _server_cpu()
    head, latencies, began = None, [], time.monotonic()
    sequence = 0
    while time.monotonic() < began + seconds:
        entries = [Entry(0, sequence + n, "s", n, "k", "key", b"x" * 300, None) for n in range(1, size + 1)]
        at = time.monotonic()
        assert log.append(f"{prefix}alone{size}", 0, entries, head).result().one()[0]
        latencies.append(time.monotonic() - at)
        head = sequence = sequence + size
    result = _result(latencies, 0, began, usage)
    report(f"conditional batches of {size} alone", result)


def _race(prefix: str, shards: int, rate: float, seconds: float, threads: int, own: Sequence[str], queue: Any) -> None:
    prepare(prefix, shards)
    streams = CassandraStreams(TOPIC)
    append(streams, [f"first-{name}" for name in own[:threads]], rate / 4, 1, threads)
    queue.put(append(streams, own, rate, seconds, threads))


def race(
    prefix: str, shards: int, rate: float, seconds: float, threads: int, names: Sequence[Sequence[str]]
) -> dict[str, Any]:
    """Two processes that append to the same shards."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    arguments = [(prefix, shards, rate / 2, seconds, threads, own, queue) for own in names]
    processes = [context.Process(target=_race, args=one) for one in arguments]
    for process in processes:
        process.start()
    results = [queue.get() for _ in processes]
    for process in processes:
        process.join()
    return {
        "latencies": [latency for result in results for latency in result["latencies"]],
        "refused": sum(result["refused"] for result in results),
        "seconds": max(result["seconds"] for result in results),
        "cpu": sum(result["cpu"] for result in results),
        "server_cpu": max(result["server_cpu"] for result in results),
    }


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.streams")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--shards", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--threads", type=int, default=16)
    arguments = parser.parse_args()
    rate, seconds, threads = arguments.rate, arguments.seconds, arguments.threads
    prepare("", 1)
    schema.migrate()
    for shards in arguments.shards:
        prefix = f"{uuid.uuid4().hex[:8]}."
        prepare(prefix, shards)
        for size in (1, 10, 50):
            alone(prefix, size, seconds / 2)
        names = [f"stream-{number}" for number in range(1000)]
        streams = CassandraStreams(TOPIC)
        append(streams, names[:threads], rate / 4, 1, threads)  # connections, statements, shards
        report(
            f"1,000 streams, {shards} shards", append(streams, [f"a-{name}" for name in names], rate, seconds, threads)
        )
        halves = [[f"b-{name}" for name in names[part::2]] for part in (0, 1)]
        report(f"two processes, {shards} shards", race(prefix, shards, rate, seconds, threads, halves))
        streams.close()
    session.close()
