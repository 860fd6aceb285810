"""What a call costs the server: `python -m tests.load.rpc_server --calls 5000`; its CPU time.

A real server (`manage.py serve`) over a database of its own answers calls on kept-alive HTTP/1.1 connections: a probe (what the
server and ASGI cost), a method that there is not (what the endpoint costs before any service), 2018's `get`, and `get_levels` of
20 in binary and compact. Processor time stays fair on a busy machine; calls a second are told beside it.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
django.setup()

from idl import inventory  # noqa: E402 - the contracts need the settings
from idl.legacy import inventory as legacy  # noqa: E402
from tests.load.graphql import Connection  # noqa: E402
from tests.wire import posting, serving  # noqa: E402
from thriftshop.rpc.messages import BINARY, COMPACT, Head  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
SKUS = [f"LOAD-{number}" for number in range(20)]
LEVELS = "/thrift/InventoryService/get_levels"


def processor_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Caller(Connection):
    """A connection whose requests carry a service's token."""

    async def call(self, request: bytes) -> int:
        """The status of one request, written down beforehand."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        assert self.reader is not None
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r")[0])
        await self.reader.readexactly(length)
        return int(head[9:12])


def requests() -> Iterator[tuple[str, int, bytes]]:
    """What is measured: its name, the status it must have, and the request's bytes."""
    yield "a probe", 200, b"GET /livez HTTP/1.1\r\nhost: shop\r\n\r\n"
    unknown = BINARY.write_head(Head(1, "get_all", 1)) + b"\x00"
    yield "no such method", 404, written("/thrift/InventoryService/get_all", unknown)
    yield "2018's get", 200, written("/", posting.message(legacy.InventoryService, "get", SKUS[0]))
    for protocol in (BINARY, COMPACT):
        for skus in (SKUS[:1], SKUS):
            message = posting.message(inventory.InventoryService, "get_levels", skus, protocol=protocol)
            yield f"get_levels of {len(skus)}, {protocol.name}", 200, written(LEVELS, message)


def written(path: str, body: bytes) -> bytes:
    """A POST as bytes."""
    headers = {"host": "shop", "content-length": str(len(body)), **posting.signed("cart", "inventory")}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


async def load(
    server: serving.Server, request: bytes, wanted: int, calls: int, connections: int
) -> tuple[float, float]:
    """Wall-clock seconds and CPU seconds of the server for a number of calls."""

    async def repeat() -> None:
        caller = Caller("127.0.0.1", server.port)
        for _ in range(calls // connections):
            status = await caller.call(request)
            if status != wanted:
                raise SystemExit(f"The server answered {status}, not {wanted}.")

    await asyncio.gather(*(repeat() for _ in range(connections)))  # warms up
    started, before = time.perf_counter(), processor_seconds(server.process.pid)
    await asyncio.gather(*(repeat() for _ in range(connections)))
    return time.perf_counter() - started, processor_seconds(server.process.pid) - before


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=5_000)
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving.served(Path(folder)) as server:
        for sku in SKUS:
            server.stock(sku, 5)
        print("| call | server us | calls/s a core | calls/s, wall-clock |\n| --- | --- | --- | --- |")  # noqa: T201
        for name, wanted, request in requests():
            clock, processor = asyncio.run(load(server, request, wanted, asked.calls, asked.connections))
            each = processor / asked.calls * 1e6
            print(f"| {name} | {each:,.0f} | {1e6 / each:,.0f} | {asked.calls / clock:,.0f} |")  # noqa: T201


if __name__ == "__main__":
    main()
