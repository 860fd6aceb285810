"""The page of the 2018 gateway: 454 calls of `get` at once, to an inventory with three threads.

`python -m tests.load.gateway_2018` prints, for each round, how many were answered and how long the slowest took.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
django.setup()

from idl import inventory  # noqa: E402 - the settings come first
from tests.wire import serving, test_gateway_2018  # noqa: E402

ROUNDS = 12


async def page(port: int) -> tuple[int, float]:
    """How many of the page's calls were answered, and the seconds that the slowest took."""

    async def one(sku: str) -> tuple[bool, float]:
        connection = test_gateway_2018.Connection(port)
        began = time.perf_counter()
        status, _ = await connection.get(sku)
        taken = time.perf_counter() - began
        connection.close()
        return status == 200, taken

    results = await asyncio.gather(*(one(sku) for sku in test_gateway_2018.SKUS))
    return sum(answered for answered, _ in results), max(taken for _, taken in results)


def main() -> None:
    """Serve the inventory and ask for the page again and again."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving.served(Path(folder), CONTEXTS="inventory", RPC_THREADS="3") as server,
    ):
        lines = [inventory.StockLine(sku=sku, quantity=3) for sku in test_gateway_2018.SKUS]
        server.call(inventory.InventoryService, "receive", "delivery", lines, None, None, caller="trade")
        for _ in range(ROUNDS):
            answered, slowest = asyncio.run(page(server.port))
            sys.stdout.write(f"{answered} answered, the slowest after {slowest:.3f} s\n")


if __name__ == "__main__":
    main()
