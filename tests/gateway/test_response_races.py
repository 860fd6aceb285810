"""Stored responses race with changes: the same as executed ones, and never older than the events that arrived."""

import asyncio
import random
import threading
import time

import orjson
import pytest
from asgiref.sync import async_to_sync

from apps.gateway import cache, subscriptions
from apps.gateway.gateway import GATEWAY
from tests.gateway import client, shop
from tests.gateway.following import CACHES, receive, rename
from tests.gateway.random_queries import Writer
from tests.gateway.test_responses import STOCK
from thriftshop.events import broadcast
from thriftshop.graphql import endpoint
from thriftshop.graphql.requests import Incoming
from thriftshop.graphql.responses import Responses

RANDOM_QUERIES = 120


def test_stored_and_executed_responses_are_the_same_for_random_queries_and_changes(followed, executions, settings):
    settings.GRAPHQL_RATE_ADDRESS = 0
    rng = random.Random(7)
    writer = Writer(rng)
    requests = 0
    for query in [writer.query() for _ in range(RANDOM_QUERIES)]:
        first = comparable(query)
        assert first == comparable(query), query
        if rng.random() < 0.3:
            change()
            followed.deliver()
        current = comparable(query)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(GATEWAY.engine, "responses", Responses())
            assert current == comparable(query), query
        requests += 4
    assert requests - len(executions) > RANDOM_QUERIES // 4, "too few responses were stored to compare them"


def change() -> None:
    """Rename products that queries ask for by SKU or see in lists, and receive stock of them."""
    for number in (0, 1, shop.PRODUCTS - 1):
        rename(f"Name {random.random()}", number)
        receive(number=number)


def comparable(query: str) -> object:
    """The response without the ids of traces."""
    answer = orjson.loads(client.send({"query": query}).body)
    for error in answer.get("errors", ()):
        error["extensions"].pop("traceId", None)
    return answer


@pytest.mark.django_db(transaction=True)
def test_no_response_is_older_than_the_events_that_arrived_before_its_request(monkeypatch):
    """Writes race with reads; how long an event takes to arrive does not matter."""
    shop.stock_up(2)
    monkeypatch.setattr(GATEWAY.engine, "responses", Responses())
    arrived = [5]
    handled = cache.drop_level

    def drop_level(record):
        handled(record)
        if record.stream == shop.sku(0):
            arrived.append(5 + record.version - 1)

    monkeypatch.setattr(cache, "drop_level", drop_level)
    started = broadcast.start()
    writes = threading.Thread(target=write_levels, args=(40,))
    try:
        assert until_current()
        writes.start()
        hits, too_old = async_to_sync(read_levels)(writes, arrived)
    finally:
        writes.join(60)
        broadcast.stop()
        for one in started:
            one.join(60)
        for one in CACHES:
            one.clear()
    assert too_old == []
    assert hits > 0


def write_levels(count: int) -> None:
    from django.db import connections

    try:
        for _ in range(count):
            receive()
            time.sleep(0.02)
    finally:
        connections.close_all()


def until_current() -> bool:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        if all(broadcast.current_at(one.name) > broadcast.NEVER for one in subscriptions.SUBSCRIPTIONS):
            return True
        time.sleep(0.01)
    return False


async def read_levels(writes: threading.Thread, arrived: list[int]) -> tuple[int, list[tuple[int, int]]]:
    """Read until the writes end: how many responses were the stored ones, and those that were older than they may be."""
    bodies: set[int] = set()
    kept, hits, too_old = [], 0, []
    while writes.is_alive():
        least = arrived[-1]
        incoming = Incoming("POST", {"content-type": "application/json"}, "", orjson.dumps({"query": STOCK}), "::1")
        body = (await endpoint.handle(incoming)).body
        hits += id(body) in bodies
        bodies.add(id(body))
        kept.append(body)  # so that no other body gets its id
        available = orjson.loads(body)["data"]["product"]["stock"]["available"]
        if available < least:
            too_old.append((available, least))
        await asyncio.sleep(0)
    return hits, too_old
