"""What a call costs its caller, by client: `python -m tests.load.rpc [--calls 4000] [--clients own ...]`.

Granian serves one method of the catalog's contract, 20 SKUs to 20 products, in a process of its own; each client calls it
from another one, 50 calls at a time (threads: 8). Prints calls a second by the clock, and the client's own CPU per call,
which is the figure to trust on a busy machine. A measurement to read, not a test.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from tests.load.rpc_answering import SKUS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
os.environ["CONTEXTS"] = "gateway"

AT_A_TIME, THREADS, DEADLINE_SECONDS = 50, 8, 30.0
PATH = "/thrift/CatalogService/get_products"


# -- the clients ----------------------------------------------------------------------------------
def prepared(port: int):
    """The platform, set up to find the catalog at this port."""
    import django

    django.setup()
    from django.conf import settings

    settings.SERVICES = {"catalog": [f"http://127.0.0.1:{port}"]}
    settings.RPC_MOST_IN_FLIGHT = 1000
    from idl import catalog
    from thriftshop import rpc

    return rpc, catalog.CatalogService


def on_a_loop(calls: int, ask: Callable[[], Awaitable[list]]) -> Callable[[], Awaitable[None]]:
    """So many calls, AT_A_TIME side by side."""

    async def work(number: int) -> None:
        for _ in range(number):
            assert len(await ask()) == len(SKUS)

    async def run() -> None:
        await asyncio.gather(*(work(calls // AT_A_TIME) for _ in range(AT_A_TIME)))

    return run


def on_threads(calls: int, threads: int, ask: Callable[[], list]) -> None:
    """So many calls by so many threads."""

    def work(number: int) -> None:
        for _ in range(number):
            assert len(ask()) == len(SKUS)

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, calls // threads) for _ in range(threads)]:
            done.result()


def timed_loop(calls: int, ask: Callable[[], Awaitable[list]]) -> tuple[float, float]:
    """Seconds by the clock and of CPU, after a few calls to warm up; on the running loop's own runner."""

    async def run() -> tuple[float, float]:
        await on_a_loop(AT_A_TIME * 2, ask)()
        clock, cpu = time.perf_counter(), time.process_time()
        await on_a_loop(calls, ask)()
        return time.perf_counter() - clock, time.process_time() - cpu

    taken: tuple[float, float] = asyncio.run(run())
    return taken


def timed_threads(calls: int, threads: int, ask: Callable[[], list]) -> tuple[float, float]:
    """As `timed_loop`, for threads."""
    on_threads(threads * 2, threads, ask)
    clock, cpu = time.perf_counter(), time.process_time()
    on_threads(calls, threads, ask)
    return time.perf_counter() - clock, time.process_time() - cpu


def own_loop(port: int, calls: int) -> tuple[float, float]:
    """rpc.aconnect, all filters included."""
    rpc, contract = prepared(port)
    client = rpc.aconnect(contract)

    async def ask():
        with rpc.using(caller="gateway"):
            return await client.get_products(SKUS)

    return timed_loop(calls, ask)


def own_threads(threads: int) -> Callable[[int, int], tuple[float, float]]:
    """rpc.connect from so many threads."""

    def run(port: int, calls: int) -> tuple[float, float]:
        rpc, contract = prepared(port)
        client = rpc.connect(contract)

        def ask():
            with rpc.using(caller="gateway"):
                return client.get_products(SKUS)

        return timed_threads(calls, threads, ask)

    return run


def own_through_a_loop(port: int, calls: int) -> tuple[float, float]:
    """The way not taken: threads that hand their calls to one event loop in the background."""
    rpc, contract = prepared(port)
    client, loop = rpc.aconnect(contract), asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def call():
        with rpc.using(caller="gateway"):
            return await client.get_products(SKUS)

    return timed_threads(calls, THREADS, lambda: asyncio.run_coroutine_threadsafe(call(), loop).result())


def own_connection(port: int, calls: int) -> tuple[float, float]:
    """The connection alone with the messages: no filters, no choice of a replica."""
    prepared(port)
    from thriftshop.rpc import messages
    from thriftshop.rpc.http import asynchronous, headers
    from thriftshop.rpc.http.addresses import Address
    from thriftshop.rpc.http.replica import Replica

    method, args = message()
    here = Replica("catalog", Address("127.0.0.1", port, f"127.0.0.1:{port}"))
    head = headers.request_head(here.authority, PATH)

    async def ask():
        body = messages.write_call(method, args)
        found = await asynchronous.exchange(here, head, body, time.monotonic() + DEADLINE_SECONDS)
        return messages.read_reply(method, found.body)

    return timed_loop(calls, ask)


def message():
    """The method and its arguments."""
    from idl import catalog
    from thriftshop.rpc import reflection

    method = reflection.methods(catalog.CatalogService)["get_products"]
    return method, method.args_type(skus=SKUS)


