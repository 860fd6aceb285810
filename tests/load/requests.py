"""CPU time per request within one process: `DATABASE_URL=... python -m tests.load.requests`, on a shop with the demo loaded.

Each request passes the whole endpoint, in a process that processes events as well: bytes in, bytes out, without a network.
`--profile list` prints where the time of one request goes.
"""

import argparse
import asyncio
import cProfile
import itertools
import os
import pstats
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import django
import orjson

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")

LIST = """query List { products(first: 20) { edges { node { id name slug description
 price { amount currency } category { name } stock { available } } } pageInfo { hasNextPage endCursor } } }"""
PAGE = """query Page($sku: String!) { product(sku: $sku) { id name description price { amount currency } stock { available }
 category { name } boughtTogether(first: 5) { edges { node { sku name } } } } }"""
OPEN = """mutation Open { openCart(input: {currency: "GBP"}) { ... on OpenCartSuccess { token } } }"""
ADD = """mutation Add($token: String!, $sku: String!) { addToCart(input: {cartToken: $token, sku: $sku, quantity: 1})
 { __typename ... on AddToCartSuccess { cart { itemCount } } } }"""
SEARCH = (
    """query Search($query: String!) { products(first: 10, filter: {query: $query}) { edges { node { sku name } } } }"""
)
CART = """query Cart($token: String!) { cart(token: $token) { itemCount lines { quantity product { name } } } }"""
Request = Callable[[], Awaitable[Any]]


async def post(document: str, **variables: Any) -> Any:
    """Posts an operation to the endpoint; returns the data. Raises RuntimeError for errors."""
    from thriftshop.graphql import endpoint

    body = orjson.dumps({"query": document, "variables": variables})
    headers = [(b"content-type", b"application/json"), (b"host", b"localhost")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": headers, "client": ("127.0.0.1", 1)}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await endpoint.asgi(scope, receive, send)
    answer = orjson.loads(sent[1]["body"])
    if "errors" in answer:
        raise RuntimeError(str(answer["errors"])[:500])
    return answer["data"]


async def requests() -> dict[str, Request]:
    """The requests by name."""
    nodes = (await post("{ products(first: 100) { nodes { sku stock { available } } } }"))["products"]["nodes"]
    skus = itertools.cycle([one["sku"] for one in nodes if one["stock"]["available"] > 20])
    tokens = itertools.cycle([(await post(OPEN))["openCart"]["token"] for _ in range(50)])
    words = itertools.cycle(["teapot", "wool coat", "lamp", "bleu chair", "radio"])
    return {
        "list": lambda: post(LIST),
        "page": lambda: post(PAGE, sku=next(skus)),
        "search": lambda: post(SEARCH, query=next(words)),
        "cart line": lambda: post(ADD, token=next(tokens), sku=next(skus)),
        "cart": lambda: post(CART, token=next(tokens)),
    }


async def cpu(request: Request, seconds: float) -> float:
    """Microseconds of CPU time of the whole process a request."""
    await request()
    times = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        started = time.process_time()
        for _ in range(10):
            await request()
        times.append((time.process_time() - started) / 10 * 1e6)
    return statistics.median(times)


async def measure(arguments: argparse.Namespace) -> None:
    """Prints the table, or the profile of one request."""
    every = await requests()
    await asyncio.sleep(2)  # until the caches follow the topics
    if arguments.profile:
        request = every[arguments.profile]
        for _ in range(50):
            await request()
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(200):
            await request()
        profile.disable()
        pstats.Stats(profile).sort_stats(arguments.sort).print_stats(45)
        return
    for name, request in every.items():
        print(f"{name:12} {await cpu(request, arguments.seconds):8.0f} us")  # noqa: T201


def main() -> None:
    """Starts event processing and measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--profile", default="", help="a request: list, page, search, cart line, cart")
    parser.add_argument("--sort", default="tottime")
    arguments = parser.parse_args()
    django.setup()
    from thriftshop.processes import serving

    runner = serving.start()
    try:
        asyncio.run(measure(arguments))
    finally:
        serving.stop(runner)


if __name__ == "__main__":
    main()
