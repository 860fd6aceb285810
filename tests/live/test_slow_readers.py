"""Clients that read too slowly: newer states replace older ones, and who does not read at all is disconnected."""

import asyncio
import socket as sockets

from tests.live import serving
from tests.live.serving import PRODUCTS
from tests.live.websocket import WebSocket
from thriftshop.graphql.live.outbox import Message, Outbox
from thriftshop.graphql.live.subscriptions import Push

LONG = "subscription ($skus: [String!]!) { products(skus: $skus) { sku description stock { available } } }"


async def test_a_waiting_state_is_replaced_by_a_newer_one_of_the_same_object():
    outbox, sent, may_write = Outbox(), [], asyncio.Event()

    async def write(content):
        await may_write.wait()
        sent.append(content)

    writing = asyncio.create_task(outbox.send_all(write))
    for version in range(50):
        for key in ("A", "B"):
            assert outbox.put("1", key, Message(b"%s%d" % (key.encode(), version), Push("field", key, b"")))
        await asyncio.sleep(0)
    outbox.add(b"last")
    outbox.finish(drop=False)
    may_write.set()
    await writing
    assert sent == [b"A0", b"B49", b"A49", b"last"]


async def test_an_outbox_is_bounded_by_number_and_by_size(settings):
    settings.GRAPHQL_SOCKET_QUEUE = 3
    outbox = Outbox()
    assert [outbox.put("1", key, Message(b"x")) for key in "ABCA"] == [True] * 4
    assert not outbox.put("1", "D", Message(b"x"))
    outbox.discard("1")
    assert outbox.put("2", "A", Message(b"x" * 1_048_576))
    assert not outbox.put("2", "B", Message(b"x"))


async def test_a_single_message_may_be_larger_than_an_outbox():
    outbox = Outbox()
    assert outbox.put("1", "next", Message(b"x" * 3_000_000))
    assert not outbox.put("2", "next", Message(b"x"))


async def test_room_is_waited_for_until_messages_have_been_sent(settings):
    settings.GRAPHQL_SOCKET_QUEUE = 4
    outbox, sent = Outbox(), []

    async def produce(name):
        for number in range(20):
            await outbox.room()
            assert outbox.put(name, number, Message(b"%d" % number))

    async def write(content):
        await asyncio.sleep(0)
        sent.append(content)

    writing = asyncio.create_task(outbox.send_all(write))
    await asyncio.gather(*(produce(name) for name in "ABC"))
    outbox.finish(drop=False)
    await writing
    assert len(sent) == 60


async def test_a_client_that_reads_gets_all_first_states_however_many_there_are(strict):
    skus = [strict.stock(f"LAMP{number}", 1) for number in range(20)]
    socket = await strict.socket()
    for number in range(20):
        await socket.subscribe(str(number), PRODUCTS, skus=skus)
    received = {
        (message["id"], message["payload"]["data"]["products"]["sku"]) for message in await results(socket, 400)
    }
    assert len(received) == 400
    await socket.close()


async def test_a_client_that_reads_gets_a_result_that_is_larger_than_an_outbox(live):
    for number in range(12):
        live.stock(f"LAMP{number}", description="A lamp. " * 1_200)
    copies = " ".join(f"copy{number}: description" for number in range(15))
    socket = await live.socket()
    await socket.subscribe("1", f"{{ products(first: 12, sort: NEWEST) {{ nodes {{ {copies} }} }} }}")
    (message,) = await results(socket, 1)
    assert len(str(message)) > 1_300_000
    assert await socket.receive() == {"id": "1", "type": "complete"}


async def results(socket, number):
    """The next results, so many of them."""
    messages = [await socket.receive() for _ in range(number)]
    assert {message["type"] for message in messages} == {"next"}
    return messages


async def test_a_client_that_does_not_read_is_closed_with_a_code_and_others_are_not_delayed(strict):
    skus = [strict.stock(f"LAMP{number}", 1, description="A lamp. " * 600) for number in range(20)]
    reading = await strict.socket()
    await reading.subscribe("1", PRODUCTS, skus=skus[:1])
    slow = await narrow(strict)
    pushed = "thriftshop_live_pushes_total"
    for id_ in ("1", "2"):
        already = strict.metric(pushed)
        await slow.subscribe(id_, LONG, skus=skus)
        await serving.until(lambda already=already: strict.metric(pushed) >= already + len(skus))
    closed = "thriftshop_live_closed_total"
    before = strict.metric(closed, code="4413")
    for _ in range(400):
        await asyncio.to_thread(strict.receive, 1, *skus)
        if strict.metric(closed, code="4413") > before:
            break
        await answer_pings(reading)
    assert strict.metric(closed, code="4413") == before + 1
    assert await slow.closed() == 4413
    assert strict.metric("thriftshop_live_dropped_total", reason="closed") > 0
    await reading.close()


async def narrow(live):
    """A WebSocket whose receive buffer is small."""
    created = sockets.socket()
    created.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
    created.setblocking(False)
    await asyncio.get_running_loop().sock_connect(created, ("127.0.0.1", live.port))
    socket = await WebSocket.open(live.port, connected=created)
    await socket.initialise()
    return socket


async def answer_pings(socket):
    """Read what there is."""
    while True:
        try:
            await socket.receive(0.01)
        except TimeoutError:
            return
