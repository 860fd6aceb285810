"""Concurrent calls: their limits, shared connections, and cancellation."""

import asyncio
import threading

from idl import inventory
from tests.rpc_client.peers import TIMEOUT_SECONDS, Talk, goes_on, level, ordinary, peer
from thriftshop import rpc
from thriftshop.rpc import replicas

READ = [level("MUG")]


def test_too_many_calls_at_a_time_are_refused_at_once_and_the_others_answered(settings):
    settings.RPC_MOST_IN_FLIGHT = 5
    settings.RPC_RETRY_SHARE = 0.0
    called, go = threading.Event(), threading.Event()

    def waits(talk: Talk) -> None:
        talk.greet()
        streams = [talk.request() for _ in range(5)]
        called.set()
        go.wait(TIMEOUT_SECONDS)
        for stream in streams:
            talk.send(talk.answer(stream))
        goes_on(talk)

    async def ask():
        stock = rpc.aconnect(inventory.InventoryService)
        with rpc.using(caller="cart"):
            calls = [asyncio.ensure_future(stock.get_levels(["MUG"])) for _ in range(12)]
            assert await asyncio.to_thread(called.wait, TIMEOUT_SECONDS)
            refused = sum(call.done() for call in calls)
            go.set()
            assert refused == 7
            return await asyncio.gather(*calls, return_exceptions=True)

    with peer(waits) as here:
        settings.SERVICES = {"inventory": [here.url]}
        outcomes = asyncio.run(ask())
    assert outcomes.count(READ) == 5
    assert (
        sum(isinstance(outcome, rpc.Unavailable) and "RPC_MOST_IN_FLIGHT" in str(outcome) for outcome in outcomes) == 7
    )
    assert replicas.of("inventory").in_flight == 0


def test_many_calls_of_one_loop_share_one_connection(settings):
    async def ask():
        stock = rpc.aconnect(inventory.InventoryService)
        with rpc.using(caller="cart"):
            return await asyncio.gather(*(stock.get_levels(["MUG"]) for _ in range(80)))

    with peer(ordinary) as here:
        settings.SERVICES = {"inventory": [here.url]}
        assert asyncio.run(ask()) == [READ] * 80
        assert len(here.talks) == 1


def test_a_cancelled_call_resets_its_stream_and_keeps_the_connection(settings):
    called, reset = threading.Event(), []

    def waits(talk: Talk) -> None:
        talk.greet()
        first = talk.request()
        called.set()
        while not any(kind == 3 and stream == first for kind, _, stream, _ in talk.seen):
            talk.frame()
        reset.append(first)
        goes_on(talk)

    async def ask():
        stock = rpc.aconnect(inventory.InventoryService)
        with rpc.using(caller="cart"):
            first = asyncio.ensure_future(stock.get_levels(["MUG"]))
            assert await asyncio.to_thread(called.wait, TIMEOUT_SECONDS)
            first.cancel()
            await asyncio.wait({first})
            return first.cancelled(), await stock.get_levels(["MUG"])

    with peer(waits) as here:
        settings.SERVICES = {"inventory": [here.url]}
        assert asyncio.run(ask()) == (True, READ)
        assert (reset, len(here.talks)) == ([1], 1)
    assert replicas.of("inventory").in_flight == 0


def test_threads_call_side_by_side(settings):
    answers = []

    def ask():
        with rpc.using(caller="cart"):
            answers.extend(rpc.connect(inventory.InventoryService).get_levels(["MUG"]) for _ in range(10))

    with peer(ordinary) as here:
        settings.SERVICES = {"inventory": [here.url]}
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(TIMEOUT_SECONDS)
        assert answers == [READ] * 80
        assert len(here.talks) <= 8
