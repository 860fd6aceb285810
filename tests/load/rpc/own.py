"""The project's own client: the whole call with all filters, and its parts."""

import asyncio
import threading
import time
from collections.abc import Callable

from tests.load.rpc import measuring
from tests.load.rpc.measuring import Taken


def loop(port: int, calls: int) -> Taken:
    """rpc.aconnect, all filters included."""
    measuring.prepare(port)
    from idl import catalog
    from thriftshop import rpc

    client = rpc.aconnect(catalog.CatalogService)

    async def ask():
        with rpc.using(caller="gateway"):
            return await client.get_products(measuring.SKUS)

    return measuring.on_a_loop(calls, ask)


def threads(number: int) -> Callable[[int, int], Taken]:
    """rpc.connect from so many threads."""

    def run(port: int, calls: int) -> Taken:
        measuring.prepare(port)
        from idl import catalog
        from thriftshop import rpc

        client = rpc.connect(catalog.CatalogService)

        def ask():
            with rpc.using(caller="gateway"):
                return client.get_products(measuring.SKUS)

        return measuring.on_threads(calls, number, ask)

    return run


def through_a_loop(port: int, calls: int) -> Taken:
    """The way not taken: threads that hand their calls to one event loop in the background."""
    measuring.prepare(port)
    from idl import catalog
    from thriftshop import rpc

    client, background = rpc.aconnect(catalog.CatalogService), asyncio.new_event_loop()
    threading.Thread(target=background.run_forever, daemon=True).start()

    async def call():
        with rpc.using(caller="gateway"):
            return await client.get_products(measuring.SKUS)

    return measuring.on_threads(
        calls, measuring.THREADS, lambda: asyncio.run_coroutine_threadsafe(call(), background).result()
    )


def connection(port: int, calls: int) -> Taken:
    """The connection alone with the messages: no filters, no choice of a replica."""
    measuring.prepare(port)
    from thriftshop.rpc import messages
    from thriftshop.rpc.addresses import Address
    from thriftshop.rpc.http import async_connections, headers
    from thriftshop.rpc.replica import Replica

    method, args = measuring.message()
    here = Replica("catalog", Address("127.0.0.1", port, f"127.0.0.1:{port}"))
    head = headers.request_head(here.authority, measuring.PATH)

    async def ask():
        body = messages.write_call(method, args)
        found = await async_connections.exchange(here, head, body, time.monotonic() + measuring.DEADLINE_SECONDS)
        return messages.read_reply(method, found.body)

    return measuring.on_a_loop(calls, ask)
