"""Measures a client: a number of concurrent calls, in wall-clock and CPU time."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
os.environ["CONTEXTS"] = "gateway"

AT_A_TIME, THREADS, DEADLINE_SECONDS = 50, 8, 30.0
SKUS = [f"SKU-{number:04d}" for number in range(20)]
PATH = "/thrift/CatalogService/get_products"
# What our own client says beside its message, as far as a library can know it.
HEADERS = {"content-type": "application/x-thrift", "thriftshop-deadline-ms": "30000"}

Taken = tuple[float, float]  # wall-clock and CPU seconds


def prepare(port: int) -> None:
    """Set the platform up to find the catalog at this port."""
    import django

    django.setup()
    from django.conf import settings

    settings.SERVICES = {"catalog": [f"http://127.0.0.1:{port}"]}
    settings.RPC_MOST_IN_FLIGHT = 1000


def message() -> tuple[Any, Any]:
    """The method and its arguments; once the platform is set up."""
    from idl import catalog
    from thriftshop.rpc import reflection

    method = reflection.methods(catalog.CatalogService)["get_products"]
    return method, method.args_type(skus=SKUS)


def on_a_loop(calls: int, ask: Callable[[], Awaitable[list]]) -> Taken:
    """So many calls on an event loop, AT_A_TIME side by side, after a few to warm up."""

    async def work(number: int) -> None:
        for _ in range(number):
            assert len(await ask()) == len(SKUS)

    async def side_by_side(number: int) -> None:
        await asyncio.gather(*(work(number // AT_A_TIME) for _ in range(AT_A_TIME)))

    async def run() -> Taken:
        await side_by_side(AT_A_TIME * 2)
        clock, cpu = time.perf_counter(), time.process_time()
        await side_by_side(calls)
        return time.perf_counter() - clock, time.process_time() - cpu

    return asyncio.run(run())


def on_threads(calls: int, threads: int, ask: Callable[[], list]) -> Taken:
    """As `on_a_loop`, by so many threads."""

    def work(number: int) -> None:
        for _ in range(number):
            assert len(ask()) == len(SKUS)

    def side_by_side(number: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(work, number // threads) for _ in range(threads)]:
                done.result()

    side_by_side(threads * 2)
    clock, cpu = time.perf_counter(), time.process_time()
    side_by_side(calls)
    return time.perf_counter() - clock, time.process_time() - cpu


def free_port() -> int:
    """A free port."""
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port: int = trial.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Return once something listens there."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server does not start.")
