"""The page of the 2018 gateway: one `get` for each product, all at once."""

import asyncio

import pytest

from idl import inventory
from idl.legacy import inventory as legacy
from tests.wire import posting, serving

Old = legacy.InventoryService
PRODUCTS = 454
SKUS = [f"OLD-{number}" for number in range(PRODUCTS)]


@pytest.fixture(
    scope="module", params=["catalog,inventory,cart,orders,users,sessions,recommender,gateway", "inventory"]
)
def shop(request, tmp_path_factory):
    """All contexts in one process, and the inventory as a process of its own, each with as few threads as in `make split`."""
    folder = tmp_path_factory.mktemp("gateway-2018")
    with serving.served(folder, CONTEXTS=request.param, RPC_THREADS="3") as server:
        lines = [inventory.StockLine(sku=sku, quantity=3) for sku in SKUS]
        server.call(inventory.InventoryService, "receive", "delivery", lines, None, None, caller="trade")
        yield server


class Connection:
    """An HTTP/1.1 connection to a server."""

    def __init__(self, port):
        self.port, self.streams = port, None

    async def get(self, sku):
        """The status of one `get`, and the available quantity if it is answered."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        body = posting.message(Old, "get", sku)
        writer.write(f"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r")[0])
        answer = posting.Answer(int(head[9:12]), {}, await reader.readexactly(length))
        return answer.status, posting.value(Old, "get", answer).qty if answer.status == 200 else None

    def close(self):
        if self.streams is not None:
            self.streams[1].close()


async def page(port, connections):
    """The results of a page over so many connections."""
    queue, results = list(SKUS), []

    async def work():
        connection = Connection(port)
        while queue:
            results.append(await connection.get(queue.pop()))
        connection.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    return results


@pytest.mark.parametrize("connections", [PRODUCTS, 50, 1])
def test_every_product_of_the_page_is_answered(shop, connections):
    results = asyncio.run(page(shop.port, connections))
    assert results == [(200, 3)] * PRODUCTS
