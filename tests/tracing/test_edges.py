"""One trace from a browser's click to the push: every edge exists, in one process, in several, and on Kafka."""

import asyncio
import contextlib
import json
import random
import urllib.request
import uuid
from contextlib import ExitStack

import pytest

from tests import conftest as clean
from tests import split
from tests.journeys import shop as shops
from tests.live import serving, websocket
from tests.services import running

# Parent and child. What another part of the shop does with an event is a child of the decision that recorded it.
EDGES = {
    ("click", "mutation server"),
    ("mutation server", "OrdersService/place client"),
    ("OrdersService/place client", "OrdersService/place server"),
    ("OrdersService/place server", "CartService/get_cart client"),
    ("CartService/get_cart client", "CartService/get_cart server"),
    ("OrdersService/place server", "decide orders"),
    ("decide orders", "append orders"),
    ("decide orders", "process orders.listing"),
    ("decide orders", "process recommender.baskets"),
    ("decide orders", "process orders.saga"),
    ("process orders.saga", "InventoryService/reserve client"),
    ("InventoryService/reserve client", "InventoryService/reserve server"),
    ("InventoryService/reserve server", "decide inventory"),
    ("decide inventory", "append inventory"),
    ("decide inventory", "process inventory.ledger"),
    ("decide inventory", "process recommender.stock"),
    ("process orders.saga", "decide orders"),
    ("process orders.letters", "UsersService/get_users client"),
    ("decide orders", "subscription push"),
    ("subscription push", "load orders"),
    ("load orders", "OrdersService/get_orders client"),
    ("OrdersService/get_orders client", "OrdersService/get_orders server"),
}
RELAYED = {("decide orders", "relay orders.relay"), ("decide inventory", "relay inventory.relay")}
TOGETHER = ",".join(context for context in split.CONTEXTS if context not in ("orders", "gateway"))
KAFKA = {"EVENT_FEED": "thriftshop.events.feed.kafka.KafkaFeed", "KAFKA_REPLICAS": "1", "KAFKA_MIN_IN_SYNC": "1"}


def variables(collector):
    """Nothing is exported but what a client wants sampled."""
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
        "OTEL_TRACES_SAMPLER_ARG": "0",
        "TRACES_KEPT_PER_SECOND": "0",
    }


@pytest.fixture(params=["one process", "three processes", "three processes on Kafka"])
def shape(request, settings, collector, tmp_path):
    """The shop, and the edges that it must have."""
    with ExitStack() as stack:
        if request.param == "one process":
            process = serving.monolith(tmp_path, "shop", **variables(collector))
            stack.enter_context(serving.running(process))
            yield serving.connected(settings, process), EDGES
            return
        more, edges = {}, EDGES
        if request.param.endswith("Kafka"):
            running.need_kafka()
            more = {**KAFKA, "KAFKA_PREFIX": f"{uuid.uuid4().hex}.", "KAFKA_PARTITIONS": "1"}
            edges = EDGES | RELAYED
        processes = stack.enter_context(Apart(tmp_path, variables(collector) | more))
        settings.CONTEXTS, settings.SERVICES = [], processes.services()
        clean.forget()
        yield serving.Live(processes.processes[-1].port, shops.Separate(processes.processes[-1].port, tmp_path)), edges


class Apart(split.Split):
    """Orders and the gateway in processes of their own."""

    def __init__(self, folder, variables):
        self.folder, self.mails = folder, folder / "mail"
        self.processes = [split.Process(contexts, folder, {}) for contexts in (TOGETHER, "orders", "gateway")]
        for process in self.processes:
            process.variables = self._variables() | variables

    def services(self):
        return {context: [process.address] for process in self.processes for context in process.contexts.split(",")}

    def __enter__(self):
        if "KAFKA_PREFIX" in self.processes[0].variables:
            for process in self.processes[:2]:
                created = process.manage("create_topics")
                assert created.returncode == 0, created.stderr
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


def click(live, token, body):
    """Send a request as a browser does whose own tracing samples it; return its trace and span."""
    trace, span = f"{random.getrandbits(128):032x}", f"{random.getrandbits(64):016x}"
    headers = {
        "content-type": "application/json",
        "authorization": f"Bearer {token}",
        "traceparent": f"00-{trace}-{span}-01",
    }
    request = urllib.request.Request(f"http://127.0.0.1:{live.port}/graphql", json.dumps(body).encode(), headers)
    answer = json.loads(urllib.request.urlopen(request).read())  # noqa: S310 - our own address
    assert answer["data"]["placeOrder"]["__typename"] == "PlaceOrderSuccess", answer
    return trace, span


async def journey(live):
    """Place an order while its customer follows it, until it is confirmed; return the trace and the span of the click."""
    ann, lamp = live.shop.person("ann"), live.stock("LAMP", 5)
    socket = await live.socket(ann.token)
    await socket.subscribe("orders", "subscription { myOrders { number status } }")
    await asyncio.to_thread(live.add, ann, lamp)
    document = "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename } }"
    body = {"query": document, "variables": {"input": shops.order_input(uuid.uuid4().hex)}}
    clicked = await asyncio.to_thread(click, live, ann.token, body)
    while (await socket.receive())["payload"]["data"]["myOrders"]["status"] != "CONFIRMED":
        pass
    return clicked


def name(span):
    return f"{span.name} {span.kind.lower()}" if span.kind in ("CLIENT", "SERVER") else span.name


def edges_of(spans, clicked):
    by_id = {span.id: name(span) for span in spans} | {clicked: "click"}
    return {(by_id.get(span.parent, ""), name(span)) for span in spans}


def test_a_journey_is_one_trace(shape, collector):
    live, expected = shape
    trace, clicked = asyncio.run(websocket.closing(journey(live)))
    received = collector.received

    def missing():
        return expected - edges_of(received.trace(trace), clicked)

    def loose():
        spans = received.trace(trace)
        return [span for span in spans if span.parent not in {other.id for other in spans} | {clicked}]

    with contextlib.suppress(TimeoutError):
        received.wait(lambda _: not missing() and not loose(), 20)
    assert missing() == set()
    assert loose() == []
