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
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import django
import orjson
from django.conf import settings

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
LOG_IN = """mutation LogIn($email: String!, $password: String!) { logIn(input: {email: $email, password: $password})
 { __typename ... on LogInSuccess { token } } }"""
PROFILE = """{ viewer { id name email } }"""
PLACE = """mutation Place($key: String!, $token: String!, $email: String!) { placeOrder(input: {
 idempotencyKey: $key, cartToken: $token, email: $email, payment: {provider: "invoice"}, shippingAddress: {
 name: "Ann", lines: ["1 Mill Lane"], city: "Bath", postcode: "BA1 1AA", country: "GB"}})
 { __typename ... on PlaceOrderSuccess { order { id status } } } }"""
PASSWORD = "a lamp from the attic"
Request = Callable[[], Awaitable[Any]]


async def post(document: str, bearer: str = "", **variables: Any) -> Any:
    """Post an operation to the endpoint; return the data. Raises RuntimeError for errors and refusals."""
    from thriftshop.graphql import endpoint

    body = orjson.dumps({"query": document, "variables": variables})
    headers = [(b"content-type", b"application/json"), (b"host", b"localhost")]
    if bearer:
        headers.append((b"authorization", b"Bearer " + bearer.encode()))
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
    kinds = [value.get("__typename", "Success") for value in answer["data"].values() if isinstance(value, dict)]
    if not all(kind.endswith("Success") for kind in kinds):
        raise RuntimeError(f"Refused: {answer['data']}")
    return answer["data"]


async def filled_cart(sku: str) -> str:
    """The token of a new cart with one line."""
    token: str = (await post(OPEN))["openCart"]["token"]
    await post(ADD, token=token, sku=sku)
    return token


async def place(token: str) -> None:
    """Places an order from a cart."""
    await post(PLACE, key=uuid.uuid4().hex, token=token, email="ann@example.com")


def create_account(email: str) -> None:
    """Create a customer's account."""
    from idl import users
    from thriftshop import call_context, rpc

    with call_context.using(caller="demo"):
        service = rpc.connect(users.UsersService)
        service.import_users([users.UserImport(email=email, name="Ann", password=PASSWORD)])


async def catch_up() -> None:
    """Wait until every consumer group has processed all events, those of the sagas included."""
    from thriftshop.events import progress

    await asyncio.to_thread(progress.catch_up)


async def restocked_skus() -> list[str]:
    """The SKUs of the first 100 products, with enough stock for every order of a run."""
    from idl import inventory
    from thriftshop import call_context, rpc

    def receive(skus: list[str]) -> None:
        with call_context.using(caller="demo"):
            lines = [inventory.StockLine(sku=sku, quantity=100_000) for sku in skus]
            rpc.connect(inventory.InventoryService).receive(uuid.uuid4().hex, lines)

    skus = [node["sku"] for node in (await post("{ products(first: 100) { nodes { sku } } }"))["products"]["nodes"]]
    await asyncio.to_thread(receive, skus)
    await catch_up()
    return skus


async def requests() -> dict[str, Request]:
    """The requests by name."""
    skus = itertools.cycle(await restocked_skus())
    tokens = itertools.cycle([(await post(OPEN))["openCart"]["token"] for _ in range(50)])
    words = itertools.cycle(["teapot", "wool coat", "lamp", "bleu chair", "radio"])
    email = f"{uuid.uuid4().hex}@example.com"
    await asyncio.to_thread(create_account, email)
    bearer = (await post(LOG_IN, email=email, password=PASSWORD))["logIn"]["token"]
    return {
        "list": lambda: post(LIST),
        "page": lambda: post(PAGE, sku=next(skus)),
        "search": lambda: post(SEARCH, query=next(words)),
        "cart line": lambda: post(ADD, token=next(tokens), sku=next(skus)),
        "cart": lambda: post(CART, token=next(tokens)),
        "profile": lambda: post(PROFILE, bearer),
        "log in": lambda: post(LOG_IN, email=email, password=PASSWORD),
    }


async def orders(seconds: float, clients: int) -> float:
    """Microseconds of CPU time of the whole process an order, from the request until its saga has ended."""
    skus = itertools.cycle(await restocked_skus())
    times = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        carts = [await filled_cart(next(skus)) for _ in range(10 * clients)]
        await catch_up()
        started = time.process_time()
        for first in range(0, len(carts), clients):
            await asyncio.gather(*(place(token) for token in carts[first : first + clients]))
        await catch_up()
        times.append((time.process_time() - started) / len(carts) * 1e6)
    return statistics.median(times)


async def cpu(request: Request, seconds: float, clients: int) -> float:
    """Microseconds of CPU time of the whole process a request."""
    await request()
    times = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        started = time.process_time()
        for _ in range(10):
            await asyncio.gather(*(request() for _ in range(clients)))
        times.append((time.process_time() - started) / 10 / clients * 1e6)
    return statistics.median(times)


async def measure(arguments: argparse.Namespace) -> None:
    """Print the table, or the profile of one request."""
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
        if arguments.only not in ("", name):
            continue
        print(f"{name:12} {await cpu(request, arguments.seconds, arguments.clients):8.0f} us")  # noqa: T201
    if arguments.only in ("", "order"):
        print(f"{'order':12} {await orders(arguments.seconds, arguments.clients):8.0f} us")  # noqa: T201


def main() -> None:
    """Start event processing and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clients", type=int, default=1, help="concurrent requests")
    parser.add_argument("--only", default="", help="measure this request only")
    parser.add_argument("--profile", default="", help="a request: list, page, search, cart line, cart")
    parser.add_argument("--sort", default="tottime")
    arguments = parser.parse_args()
    django.setup()
    settings.DEBUG = False  # Django keeps every statement if it is set
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    from thriftshop.processes import serving

    runner = serving.start()
    try:
        asyncio.run(measure(arguments))
    finally:
        serving.stop(runner)


if __name__ == "__main__":
    main()
