"""A client that connects again gets what it has missed, then each change: without a gap, while others write."""

import asyncio
import contextlib

from tests.live.serving import CART, ORDER, PRODUCTS
from tests.live.websocket import Closed


async def test_a_state_that_the_client_has_is_not_sent_again_and_a_newer_one_at_once(live):
    ann, lamp = live.shop.person("ann"), live.stock("LAMP", 9)
    version = live.add(ann, lamp)
    socket = await live.socket(ann.token)
    await socket.subscribe("now", CART, after=version)
    await socket.subscribe("before", CART, after=version - 1)
    assert (await socket.next("before"))["myCart"]["version"] == version
    await socket.send("complete", "before")
    newer = live.add(ann, lamp)
    assert (await socket.next("now"))["myCart"]["version"] == newer


async def test_an_order_is_resumed_by_its_version(live):
    ann, lamp = live.shop.person("ann"), live.stock("LAMP", 9)
    placed = live.place(ann, lamp)
    socket = await live.socket(ann.token)
    await socket.subscribe("1", ORDER, id=placed["id"], after=placed["version"] - 1)
    assert (await socket.next("1"))["myOrder"]["version"] >= placed["version"]


async def test_nothing_is_lost_between_connections_while_others_write(live):
    """The cart changes all the time; a client that comes and goes ends with the last version, and never goes back."""
    ann, lamp = live.shop.person("ann"), live.stock("LAMP", 999)

    def write():
        return [live.add(ann, lamp) for _ in range(60)][-1]

    writing = asyncio.create_task(asyncio.to_thread(write))
    seen = [0]
    while not writing.done() or seen[-1] < writing.result():
        socket = await live.socket(ann.token)
        await socket.subscribe("1", CART, after=seen[-1])
        seen += await some(socket)
        await socket.close()
    assert seen == sorted(set(seen))
    assert seen[-1] == writing.result()


async def some(socket):
    """The versions of a cart that a client receives before it leaves."""
    versions = []
    with contextlib.suppress(TimeoutError):
        while len(versions) < 3:
            versions += [(await socket.next("1", 2.0))["myCart"]["version"]]
    return versions


async def test_the_last_state_arrives_whenever_a_subscription_begins_while_others_write(live):
    lamp = live.stock("LAMP", 1)

    def write():
        for _ in range(40):
            live.receive(1, lamp)

    writing = asyncio.create_task(asyncio.to_thread(write))
    followers = []
    while not writing.done():
        socket = await live.socket()
        await socket.subscribe("1", PRODUCTS, skus=[lamp])
        followers.append(asyncio.create_task(last(socket)))
        await asyncio.sleep(0.02)
    assert len(followers) > 3
    assert {tuple(await follower) for follower in followers} == {(41, True)}


async def last(socket):
    """The stock that a subscriber sees last, and whether it never went back."""
    seen = []
    while not seen or seen[-1] < 41:
        try:
            seen.append((await socket.next("1"))["products"]["stock"]["available"])
        except Closed:
            break
    return seen[-1], seen == sorted(set(seen))
