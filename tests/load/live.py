"""How long from a change to its push: `python -m tests.load.live --sockets 1000 --load 30`.

One real process with everything, in production's settings. Each socket follows one product; stock is received at random moments,
while lists of 20 products are requested at a given rate (open loop: a slow server does not slow the load down). The delay
counts from the sending of the change, so it includes the write, to the arrival at each socket. With `--products 1` all sockets
follow the same product. The generator runs on the same machine.
"""

import argparse
import asyncio
import os
import random
import re
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.load.promise import processes

QUERY = (
    "subscription ($skus: [String!]!) { products(skus: $skus) { sku price { amount } stock { available version } } }"
)
IDLE_SECONDS = 5.0
VERSION = re.compile(rb'"version":(\d+)')


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1_000, help="WebSockets (default: %(default)s)")
    parser.add_argument("--products", type=int, default=100, help="products that they follow (default: %(default)s)")
    parser.add_argument("--changes", type=float, default=10.0, help="changes per second (default: %(default)s)")
    parser.add_argument("--load", type=float, default=30.0, help="requests per second (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="worker processes (default: %(default)s)")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
    import django

    django.setup()
    from django.conf import settings

    from tests.live import serving
    from tests.load.promise import shop

    variables = {
        "DJANGO_SETTINGS_MODULE": "settings.production",
        "SECURE_SSL_REDIRECT": "no",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "WORKERS": str(asked.workers),
    }
    with tempfile.TemporaryDirectory() as folder:
        process = serving.monolith(Path(folder), "shop", **variables)
        with serving.running(process):
            assert process.running is not None
            pid = process.running.pid
            asyncio.run(Run(serving.connected(settings, process), asked, [pid, *shop.children(pid)]).measure())


class Run:
    """One measurement."""

    def __init__(self, live: Any, asked: argparse.Namespace, pids: Sequence[int]) -> None:
        self.live, self.asked, self.pids = live, asked, pids
        self.sent: dict[tuple[str, int], float] = {}  # when each change was sent, by product and version
        self.versions: dict[str, int] = {}
        self.delays: list[float] = []
        self.load_delays: list[float] = []
        self.failed = self.refused = 0

    async def measure(self) -> None:
        """Run the load and print the delays."""
        skus = [self.live.stock(f"P{number}", 1) for number in range(max(self.asked.products, 20))]
        followed = skus[: self.asked.products]
        self.versions = dict.fromkeys(followed, 1)
        readers = await self._open(followed)
        self.delays.clear()
        idle = processes.usage(self.pids).cpu_seconds
        await asyncio.sleep(IDLE_SECONDS)
        used, ticks, began = processes.usage(self.pids).cpu_seconds, os.times(), time.perf_counter()
        idle = (used - idle) / IDLE_SECONDS
        await asyncio.gather(self._changes(followed), self._requests())
        await asyncio.sleep(1.0)
        used = processes.usage(self.pids).cpu_seconds - used - idle * (time.perf_counter() - began)
        self._print(len(readers), time.perf_counter() - began, os.times(), ticks)
        per_change, per_push = (used / max(1, count) * 1e6 for count in (len(self.sent), len(self.delays)))
        cost = f"{per_change:,.0f} us per change, {per_push:,.0f} us per push"
        print(f"the server's CPU time beside what it uses when idle: {cost}, requests included")  # noqa: T201
        for reader in readers:
            reader.cancel()

    async def _open(self, skus: Sequence[str]) -> list["asyncio.Task[None]"]:
        readers = []
        for number in range(self.asked.sockets):
            sku = skus[number % len(skus)]
            socket = await self.live.socket()
            await socket.subscribe("1", QUERY, skus=[sku])
            await socket.next("1")
            readers.append(asyncio.create_task(self._read(socket, sku)))
        return readers

    async def _read(self, socket: Any, sku: str) -> None:
        while True:
            content = await socket.receive_bytes()
            arrived = time.perf_counter()
            if found := VERSION.search(content):
                self.delays.append(arrived - self.sent[sku, int(found[1])])
            else:
                await socket.send("pong")

    async def _changes(self, skus: Sequence[str]) -> None:
        loop, until = asyncio.get_running_loop(), time.perf_counter() + self.asked.seconds
        with ThreadPoolExecutor(4) as threads:
            waiting: set[Any] = set()
            while time.perf_counter() < until:
                await asyncio.sleep(random.expovariate(self.asked.changes))
                sku = random.choice(skus)
                self.versions[sku] += 1
                self.sent[sku, self.versions[sku]] = time.perf_counter()
                waiting.add(loop.run_in_executor(threads, self.live.receive, 1, sku))
            done = await asyncio.gather(*waiting, return_exceptions=True)
            self.refused = sum(isinstance(one, Exception) for one in done)

    async def _requests(self) -> None:
        from tests.load import graphql

        pool = graphql.Pool("127.0.0.1", self.live.port)
        until, waiting = time.perf_counter() + self.asked.seconds, set()
        due = time.perf_counter()
        while self.asked.load and due < until:
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            waiting.add(asyncio.create_task(self._request(pool, graphql.LIST, due)))
            due += random.expovariate(self.asked.load)
        await asyncio.gather(*waiting)

    async def _request(self, pool: Any, document: str, due: float) -> None:
        try:
            await pool.graphql(document)
        except (RuntimeError, OSError):
            self.failed += 1
        self.load_delays.append(time.perf_counter() - due)

    def _print(self, sockets: int, seconds: float, now: os.times_result, before: os.times_result) -> None:
        changes = len(self.sent)
        expected = sum(
            self.asked.sockets // self.asked.products + (number < self.asked.sockets % self.asked.products)
            for number, sku in enumerate(self.versions)
            for _ in range(self.versions[sku] - 1)
        )
        own = (now.user + now.system - before.user - before.system) / seconds
        arrived = f"{len(self.delays)} of {expected} pushes arrived"
        print(f"{sockets} sockets, {changes} changes ({self.refused} failed), {arrived}")  # noqa: T201
        print(f"load average {os.getloadavg()[0]:.1f}, the generator used {own:.0%} of a core")  # noqa: T201
        print(f"change to push:  {summary(self.delays)}")  # noqa: T201
        if self.load_delays:
            print(  # noqa: T201
                f"list requests:   {summary(self.load_delays)}, {len(self.load_delays)} in {seconds:.0f} s, {self.failed} failed"
            )
        executed = self.live.metric("thriftshop_live_executions_total", field="products") - sockets
        count = self.live.metric("thriftshop_live_push_seconds_count")
        mean = self.live.metric("thriftshop_live_push_seconds_sum") / count if count else 0.0
        print(f"executions {executed:.0f}; the server's own mean from record to send: {1000 * mean:.1f} ms")  # noqa: T201


def summary(delays: Sequence[float]) -> str:
    """Percentiles in milliseconds."""
    ordered = sorted(delays)
    shares = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0))
    return "  ".join(
        f"{name} {1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.1f}" for name, share in shares
    )


if __name__ == "__main__":
    main()
