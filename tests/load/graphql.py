"""An open-loop load on a running shop: `python -m tests.load.graphql --rate 50 --seconds 20`; a slow server cannot slow it down.

Half the requests list 20 products, a quarter look at one product, search or count facets, a quarter put something into a cart.
The same requests as a constant answer (`/livez`) and with documents never seen before are measured in the same run, so that
ratios hold on a noisy machine.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

LIST = """query List($after: String) { products(first: 20, after: $after) { edges { node { id name slug description
 price { amount currency } category { name } stock { available } } } pageInfo { hasNextPage endCursor } } }"""
SEARCH = (
    """query Search($query: String!) { products(first: 10, filter: {query: $query}) { edges { node { sku name } } } }"""
)
FACETS = """query Facets($query: String!) { facets(filter: {query: $query}) { code values { value count } } }"""
OPEN = """mutation Open { openCart(input: {currency: "GBP"}) { ... on OpenCartSuccess { token } } }"""
ADD = """mutation Add($token: String!, $sku: String!) { addToCart(input: {cartToken: $token, sku: $sku, quantity: 1})
 { __typename ... on AddToCartSuccess { cart { itemCount } } } }"""
SOME = "{ products(first: 100) { edges { node { sku } } } }"
WORDS = ["teapot", "coat", "lamp", "book", "blue", "wool", "chair", "radio", "vase", "linen"]


class Connection:
    """One kept-alive HTTP/1.1 connection."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of one request."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        assert self.reader is not None
        headers = f"Host: {self.host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        head = f"{method} {path} HTTP/1.1\r\n{headers}\r\n\r\n"
        self.writer.write(head.encode() + body)
        status = int((await self.reader.readline()).split()[1])
        length = 0
        while (line := await self.reader.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, await self.reader.readexactly(length)


class Pool:
    """As many connections as are needed at a time."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.free: list[Connection] = []

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of one request, on a connection that is free."""
        connection = self.free.pop() if self.free else Connection(self.host, self.port)
        answer = await connection.ask(method, path, body)
        self.free.append(connection)
        return answer

    async def graphql(self, document: str, **variables: Any) -> Any:
        """The data of a GraphQL answer; raises for one that has errors."""
        status, body = await self.ask(
            "POST", "/graphql", json.dumps({"query": document, "variables": variables}).encode()
        )
        answer = json.loads(body)
        if status != 200 or "errors" in answer:
            raise RuntimeError(f"{status}: {body[:300]!r}")
        return answer["data"]


Send = Callable[[], Any]


async def open_loop(send: Send, rate: float, seconds: float) -> tuple[list[float], int]:
    """Send at a steady rate whatever the answers do; give the times from due to answered in ms, and how many failed."""
    times: list[float] = []
    failed = 0

    async def one(due: float) -> None:
        nonlocal failed
        try:
            await send()
        except (RuntimeError, OSError, asyncio.IncompleteReadError):
            failed += 1
        times.append((time.perf_counter() - due) * 1000)

    started, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due = started + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    return times, failed


async def closed_loop(send: Send, clients: int, seconds: float) -> tuple[float, int]:
    """How many requests a second so many clients get answered, each sending its next when the last is; and how many failed."""
    until, count, failed = time.perf_counter() + seconds, 0, 0

    async def client() -> None:
        nonlocal count, failed
        while time.perf_counter() < until:
            try:
                await send()
                count += 1
            except RuntimeError:
                failed += 1

    await asyncio.gather(*(client() for _ in range(clients)))
    return count / seconds, failed


async def mix(pool: Pool) -> Send:
    """A function that sends one request of the mix."""
    skus = [edge["node"]["sku"] for edge in (await pool.graphql(SOME))["products"]["edges"]]
    tokens = [(await pool.graphql(OPEN))["openCart"]["token"] for _ in range(50)]

    async def send() -> None:
        drawn = random.random()
        if drawn < 0.5:
            await pool.graphql(LIST)
        elif drawn < 0.7:
            await pool.graphql(SEARCH, query=random.choice(WORDS))
        elif drawn < 0.75:
            await pool.graphql(FACETS, query=random.choice(WORDS))
        else:
            await pool.graphql(ADD, token=random.choice(tokens), sku=random.choice(skus))

    return send


async def measure(arguments: argparse.Namespace) -> None:
    """Print the table."""
    pool = Pool(arguments.host, arguments.port)
    send, serial = await mix(pool), iter(range(1 << 40))
    rows: dict[str, Send] = {
        "a constant (/livez, through Django)": lambda: pool.ask("GET", "/livez"),
        "list of 20": lambda: pool.graphql(LIST),
        "list of 20, document never seen before": lambda: pool.graphql(f"# {next(serial)}\n{LIST}"),
        "the mix": send,
    }
    for name, one in rows.items():
        rate, failed = await closed_loop(one, arguments.clients, arguments.seconds)
        print(f"{name:42} {rate:8.0f} requests/s, {failed} failed")  # noqa: T201
    times, failed = await open_loop(send, arguments.rate, arguments.seconds)
    quantiles = statistics.quantiles(times, n=100)
    print(  # noqa: T201
        f"the mix at {arguments.rate:g}/s, open loop: p50 {quantiles[49]:.1f} ms, p95 {quantiles[94]:.1f} ms,"
        f" p99 {quantiles[98]:.1f} ms; {failed} of {len(times)} failed"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second in the open loop")
    parser.add_argument("--clients", type=int, default=8, help="clients in the closed loops")
    parser.add_argument("--seconds", type=float, default=10.0)
    asyncio.run(measure(parser.parse_args()))
