"""How long until a change is visible in another process: `python -m tests.load.propagation --changes 300`.

Two real processes with a database each: stock is received at the inventory, and the recommender's own table of stock is read
until it has moved. Changes come at random moments, so that they meet the polling at any phase.
"""

import argparse
import os
import random
import sqlite3
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=300, help="how many changes (default: %(default)s)")
    parser.add_argument(
        "--pause", type=float, default=0.2, help="seconds between two, on average (default: %(default)s)"
    )
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
    import django

    django.setup()
    from tests import split

    with tempfile.TemporaryDirectory() as folder:
        shop = split.Split(Path(folder))
        shop.processes = [process for process in shop.processes if process.contexts in ("inventory", "recommender")]
        try:
            shop.start()
            delays = measured(shop, options.changes, options.pause)
        finally:
            shop.stop()
    delays.sort()
    print(f"{len(delays)} changes, load {os.getloadavg()[0]:.1f}")  # noqa: T201
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0)):
        print(f"{name:>5}  {1000 * delays[min(len(delays) - 1, int(share * len(delays)))]:6.1f} ms")  # noqa: T201


def measured(shop, changes: int, pause: float) -> list[float]:
    """Seconds from the answer to each change until it stands in the other process's table."""
    from django.conf import settings

    from idl import inventory
    from thriftshop import rpc

    settings.CONTEXTS, settings.SERVICES = [], shop.services()
    stock = rpc.connect(inventory.InventoryService)
    there = sqlite3.connect(shop.folder / "recommender.sqlite3")
    delays = []
    for number in range(changes):
        time.sleep(random.expovariate(1 / pause))
        sku = f"P-{number}"
        with rpc.using(caller="demo"):
            stock.receive(f"delivery {number}", [inventory.StockLine(sku=sku, quantity=1)], None, None)
        recorded = time.perf_counter()
        while not there.execute("SELECT 1 FROM recommender_stock WHERE sku = ?", [sku]).fetchone():
            time.sleep(0.0005)
        delays.append(time.perf_counter() - recorded)
    return delays


if __name__ == "__main__":
    main()
