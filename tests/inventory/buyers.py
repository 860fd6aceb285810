"""A process that reserves one SKU and many others at a rate.

Start it with `python -m tests.inventory.buyers NAME HOT OTHERS SKUS SECONDS THREADS`: HOT and OTHERS are reservations
per second. It prints `ready`, waits for a line, and prints its results as JSON.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

HOT = "HOT"


@dataclass
class Result:
    """What became of the reservations. Latencies are from the time at which each was due."""

    reserved: list[str] = field(default_factory=list)
    refused: int = 0
    repeated: int = 0
    latencies: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Load:
    """Reservations per second of one SKU and of so many others, by one process."""

    hot: float
    others: float
    skus: int
    seconds: float
    threads: int = 16


def start(name: str, load: Load, variables: Mapping[str, str]) -> "subprocess.Popen[str]":
    """Start a process, and wait until it is ready."""
    arguments = [name, *map(str, (load.hot, load.others, load.skus, load.seconds, load.threads))]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "tests.inventory.buyers", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | dict(variables),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def release(process: "subprocess.Popen[str]") -> None:
    """Have a process begin."""
    assert process.stdin is not None
    process.stdin.write("begin\n")
    process.stdin.flush()


def reserve_for(seconds: float, rate: float, threads: int, name: str, sku_of: Callable[[int], str]) -> Result:
    """Reserve at a rate from several threads."""
    result, began = Result(), time.monotonic()

    def work(worker: int) -> None:
        from django.db import connection

        number = worker
        while (due := began + number / rate) <= began + seconds:
            time.sleep(max(0.0, due - time.monotonic()))
            _reserve(f"{name}-{number}", sku_of(number), result)
            result.latencies.append(time.monotonic() - due)
            number += threads
        connection.close()

    working = [threading.Thread(target=work, args=(worker,)) for worker in range(threads if rate else 0)]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()
    return result


def _reserve(reservation: str, sku: str, result: Result) -> None:
    """Reserve one, and again until there is an answer."""
    from idl import inventory
    from thriftshop import rpc

    stock = rpc.connect(inventory.InventoryService)
    while True:
        try:
            with rpc.using(caller="orders"):
                stock.reserve(reservation, [inventory.StockLine(sku=sku, quantity=1)], 3600)
            result.reserved.append(reservation)
            return
        except inventory.OutOfStock:
            result.refused += 1
            return
        except (rpc.Unavailable, rpc.DeadlineExceeded):
            result.repeated += 1


def main() -> None:
    """Reserve, and print the results."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
    django.setup()
    name, *numbers = sys.argv[1:]
    hot, others, skus, seconds, threads = map(float, numbers)
    from apps.inventory.service import ledger

    ledger.levels([HOT])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    results: dict[str, Result] = {}

    def run(key: str, rate: float, sku_of: Callable[[int], str]) -> None:
        results[key] = reserve_for(seconds, rate, int(threads) // 2, f"{name}-{key}", sku_of)

    cpu, began = time.process_time(), time.monotonic()
    running = [
        threading.Thread(target=run, args=("hot", hot, lambda _: HOT)),
        threading.Thread(target=run, args=("others", others, lambda number: f"SKU-{number % int(skus)}")),
    ]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    figures = {"cpu": time.process_time() - cpu, "seconds": time.monotonic() - began}
    sys.stdout.write(json.dumps(figures | {key: asdict(result) for key, result in results.items()}) + "\n")


if __name__ == "__main__":
    main()