HEADERS = {"content-type": "application/x-thrift", "thriftshop-deadline-ms": "30000"}


def pyreqwest_loop(port: int, calls: int) -> tuple[float, float]:
    """pyreqwest's asynchronous client."""
    prepared(port)
    from pyreqwest.client import ClientBuilder

    from thriftshop.rpc import messages

    method, args = message()
    client = ClientBuilder().http2_prior_knowledge().build()
    url = f"http://127.0.0.1:{port}{PATH}"

    async def ask():
        body = messages.write_call(method, args)
        answer = await client.post(url).headers(HEADERS).body_bytes(body).build().send()
        return messages.read_reply(method, bytes(await answer.bytes()))

    return timed_loop(calls, ask)


def pyreqwest_threads(port: int, calls: int) -> tuple[float, float]:
    """pyreqwest's synchronous client."""
    prepared(port)
    from pyreqwest.client import SyncClientBuilder

    from thriftshop.rpc import messages

    method, args = message()
    client = SyncClientBuilder().http2_prior_knowledge().build()
    url = f"http://127.0.0.1:{port}{PATH}"

    def ask():
        body = messages.write_call(method, args)
        answer = client.post(url).headers(HEADERS).body_bytes(body).build().send()
        return messages.read_reply(method, bytes(answer.bytes()))

    return timed_threads(calls, THREADS, ask)


def httpx_loop(port: int, calls: int) -> tuple[float, float]:
    """httpx over HTTP/2."""
    prepared(port)
    import httpx

    from thriftshop.rpc import messages

    method, args = message()
    client = httpx.AsyncClient(http1=False, http2=True, timeout=DEADLINE_SECONDS)
    url = f"http://127.0.0.1:{port}{PATH}"

    async def ask():
        answer = await client.post(url, content=messages.write_call(method, args), headers=HEADERS)
        return messages.read_reply(method, answer.content)

    return timed_loop(calls, ask)


def thriftpy2_http(port: int, calls: int) -> tuple[float, float]:
    """thriftpy2's own client over HTTP/1.1, one thread."""
    prepared(port)
    from thriftpy2.http import make_client

    from idl import catalog

    client = make_client(catalog.CatalogService, host="127.0.0.1", port=port, path=PATH, timeout=30_000)
    return timed_threads(calls, 1, lambda: client.get_products(SKUS))


CLIENTS: dict[str, tuple[str, Callable[[int, int], tuple[float, float]]]] = {
    "own": ("own, event loop, whole call", own_loop),
    "own-connection": ("own, event loop, connection and messages alone", own_connection),
    "own-thread": ("own, one thread, whole call", own_threads(1)),
    "own-threads": (f"own, {THREADS} threads, whole call", own_threads(THREADS)),
    "own-background": (f"own, {THREADS} threads through one background loop", own_through_a_loop),
    "pyreqwest": ("pyreqwest, asynchronous", pyreqwest_loop),
    "pyreqwest-threads": (f"pyreqwest, synchronous, {THREADS} threads", pyreqwest_threads),
    "httpx": ("httpx, HTTP/2, asynchronous", httpx_loop),
    "thriftpy2": ("thriftpy2's THttpClient, HTTP/1.1", thriftpy2_http),
}


# -- all of them ----------------------------------------------------------------------------------
def main() -> None:
    """Serves, calls, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=4000)
    parser.add_argument("--clients", nargs="*", default=list(CLIENTS), choices=list(CLIENTS))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        name, port = options.one
        seconds, cpu = CLIENTS[name][1](int(port), options.calls)
        say(f"{seconds} {cpu}\n")
    else:
        compare(options.clients, options.calls)


def compare(names: list[str], calls: int) -> None:
    """Each client in a process of its own, one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port = trial.getsockname()[1]
    command = [sys.executable, "-m", "tests.load.rpc"]
    server = subprocess.Popen([*command[:-1], "tests.load.rpc_answering", str(port)], stderr=subprocess.DEVNULL)  # noqa: S603 - our own command line
    try:
        wait_for(port)
        say(f"{'client':<52}{'calls/s':>9}{'CPU us/call':>13}{'calls/s per core':>18}\n")
        for name in names:
            asked = [*command, "--one", name, str(port), "--calls", str(calls)]
            ended = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - as above
            if ended.returncode:
                say(f"{CLIENTS[name][0]:<52}  {(ended.stderr.strip().splitlines() or ['failed'])[-1]}\n")
                continue
            seconds, cpu = map(float, ended.stdout.split()[-2:])
            say(f"{CLIENTS[name][0]:<52}{calls / seconds:>9,.0f}{cpu / calls * 1e6:>13,.0f}{calls / cpu:>18,.0f}\n")
    finally:
        server.terminate()
        server.wait(10)


def wait_for(port: int) -> None:
    """Returns once something listens there."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server does not start.")


def say(text: str) -> None:
    """Prints at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
