"""The shop next to one on stock graphene-django and next to Vendure: the same products, a core for each server."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from settings.variables import ROOT
from tests.load.peers import measuring, operations
from tests.load.peers.measuring import PORT, Measured
from tests.load.peers.operations import Operations
from tests.load.promise import __main__ as load

HERE = Path(__file__).parent
FOLDER = ROOT / "var" / "peers"
READY = "ready"
# Node compiles its hot functions only after thousands of requests.
WARM_UP_SECONDS = 3
STOCK = f"granian --interface wsgi --port {PORT} --blocking-threads 4 tests.load.peers.stock.wsgi:application"
VENDURE = {"NODE_ENV": "production", "VENDURE_DISABLE_TELEMETRY": "true"}
Serving = Iterator[tuple[int, int, Operations]]


def compare(rounds: int, seconds: float) -> None:
    """Print the table. The shops are prepared once, in var/peers."""
    with tempfile.TemporaryDirectory() as name:
        load.set_up(Path(name))
        if not (FOLDER / READY).exists():
            shutil.rmtree(FOLDER, ignore_errors=True)
            prepare(FOLDER)
        products = json.loads((FOLDER / "products.json").read_text())
        shops: dict[str, Callable[[], Any]] = {
            "ours": lambda: ours(FOLDER / "ours", products),
            "stock graphene-django": lambda: stock(FOLDER, products),
            "Vendure": lambda: vendure(FOLDER, products),
        }
        results: dict[tuple[str, str], list[Measured]] = {}
        for _ in range(rounds):
            for shop, started in shops.items():
                with started() as (pid, port, chosen):
                    for operation, requests in chosen.items():
                        script = measuring.write_script(Path(name), requests)
                        result = measuring.measured(pid, script, WARM_UP_SECONDS, seconds, port)
                        results.setdefault((operation, shop), []).append(result)
    show(results)


def show(results: dict[tuple[str, str], list[Measured]]) -> None:
    """Print medians, and how many times our CPU time each shop takes."""
    medians = {
        key: Measured(*(statistics.median(column) for column in zip(*several, strict=True)))
        for key, several in results.items()
    }
    print(f"load average {os.getloadavg()[0]:.1f}")  # noqa: T201
    for (operation, shop), (rate, cpu) in sorted(medians.items()):
        times = cpu / medians[operation.removesuffix(" from the index"), "ours"].cpu
        print(f"{operation:26} {shop:22} {rate:8.0f} requests/s {cpu:8.0f} us of CPU {times:7.1f} times ours")  # noqa: T201


def prepare(folder: Path) -> None:
    """A shop of ours with the demo's products, and the databases of its peers."""
    from rich.console import Console

    from tests.load.peers import catalog
    from tests.load.promise import preparation, running
    from tests.load.promise.shop import Shop

    console = Console()
    (folder / "ours").mkdir(parents=True)
    running.prepared("monolith", preparation.SHORT, folder / "ours", console)
    shop = Shop("monolith", folder / "ours", **running.PATIENT)
    try:
        shop.start()
        products = catalog.read(shop.address)
        _restock([product["sku"] for product in products])
    finally:
        shop.stop()
    catalog.write(products, folder)
    console.print(f"Loading {len(products)} products")
    environment = {**os.environ, "FOLDER": str(folder), **VENDURE}
    for command in (
        [sys.executable, "-m", "tests.load.peers.stock.loading"],
        ["node", str(HERE / "vendure" / "populate.mjs"), str(folder)],
    ):
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    (folder / READY).touch()


def _restock(skus: list[str]) -> None:
    from idl import inventory
    from tests.load.peers import catalog
    from thriftshop import call_context, rpc

    with call_context.using(caller="demo"):
        goods = [inventory.StockLine(sku=sku, quantity=catalog.AVAILABLE) for sku in skus]
        rpc.connect(inventory.InventoryService).receive("peers", goods, "For every round", None)


@contextmanager
def ours(folder: Path, products: list[dict[str, Any]]) -> Serving:
    """Our whole shop in one process, with everything on."""
    from tests.load.promise import closed, documents, running
    from tests.load.promise.shop import Shop

    shop = Shop("monolith", folder, **running.PATIENT)  # as its peers, which have no deadlines
    try:
        shop.start()
        client = closed.Client(shop.address)
        opened = [
            client.mutate("openCart", documents.OPEN_CART, "", {"currency": "GBP"}) for _ in range(operations.CARTS)
        ]
        pid = shop.pids()["monolith"][0]
        subprocess.run(f"taskset --all-tasks --cpu-list --pid 1 {pid}".split(), check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        yield pid, shop.gateway.port, operations.ours(products, [cart["token"] for cart in opened])
    finally:
        shop.stop()


@contextmanager
def stock(folder: Path, products: list[dict[str, Any]]) -> Serving:
    """The shop on stock graphene-django, behind Granian."""
    command = [sys.executable, "-m", *STOCK.split()]
    first = operations.request(operations.STOCK_LIST)
    with measuring.serving(command, {"FOLDER": str(folder)}, first) as process:
        yield process.pid, PORT, operations.stock(products, PORT)


@contextmanager
def vendure(folder: Path, products: list[dict[str, Any]]) -> Serving:
    """Vendure in production's mode."""
    command = ["node", str(HERE / "vendure" / "server.mjs"), str(PORT), str(folder)]
    first = operations.request(operations.VENDURE_LIST)
    with measuring.serving(command, {**VENDURE}, first) as process:
        yield process.pid, PORT, operations.vendure(products, PORT)
