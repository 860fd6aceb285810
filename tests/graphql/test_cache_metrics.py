"""Metrics of caches: what they count reaches Prometheus, with a bounded number of series."""

import gc
import uuid

import pytest
from prometheus_client import REGISTRY

from thriftshop.graphql.bounded import Bounded
from thriftshop.telemetry import caches


@pytest.fixture
def name():
    return f"test {uuid.uuid4().hex}"


def sample(metric: str, name: str, **labels: str) -> float | None:
    caches.publish()
    return REGISTRY.get_sample_value(f"thriftshop_cache_{metric}", {"cache": name, **labels})


def test_hits_misses_evictions_and_entries_are_counted(name):
    bounded = Bounded(2, 100, name)
    for key in "abc":
        assert bounded.get(key) is None
        bounded.put(key, key.upper(), 1)
    assert [bounded.get(key) for key in "abc"] == [None, "B", "C"]
    assert sample("hits_total", name) == 2
    assert sample("misses_total", name) == 4
    assert sample("evictions_total", name) == 1
    assert sample("entries", name) == 2
    assert sample("hits_total", name) == 2, "published twice"


def test_a_value_that_is_not_valid_is_a_miss_and_is_dropped(name):
    bounded = Bounded(2, 100, name)
    bounded.put("a", 1, 1)
    assert bounded.get("a", lambda value: value > 1) is None
    assert (len(bounded), bounded.size) == (0, 0)
    assert (sample("hits_total", name), sample("misses_total", name)) == (0, 1)


def test_the_age_of_answers_is_a_histogram(name):
    bounded = Bounded(2, 100, name)
    statistics = caches.statistics(name, bounded)
    for age in (0.001, 0.3, 0.3, 100_000.0):
        statistics.hit(age)
    assert sample("age_seconds_count", name) == 4
    assert sample("age_seconds_sum", name) == pytest.approx(100_000.601)
    buckets = [sample("age_seconds_bucket", name, le=le) for le in ("0.01", "0.1", "0.5", "3600.0", "+Inf")]
    assert buckets == [1, 1, 3, 3, 4]


def test_caches_of_one_name_are_added_up_as_long_as_they_live(name):
    first, second = Bounded(9, 100, name), Bounded(9, 100, name)
    first.put("a", 1, 1)
    second.put("a", 1, 1)
    second.put("b", 1, 1)
    assert sample("entries", name) == 3
    del second
    gc.collect()
    assert sample("entries", name) == 1
