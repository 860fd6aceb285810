"""The gateway's cache: an outdated value is never served, however loading and events interleave."""

import asyncio
import math
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.gateway import cache, subscriptions
from idl import catalog
from tests import acting
from tests.events.test_workers import until
from tests.gateway import shop
from thriftshop import call_context, clock, rpc
from thriftshop.events import broadcast, envelope
from thriftshop.telemetry import caches


class Level:
    """A value with a version."""

    def __init__(self, version, valid_until=None):
        self.version, self.valid_until = version, valid_until


class Subscription:
    """A subscription that is current until it stops, and the clock by which that is measured."""

    def __init__(self):
        self.now = self.current_at = 1_000.0

    def stop(self):
        """Nothing was received for longer than a cache may be used."""
        self.now += cache.CURRENT_SECONDS + 0.1

    def resume(self):
        self.current_at = self.now


@pytest.fixture
def current(monkeypatch):
    subscription = Subscription()
    monkeypatch.setattr(broadcast, "current_at", lambda name: subscription.current_at)
    monkeypatch.setattr(cache, "monotonic", lambda: subscription.now)
    return subscription


@pytest.fixture
def levels(current):
    return cache.Cache("stock_levels", "gateway.levels")


class Source:
    """Where values are loaded from; counts how often each key was."""

    def __init__(self):
        self.versions, self.loads = {"A": 1, "B": 1}, []

    async def load(self, keys):
        self.loads.append(list(keys))
        return [Level(self.versions[key]) if key in self.versions else None for key in keys]


def load(levels, source, *keys):
    found = asyncio.run(levels.load(list(keys), source.load))
    return [one and one.version for one in found]


def test_a_cached_value_is_not_loaded_again(levels):
    source = Source()
    assert load(levels, source, "A", "B", "A") == [1, 1, 1]
    assert load(levels, source, "B", "A", "X") == [1, 1, None]
    assert load(levels, source, "X") == [None]
    assert source.loads == [["A", "B"], ["X"]]


def test_a_changed_value_is_loaded_again(levels):
    source = Source()
    load(levels, source, "A", "B")
    source.versions["A"] = 2
    levels.drop("A")
    assert load(levels, source, "A", "B") == [2, 1]
    assert source.loads[1:] == [["A"]]


def test_a_value_that_changes_while_it_is_loaded_is_not_cached(levels):
    source = Source()

    async def load_and_change(keys):
        found = await source.load(keys)
        source.versions["A"] = 2
        levels.drop("A")
        return found

    asyncio.run(levels.load(["A"], load_and_change))
    assert load(levels, source, "A") == [2]


def test_a_change_with_an_unknown_key_clears_the_cache(levels, monkeypatch):
    monkeypatch.setattr(cache, "MAX_CHANGES", 2)
    source = Source()

    async def load_and_change(keys):
        found = await source.load(keys)
        source.versions["A"] = 2
        levels.drop("A")
        levels.drop("P", "Q", "R")
        return found

    asyncio.run(levels.load(["A"], load_and_change))
    assert load(levels, source, "A") == [2]


def test_a_value_is_not_served_after_it_expires(levels, monkeypatch):
    now = clock.now()

    async def load_until(keys):
        return [Level(1, valid_until=now + 1_000)]

    asyncio.run(levels.load(["A"], load_until))
    source = Source()
    source.versions["A"] = 2
    assert load(levels, source, "A") == [1]
    monkeypatch.setattr(clock, "now", lambda: now + 1_000)
    assert load(levels, source, "A") == [2]


def test_nothing_is_served_while_the_subscription_is_not_current(levels, current):
    source = Source()
    load(levels, source, "A")
    source.versions["A"] = 2
    current.stop()
    assert load(levels, source, "A") == [2]
    current.resume()
    source.versions["A"] = 3
    assert load(levels, source, "A") == [3]


def test_a_request_for_another_date_bypasses_the_cache(levels):
    source = Source()
    load(levels, source, "A")
    with call_context.using(occurred_at=1):
        load(levels, source, "A")
    assert source.loads == [["A"], ["A"]]


def test_the_cache_is_bounded(current):
    levels = cache.Cache("stock_levels", "gateway.levels", most=3)
    source = Source()
    for number in range(10):
        load(levels, source, str(number))
    load(levels, source, "9", "8", "7", "6")
    assert source.loads[-1] == ["6"]


