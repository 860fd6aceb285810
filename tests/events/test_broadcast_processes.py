"""Broadcast from a real process over HTTP, through its restart."""

import functools
import time

import pytest

from idl import inventory
from tests import split
from tests.events.test_broadcast import READER, SKUS, TIMEOUT_SECONDS, by_stream
from thriftshop import rpc
from thriftshop.events import broadcast, feed, streams


def until(condition, process=None):
    limit = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < limit, process.tail(40) if process else ""
        time.sleep(0.02)


@pytest.fixture(params=[1, 4])
def elsewhere(request, tmp_path, settings):
    """A real process that hosts the inventory; this one hosts nothing of it."""
    variables = split.Split(tmp_path)._variables() | {"EVENT_PARTITIONS": str(request.param)}
    process = split.Process("inventory", tmp_path, variables)
    settings.CONTEXTS, settings.RPC_TRANSPORT, settings.DEADLINE_FACTOR = ["recommender"], "http", 10
    settings.SERVICES = {"inventory": [process.address]}
    streams.of.cache_clear()
    feed.of.cache_clear()
    try:
        process.start()
        process.wait()
        yield process
    finally:
        process.stop()


def deliver(number):
    with rpc.using(caller="demo"):
        lines = [inventory.StockLine(sku=sku, quantity=number) for sku in SKUS]
        rpc.connect(inventory.InventoryService).receive(f"delivery {number}", lines, None, None)


def is_delivered(number):
    """Deliver once, though the client still takes the process for unreachable for a moment."""
    try:
        deliver(number)
    except rpc.Unavailable:
        return False
    return True


@pytest.mark.slow
def test_a_real_process_is_followed_and_nothing_is_lost_while_it_restarts(elsewhere, caplog):
    found = []
    deliver(1)
    followed = broadcast.Broadcast("inventory", READER)
    followed.subscribe(found.append)
    followed.start()
    try:
        until(lambda: followed.is_current(5.0), elsewhere)
        deliver(2)
        until(lambda: len(found) == 6, elsewhere)
        elsewhere.stop()
        until(lambda: not followed.is_current(2.0))
        assert followed.is_alive()
        elsewhere.start()
        elsewhere.wait()
        until(lambda: followed.is_current(2.0), elsewhere)
        for number in (3, 4, 5):
            until(functools.partial(is_delivered, number), elsewhere)
        until(lambda: len(found) >= 24, elsewhere)
        until(lambda: followed.is_current(5.0), elsewhere)
    finally:
        followed.stop()
        followed.join(TIMEOUT_SECONDS)
    assert not followed.is_alive()
    assert by_stream(found) == {sku: [(2, 2), (3, 3), (4, 4), (5, 5)] for sku in SKUS}
    assert "broadcast waits" in caplog.text
