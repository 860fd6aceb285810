"""A customer follows a purchase: in one process, in several workers, and in separate processes; and shutdown."""

import asyncio
import signal
import time

import pytest

from tests import conftest as clean
from tests import split
from tests.journeys import shop as shops
from tests.live import serving
from tests.live.serving import CART, PRODUCTS
from tests.live.test_events import Events
from thriftshop.rpc.http import sync_connections


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """The shop as separate processes."""
    running = split.Split(tmp_path_factory.mktemp("split"))
    try:
        running.start()
        yield running
    finally:
        sync_connections.close()
        running.stop()


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    """A shop with two workers on one port."""
    with serving.running(serving.monolith(tmp_path_factory.mktemp("live"), "workers", WORKERS="2")) as running:
        yield running


@pytest.fixture(params=["one process", "two workers", "separate processes"])
def shape(request, settings):
    """The shop in each shape."""
    if request.param == "one process":
        return request.getfixturevalue("live")
    if request.param == "two workers":
        return serving.connected(settings, request.getfixturevalue("workers"))
    found = request.getfixturevalue("processes")
    settings.CONTEXTS, settings.SERVICES = [], found.services()
    clean.forget()
    port = found.of("gateway")[0].port
    return serving.Live(port, shops.Separate(port, found.mails))


async def test_a_customer_follows_a_purchase(shape):
    ann, lamp = shape.shop.person("ann"), shape.stock("LAMP", 5)
    sockets = [await shape.socket(ann.token) for _ in range(4)]  # with several workers, some at each
    for socket in sockets:
        await socket.subscribe("product", PRODUCTS, skus=[lamp])
        assert (await socket.next("product"))["products"]["stock"]["available"] == 5
        await socket.subscribe("cart", CART)
        assert (await socket.next("cart"))["myCart"]["itemCount"] == 0
        await socket.subscribe("orders", "subscription { myOrders { number status } }")
    placed = await asyncio.to_thread(shape.place, ann, lamp)
    for socket in sockets:
        await followed(socket, placed["number"])
    await asyncio.to_thread(shape.shop.data, "mutation { logOut { __typename } }", ann.token)
    assert {await socket.closed() for socket in sockets} == {4403}


async def followed(socket, number):
    """Read until the cart is empty again, the order is confirmed, and the stock is less by one."""
    awaited, items = {"confirmed", "bought", "less"}, []
    while awaited:
        message = await socket.receive()
        data = message["payload"]["data"]
        if message["id"] == "orders" and data["myOrders"] == {"number": number, "status": "CONFIRMED"}:
            awaited.discard("confirmed")
        elif message["id"] == "cart":
            items.append(data["myCart"]["itemCount"])
            if items[-1] == 0:
                awaited.discard("bought")
        elif message["id"] == "product" and data["products"]["stock"]["available"] == 4:
            awaited.discard("less")


async def test_a_shutdown_closes_sockets_and_ends_streams(tmp_path, settings):
    process = serving.monolith(tmp_path, "shop", DRAIN_GRACE_SECONDS="1", DRAIN_SECONDS="20")
    with serving.running(process):
        live = serving.connected(settings, process)
        lamp = live.stock("LAMP", 1)
        socket, unused = await live.socket(), await live.socket()
        await socket.subscribe("1", PRODUCTS, skus=[lamp])
        await socket.next("1")
        with Events(live, PRODUCTS, variables={"skus": [lamp]}) as events:
            events.next()
            began = time.monotonic()
            process.send(signal.SIGTERM)
            assert [await socket.closed(), await unused.closed()] == [1001, 1001]
            assert await asyncio.to_thread(events.raw) is None
        assert await asyncio.to_thread(process.running.wait, 60) == 0
        assert time.monotonic() - began < 20  # it did not wait for the limit


async def test_private_pushes_wait_while_ends_of_sessions_are_not_heard_of(processes, settings):
    """The sessions' process is frozen: a revoked session could not be told from an open one."""
    settings.CONTEXTS, settings.SERVICES = [], processes.services()
    clean.forget()
    live = serving.Live(processes.of("gateway")[0].port, shops.Separate(0, processes.mails))
    ann, lamp = live.shop.person("ann"), live.stock("LAMP", 5)
    private, public = await live.socket(ann.token), await live.socket()
    await private.subscribe("1", CART)
    await private.next("1")
    await public.subscribe("1", PRODUCTS, skus=[lamp])
    await public.next("1")
    (frozen,) = processes.of("sessions")
    frozen.send(signal.SIGSTOP)
    try:
        await asyncio.sleep(2.5)  # rounds.CURRENT_SECONDS and what a follower waits at most
        live.add(ann, lamp)
        live.receive(1, lamp)
        assert (await public.next("1"))["products"]["stock"]["available"] == 6
        with pytest.raises(TimeoutError):
            await private.receive(1.5)
    finally:
        frozen.send(signal.SIGCONT)
    assert (await private.next("1"))["myCart"]["itemCount"] == 1
