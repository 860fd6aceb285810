"""The events that the gateway's caches follow, delivered when a test says so; and what tests change and count with them."""

import random
import time

import pytest

from apps.gateway import cache, subscriptions
from apps.gateway.gateway import GATEWAY
from idl import catalog, inventory
from tests import acting
from tests.gateway import shop
from thriftshop import rpc
from thriftshop.events import broadcast
from thriftshop.graphql.responses import Responses

CACHES = (
    cache.PRODUCTS,
    cache.SLUGS,
    cache.LISTS,
    cache.FACETS,
    cache.CATEGORIES,
    cache.LEVELS,
    cache.RANKINGS,
    cache.ACCOUNTS,
    cache.SEGMENTS,
)


class Followed:
    """The gateway's subscriptions, whose events arrive when a test says so."""

    def __init__(self):
        self._followers = []
        for subscription in subscriptions.SUBSCRIPTIONS:
            if subscription.topic in ("catalog", "inventory", "users"):
                follower = broadcast.Broadcast(subscription.topic, "gateway", subscription.kinds)
                follower.subscribe(subscription.handle)
                self._followers.append(follower)
        self.deliver()

    def deliver(self):
        """Deliver all events recorded so far."""
        for follower in self._followers:
            follower.follow(0)


@pytest.fixture
def followed(stocked, monkeypatch):
    """The events that the caches follow, which are current."""
    monkeypatch.setattr(broadcast, "current_at", lambda _name: time.monotonic())
    monkeypatch.setattr(GATEWAY.engine, "responses", Responses())
    for shared in CACHES:
        shared.clear()
    yield Followed()
    for shared in CACHES:
        shared.clear()


@pytest.fixture
def executions(monkeypatch):
    """The operations that were executed."""
    executed = []
    real = type(GATEWAY.engine).run

    async def run(self, ready, *arguments):
        executed.append(ready.operation.text)
        return await real(self, ready, *arguments)

    monkeypatch.setattr(type(GATEWAY.engine), "run", run)
    return executed


def stored() -> int:
    return len(GATEWAY.engine.responses)


def rename(name: str, number: int = 0) -> None:
    with acting.as_service("demo"):
        rpc.connect(catalog.CatalogService).put_products([catalog.ProductInput(sku=shop.sku(number), name=name)], False)


def archive(number: int = 0) -> None:
    with acting.as_staff("catalog"):
        rpc.connect(catalog.CatalogService).archive_products([shop.sku(number)])


def receive(quantity: int = 1, number: int = 0) -> None:
    with acting.as_service("demo"):
        lines = [inventory.StockLine(sku=shop.sku(number), quantity=quantity)]
        rpc.connect(inventory.InventoryService).receive(f"delivery-{random.getrandbits(64)}", lines, None, None)