def test_a_cached_value_is_read_at_once_until_it_changes(levels, current):
    assert levels.get("A") is cache.MISSING
    load(levels, Source(), "A", "X")
    assert levels.get("A").version == 1
    assert levels.get("X") is None
    levels.drop("A")
    assert levels.get("A") is cache.MISSING
    current.stop()
    assert levels.get("X") is cache.MISSING


def test_dropping_all_also_drops_what_is_being_loaded(levels):
    source = Source()

    async def load_and_drop(keys):
        found = await source.load(keys)
        source.versions["A"] = 2
        levels.drop_all()
        return found

    load(levels, source, "B")
    asyncio.run(levels.load(["A"], load_and_drop))
    assert load(levels, source, "A", "B") == [2, 1]
    assert source.loads[-1] == ["A", "B"]


@pytest.mark.parametrize("name", ["gateway.products", "gateway.categories"])
def test_a_change_of_a_product_or_a_category_drops_all_lists(name, current):
    (subscription,) = (one for one in subscriptions.SUBSCRIPTIONS if one.name == name)
    lists = cache.LISTS
    asyncio.run(lists.load(["a list"], Source().load))
    assert lists.get("a list") is None
    subscription.handle(SimpleNamespace(stream="T-1"))
    assert lists.get("a list") is cache.MISSING


@given(st.lists(st.tuples(st.sampled_from(["load", "change", "load across"]), st.sampled_from("AB")), max_size=40))
def test_a_load_that_begins_after_a_change_always_sees_it(steps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(broadcast, "current_at", lambda name: math.inf)
        levels, source = cache.Cache("stock_levels", "gateway.levels"), Source()

        def change(key):
            source.versions[key] += 1
            levels.drop(key)

        async def load_across(keys):
            found = await source.load(keys)
            change(keys[0])
            return found

        for step, key in steps:
            if step == "change":
                change(key)
            elif step == "load across":
                asyncio.run(levels.load([key], load_across))
            else:
                assert load(levels, source, key) == [source.versions[key]]


def test_every_kind_of_event_that_changes_a_product_or_a_level_drops_it():
    """A new kind of event must be followed, or named here as one that changes neither."""
    followed: dict[str, set[str]] = {}
    for one in subscriptions.SUBSCRIPTIONS:
        followed.setdefault(one.topic, set()).update(one.kinds or envelope.kinds(one.topic))
    assert set(envelope.kinds("catalog")) == followed["catalog"]
    assert set(envelope.kinds("inventory")) == followed["inventory"]


def test_every_cache_has_metrics_and_is_documented():
    from apps.gateway.gateway import GATEWAY

    assert len(GATEWAY.engine.responses) >= 0
    caches.publish()
    (family,) = caches.MISSES.collect()
    names = {sample.labels["cache"] for sample in family.samples if not sample.labels["cache"].startswith("test ")}
    assert {"responses", "products", "product_lists", "categories", "stock_levels", "fragments", "plans"} <= names
    documented = Path("docs/caching.md").read_text()
    assert [name for name in sorted(names) if f"`{name}`" not in documented] == []


@pytest.mark.django_db(transaction=True)
def test_a_running_process_serves_products_and_levels_from_the_cache_and_follows_changes():
    shop.stock_up(2)
    sku = shop.sku(0)
    started = broadcast.start()
    try:
        assert until(
            lambda: all(broadcast.current_at(one.name) > broadcast.NEVER for one in subscriptions.SUBSCRIPTIONS)
        )

        async def product():
            (found,) = await cache.PRODUCTS.load([sku], _load_product)
            return found

        before = asyncio.run(product())
        assert asyncio.run(product()) is before
        with acting.as_staff("catalog"):
            rpc.connect(catalog.CatalogService).put_products([catalog.ProductInput(sku=sku, name="Renamed")], False)
        assert until(lambda: asyncio.run(product()).name == "Renamed")
    finally:
        broadcast.stop()
        for one in started:
            one.join(60)


async def _load_product(skus):
    with acting.as_stranger():
        return await rpc.aconnect(catalog.CatalogService).get_products(skus)
