"""Services run on a few threads with a bounded queue in front."""

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest

from thriftshop import asgi
from thriftshop.rpc import thread_pool


async def post(statuses, finished):
    """Post to the endpoint; return the outcome, and whether the services were still blocked."""

    async def receive():
        return {"type": "http.request", "body": b"x"}

    async def send(message):
        if "status" in message:
            statuses.append((message["status"], not finished.is_set()))

    await asgi.application(
        {"type": "http", "method": "POST", "path": "/thrift", "headers": [(b"host", b"localhost")]}, receive, send
    )


async def until(condition):
    while not condition():
        await asyncio.sleep(0.001)


def test_services_run_on_a_thread_pool_that_refuses_calls_when_it_is_full(settings, monkeypatch):
    settings.RPC_THREADS = 2
    pool = thread_pool.Pool(2, 3, 60)
    monkeypatch.setattr(thread_pool, "_pool", lambda: pool)
    finished, names, statuses = threading.Event(), set(), []

    def slow(*_):
        names.add(threading.current_thread().name)
        finished.wait(60)
        return SimpleNamespace(status=200, headers=[], body=b"")

    monkeypatch.setattr("thriftshop.rpc.http.server.answer", slow)

    async def talk():
        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(post(statuses, finished))
            await until(lambda: len(names) == 2)
            for _ in range(6):
                group.create_task(post(statuses, finished))
            await until(lambda: len(statuses) == 3)
            finished.set()

    asyncio.run(talk())
    assert statuses[:3] == [(503, True)] * 3
    assert statuses[3:] == [(200, False)] * 5
    assert len(names) == 2
    assert threading.current_thread().name not in names


def test_an_exception_in_a_thread_reaches_the_caller_and_the_thread_continues():
    async def talk():
        pool = thread_pool.Pool(1, 10, 60)
        with pytest.raises(ZeroDivisionError):
            await pool.run(lambda: 1 / 0)
        with pytest.raises(KeyboardInterrupt):
            await pool.run(interrupt)
        return await asyncio.gather(*(pool.run(lambda number=number: number * 2) for number in range(5)))

    def interrupt():
        raise KeyboardInterrupt

    assert asyncio.run(talk()) == [0, 2, 4, 6, 8]


def test_calls_that_wait_run_side_by_side_up_to_the_pools_size():
    together = threading.Barrier(4)

    async def talk():
        pool = thread_pool.Pool(4, 100, 60)
        return await asyncio.gather(*(pool.run(together.wait, 60) for _ in range(20)))

    assert sorted(asyncio.run(talk())) == sorted([0, 1, 2, 3] * 5)


def test_no_call_is_lost_while_calls_arrive_and_are_cancelled():
    async def talk():
        pool = thread_pool.Pool(3, 10_000, 60)

        async def one(number):
            await asyncio.sleep(number % 7 / 10_000)
            return await pool.run(divmod, number, 7)

        return await asyncio.gather(*(one(number) for number in range(3_000)))

    assert asyncio.run(talk()) == [divmod(number, 7) for number in range(3_000)]


async def flood(pool, calls, function):
    """How many of these calls made at once were served, how many refused, and how many of those before any was served."""
    ended = []

    async def one():
        try:
            ended.append(await pool.run(function))
        except thread_pool.Overloaded:
            ended.append(None)

    await asyncio.gather(*(one() for _ in range(calls)))
    at_once = next((place for place, value in enumerate(ended) if value is not None), len(ended))
    return calls - ended.count(None), ended.count(None), at_once


def test_hundreds_of_cheap_calls_at_once_are_all_served():
    async def talk():
        return await flood(thread_pool.Pool(3, 1024, 60), 454, lambda: 1)

    assert asyncio.run(talk()) == (454, 0, 0)


def slow():
    time.sleep(0.02)
    return 1


def test_a_call_that_waited_too_long_is_not_begun():
    async def talk():
        return await flood(thread_pool.Pool(1, 1024, 0.2), 100, slow)

    served, refused, _ = asyncio.run(talk())
    assert 1 <= served <= 11
    assert refused == 100 - served


def test_while_the_first_call_has_waited_too_long_those_that_arrive_are_refused_at_once():
    finished = threading.Event()

    async def talk():
        pool = thread_pool.Pool(1, 1024, 0.05)
        calls = [asyncio.create_task(pool.run(finished.wait, 60)) for _ in range(3)]
        await asyncio.sleep(0.2)
        for _ in range(10):
            with pytest.raises(thread_pool.Overloaded):
                await pool.run(finished.wait, 60)
        finished.set()
        return [isinstance(one, thread_pool.Overloaded) for one in await asyncio.gather(*calls, return_exceptions=True)]

    assert asyncio.run(talk()) == [False, True, True]


def test_a_stall_is_forgotten_by_a_pool_that_has_little_to_do():
    async def talk():
        pool = thread_pool.Pool(1, 1024, 2.0)
        stalled = [asyncio.create_task(pool.run(time.sleep, 1.5)) for _ in range(2)]
        await asyncio.gather(*stalled, return_exceptions=True)
        for _ in range(30):
            await pool.run(lambda: 1)
        return await flood(pool, 100, lambda: 1)

    assert asyncio.run(talk())[0] == 100


def test_a_pause_in_a_crowd_is_not_counted_for_each_that_waits():
    async def talk():
        pool = thread_pool.Pool(1, 1024, 5.0)
        crowd = [asyncio.create_task(pool.run(time.sleep, 0.05 if number == 100 else 0.0001)) for number in range(400)]
        while not all(one.done() for one in crowd[:101]):
            await asyncio.sleep(0)
        return await flood(pool, 50, lambda: 1)

    assert asyncio.run(talk()) == (50, 0, 0)


def test_calls_that_arrive_while_others_do_are_not_taken_for_slow():
    async def talk():
        pool, waiting = thread_pool.Pool(1, 1024, 5.0), []
        for _ in range(20):
            waiting += [asyncio.create_task(pool.run(time.sleep, 0.0001)) for _ in range(20)]
            await asyncio.sleep(0)
            until = time.perf_counter() + 0.01
            while time.perf_counter() < until:  # reads what arrives
                pass
        return await asyncio.gather(*waiting, return_exceptions=True)

    assert asyncio.run(talk()) == [None] * 400


def test_bodies_that_wait_hold_no_more_than_so_much_memory(monkeypatch):
    monkeypatch.setattr(thread_pool, "MAX_BYTES", 1000)
    finished = threading.Event()

    async def talk():
        pool = thread_pool.Pool(1, 1024, 60)
        calls = [asyncio.create_task(pool.run(finished.wait, 60, size=400)) for _ in range(10)]
        await until(lambda: sum(call.done() for call in calls) >= 6)
        finished.set()
        return [isinstance(one, thread_pool.Overloaded) for one in await asyncio.gather(*calls, return_exceptions=True)]

    refused = asyncio.run(talk())
    assert refused[:3] == [False] * 3
    assert sum(refused) >= 6
