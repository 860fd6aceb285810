"""What a call within one process costs: `python -m tests.load.rpc_local [--calls 20000] [--rounds 5]`; CPU us a call.

The service answers at once with one stock level, so that the figure is the call's own: filters, and for `loopback` the bytes.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
django.setup()

from django.conf import settings  # noqa: E402 - the contracts need the settings

from idl import common, inventory  # noqa: E402
from thriftshop import identity, rpc  # noqa: E402
from thriftshop.rpc import hosting  # noqa: E402

SKUS = ["MUG"]
VIEWER = common.Viewer(id="3f0e1c52-6f1c-4d3c-9a53-2f6a1f0f7a01", role=common.Role.CUSTOMER, session_id="s")


def blocking(calls: int) -> float:
    """CPU seconds of so many calls, one after the other."""
    stock = rpc.connect(inventory.InventoryService)
    started = time.process_time()
    for _ in range(calls):
        stock.get_levels(SKUS)
    return time.process_time() - started


def awaited(calls: int) -> float:
    """CPU seconds of so many calls on an event loop, ten at a time."""
    stock = rpc.aconnect(inventory.InventoryService)

    async def work() -> None:
        for _ in range(calls // 10):
            await stock.get_levels(SKUS)

    async def run() -> float:
        started = time.process_time()
        await asyncio.gather(*(work() for _ in range(10)))
        return time.process_time() - started

    return asyncio.run(run())


def main() -> None:
    """Measure each way by turns; print the best round of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    settings.RPC_THREADS = 8
    answer = [inventory.StockLevel(sku="MUG", on_hand=1, reserved=0, available=1, version=1)]
    setattr(type(hosting.service(inventory.InventoryService)), "get_levels", lambda self, skus: answer)  # noqa: B010
    ways: dict[str, Callable[[int], float]] = {"connect": blocking, "aconnect": awaited}
    found: dict[str, list[float]] = {}
    with rpc.using(caller="gateway", viewer=identity.sign(VIEWER)):
        for _ in range(options.rounds):
            for settings.RPC_TRANSPORT in ("local", "loopback"):
                for name, way in ways.items():
                    found.setdefault(f"{name}, {settings.RPC_TRANSPORT}", []).append(way(options.calls))
    for name, seconds in found.items():
        print(f"{name:<20}{min(seconds) / options.calls * 1e6:>8.1f} us")  # noqa: T201


if __name__ == "__main__":
    main()
