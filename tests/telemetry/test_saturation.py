"""Saturation: pools, waiting commands, the event loop's delay, CPU time and memory."""

import asyncio
import threading
import time

from tests.telemetry import samples
from thriftshop.identity import hashers
from thriftshop.processes import loop_delay, password_metrics
from thriftshop.rpc import thread_pool
from thriftshop.telemetry import process, sampling


def test_a_busy_pool_shows_its_threads_and_waiting_calls():
    async def fill():
        pool, release = thread_pool.Pool(1, 10, 60.0), threading.Event()
        calls = [asyncio.create_task(pool.run(release.wait, 30)) for _ in range(3)]
        await asyncio.sleep(0.05)
        pool.sample()
        values = [samples.value(f"thriftshop_pool_{name}", pool="calls") for name in ("limit", "busy", "waiting")]
        release.set()
        await asyncio.gather(*calls)
        pool.sample()
        return values, samples.value("thriftshop_pool_waiting", pool="calls")

    assert asyncio.run(fill()) == ([1, 1, 2], 0)


def test_passwords_that_are_hashed_fill_a_pool():
    with hashers.slots():
        password_metrics.sample()
        assert samples.value("thriftshop_pool_busy", pool="password_hashing") == 1
    password_metrics.sample()
    assert samples.value("thriftshop_pool_busy", pool="password_hashing") == 0


def test_a_blocked_event_loop_is_late():
    def late():
        return samples.value("thriftshop_event_loop_delay_seconds_sum")

    async def block():
        before, task = late(), asyncio.create_task(loop_delay.measure())
        await asyncio.sleep(0)
        time.sleep(loop_delay.SECONDS + 0.5)
        await asyncio.sleep(0.01)
        task.cancel()
        return late() - before

    assert asyncio.run(block()) >= 0.4


def test_cpu_time_and_memory_are_read():
    process.sample()
    before, until = samples.value("thriftshop_process_cpu_seconds_total"), time.process_time() + 0.05
    while time.process_time() < until:
        pass
    process.sample()
    assert samples.value("thriftshop_process_cpu_seconds_total") - before >= 0.05
    assert samples.value("thriftshop_process_resident_bytes") > 1_000_000


def test_a_sample_that_fails_does_not_stop_the_others(monkeypatch):
    called = []

    def fail():
        raise OSError("no such file")

    monkeypatch.setattr(sampling, "_samples", {"broken": fail, "working": lambda: called.append(1)})
    sampling.sample_all()
    assert called == [1]
