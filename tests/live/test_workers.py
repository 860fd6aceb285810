"""Two workers of one server: each answers from its own memory, and both see what either changes."""

import asyncio
import contextlib
import http.client
import os
import signal
import sqlite3
from pathlib import Path

import orjson
import pytest

from tests.live import serving
from tests.live.serving import PRODUCTS
from tests.live.websocket import WebSocket
from tests.serving.test_serve import children

pytestmark = pytest.mark.slow
STOCK = "query ($sku: String!) { product(sku: $sku) { stock { available } } }"
ADD = """mutation ($token: String!, $sku: String!) { addToCart(input: {cartToken: $token, sku: $sku, quantity: 1}) {
  ... on AddToCartSuccess { cart { itemCount } } } }"""
PLACE = """mutation ($key: String!, $token: String!) { placeOrder(input: {
  idempotencyKey: $key, cartToken: $token, email: "ann@example.com", payment: {provider: "card", token: "tok_ok"},
  shippingAddress: {name: "Ann", lines: ["1 Mill Lane"], city: "Bath", postcode: "BA1 1AA", country: "GB"}}) {
  ... on PlaceOrderSuccess { order { status } } } }"""
LEDGER = "inventory.ledger"
MAX_CONNECTIONS = 60


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """A shop with two workers on one port."""
    with serving.running(serving.monolith(tmp_path_factory.mktemp("workers"), "shop", WORKERS="2")) as running:
        yield running


class Client:
    """A connection to one of the workers."""

    def __init__(self, process):
        self._connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=180)
        self._connection.connect()
        self._connection.sock.settimeout(180)
        self.data("{ __typename }")  # accepted by a worker
        self.worker = worker_of(process, self._connection.sock.getsockname()[1])

    def data(self, document, **variables):
        body = orjson.dumps({"query": document, "variables": variables})
        self._connection.request("POST", "/graphql", body, {"content-type": "application/json"})
        answer = orjson.loads(self._connection.getresponse().read())
        assert "errors" not in answer, answer
        return answer["data"]

    def available(self, sku):
        return self.data(STOCK, sku=sku)["product"]["stock"]["available"]

    def buy(self, sku):
        token = self.data('mutation { openCart(input: {currency: "GBP"}) { ... on OpenCartSuccess { token } } }')
        token = token["openCart"]["token"]
        self.data(ADD, token=token, sku=sku)
        assert self.data(PLACE, key=token, token=token)["placeOrder"]["order"]

    def close(self):
        self._connection.close()


def worker_of(process, port):
    """The worker that has accepted the connection from this port."""
    pair = f":{process.port:04X} 0100007F:{port:04X} "
    (line,) = (one for one in Path("/proc/net/tcp").read_text().splitlines() if pair in one)
    link = f"socket:[{line.split()[9]}]"
    for worker in children(process.running.pid):
        for descriptor in Path(f"/proc/{worker}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(descriptor) == link:
                    return worker
    raise AssertionError(f"No worker has accepted the connection from port {port}.")


@pytest.fixture
def clients(process):
    """A connection to each of the two workers."""
    opened, by_worker = [], {}
    while len(by_worker) < 2 and len(opened) < MAX_CONNECTIONS:
        client = Client(process)
        opened.append(client)
        by_worker[client.worker] = client
    assert len(by_worker) == 2
    yield list(by_worker.values())
    for client in opened:
        client.close()


async def test_a_change_through_one_worker_is_seen_through_the_other(live, clients):
    lamp = live.stock("LAMP", 5)
    for available, (buyer, reader) in ((4, clients), (3, clients[::-1])):
        await answered_from_memory(live, clients, lamp)
        await asyncio.to_thread(buyer.buy, lamp)
        await seen(reader, lamp, available)
        assert [reader.available(lamp) for _ in range(5)] == [available] * 5


async def answered_from_memory(live, clients, sku):
    """Read through both workers until they answer from memory."""
    hits = hits_of(live)
    for client in clients:
        for _ in range(5):
            client.available(sku)
    await serving.until(lambda: hits_of(live) > hits)


def hits_of(live):
    return live.metric("thriftshop_cache_hits_total", cache="responses")


async def seen(reader, sku, available):
    """Read through a worker until it shows this stock."""
    await serving.until(lambda: reader.available(sku) == available)


async def test_a_push_arrives_whichever_worker_the_socket_is_at(live, process, clients):
    lamp, sockets = live.stock("LAMP", 5), {}
    for _ in range(MAX_CONNECTIONS):
        socket = await WebSocket.open(live.port)
        sockets[worker_of(process, socket.writer.get_extra_info("sockname")[1])] = socket
        if len(sockets) == 2:
            break
    assert set(sockets) == {client.worker for client in clients}
    for socket in sockets.values():
        await socket.initialise()
        await socket.subscribe("1", PRODUCTS, skus=[lamp])
        assert (await socket.next("1"))["products"]["stock"]["available"] == 5
    for number, client in enumerate(clients, 1):
        await asyncio.to_thread(client.buy, lamp)
        for socket in sockets.values():
            while (await socket.next("1"))["products"]["stock"]["available"] != 5 - number:
                pass


async def test_a_group_is_processed_by_one_worker_and_by_another_after_that_one_was_killed(live, process):
    lamp = live.stock("LAMP", 1)
    await serving.until(lambda: holders(process) and live.metric("thriftshop_consumer_lag_events", group=LEDGER) == 0)
    assert holders(process) <= set(children(process.running.pid))
    processed = live.metric("thriftshop_events_consumed_total", group=LEDGER)
    for _ in range(20):
        live.receive(1, lamp)
    await serving.until(lambda: level(process, lamp) == 21)
    assert live.metric("thriftshop_events_consumed_total", group=LEDGER) == processed + 20
    (victim,) = holders(process)
    os.kill(victim, signal.SIGKILL)
    for _ in range(3):
        live.receive(1, lamp)
    await serving.until(lambda: level(process, lamp) == 24)
    (successor,) = holders(process)
    assert successor != victim
    assert successor in children(process.running.pid)


def holders(process):
    """The workers that hold the leases of the ledger's partitions."""
    with contextlib.closing(sqlite3.connect(process.database, timeout=60)) as database:
        rows = database.execute("SELECT holder FROM events_lease WHERE name LIKE ?", [f"{LEDGER}/%"]).fetchall()
    return {int(holder.rpartition(":")[2]) for (holder,) in rows if holder}


def level(process, sku):
    """The projected stock of a product."""
    return process.query("SELECT available FROM inventory_level WHERE sku = ?", sku)
