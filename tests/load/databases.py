"""Events and journeys on SQLite and on PostgreSQL: `python -m tests.load.databases [--rounds 3]`.

Each database is new, waits for the disk at each commit, and is measured in turn, so that both meet the same load of the
machine. A measurement to read, not a test.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping

from tests import postgres

APPENDS, GROUPS, GROUP_SIZE, JOURNEYS = 400, 20, 100, 15
IN_EARNEST = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def main() -> None:
    """Measure both databases in turn, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", action="store_true", help="measure the database that DATABASE_URL names")
    options = parser.parse_args()
    if options.measure:
        sys.stdout.write(json.dumps(measured()))
        return
    found: dict[str, list[Mapping[str, float]]] = {"SQLite": [], "PostgreSQL": []}
    with postgres.server(**IN_EARNEST) as server, tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            found["SQLite"].append(_in_process(f"sqlite:///{folder}/{number}.sqlite3"))
            found["PostgreSQL"].append(_in_process(server.create(f"round_{number}")))
    for name in found["SQLite"][0]:
        lite, server_ = (statistics.median(one[name] for one in rounds) for rounds in found.values())
        sys.stdout.write(f"{name:34}{lite:10.2f}{server_:10.2f}{server_ / lite:8.2f}\n")


def _in_process(url: str) -> dict[str, float]:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "settings.test"}
    command = [sys.executable, "-m", "tests.load.databases", "--measure"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    result: dict[str, float] = json.loads(ended.stdout)
    return result


def measured() -> dict[str, float]:
    """Milliseconds, by what is done."""
    import django

    django.setup()
    from django.core import mail
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    mail.outbox = []
    return {**_events(), **_journeys()}


def _events() -> dict[str, float]:
    from idl import inventory
    from thriftshop.events import progress, streams
    from thriftshop.events.streams import Write

    store, received = streams.of("inventory"), inventory.StockReceived(quantity=1)

    def group(number: int) -> None:
        store.append([Write(f"G-{number}-{one}", 0, [received]) for one in range(GROUP_SIZE)])

    alone = _each(APPENDS, lambda number: store.append([Write(f"A-{number}", 0, [received])]))
    grouped = _each(GROUPS, group)
    began = time.perf_counter()
    processed = progress.catch_up()
    return {
        "ms to append an event": alone,
        "ms to append an event, of 100": grouped / GROUP_SIZE,
        "ms to project and relay an event": (time.perf_counter() - began) * 1_000 / processed,
    }


def _journeys() -> dict[str, float]:
    from tests.journeys.shop import OneProcess, Shop, order_input

    shop = Shop(OneProcess())
    shop.stock_up(2, 1_000)
    ann = shop.person("ann")

    def journey(number: int) -> None:
        shop.act("addToCart", {"sku": shop.sku(0), "quantity": 1}, "", ann.token)
        shop.act("placeOrder", order_input(f"order number {number}"), "", ann.token)
        shop.catch_up()

    journey(-1)
    return {"ms to buy something": _each(JOURNEYS, journey)}


def _each(times: int, act: Callable[[int], object]) -> float:
    took = []
    for number in range(times):
        began = time.perf_counter()
        act(number)
        took.append((time.perf_counter() - began) * 1_000)
    return statistics.median(took)


if __name__ == "__main__":
    main()
