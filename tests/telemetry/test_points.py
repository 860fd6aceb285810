"""Points in line protocol: what was added since the last ones, escaped, and readable by InfluxDB."""

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from thriftshop.telemetry import points
from thriftshop.telemetry.metrics import BUCKETS

AT = 1_700_000_000_123


@pytest.fixture
def registry():
    return CollectorRegistry()


def lines(source, registry):
    return [line.decode() for line in source.lines(registry.collect(), AT)]


def test_a_counter_is_what_was_added_since_the_last_points(registry):
    counter = Counter("thriftshop_orders_total", "A test.", ["reason"], registry=registry)
    source = points.Points({"instance": "a:1"})
    counter.labels("x").inc(3)
    assert lines(source, registry) == [f"thriftshop_orders_total,instance=a:1,reason=x value=3.0 {AT}000000"]
    assert lines(source, registry) == []
    counter.labels("x").inc(2)
    assert lines(source, registry) == [f"thriftshop_orders_total,instance=a:1,reason=x value=2.0 {AT}000000"]


def test_a_series_without_additions_is_sent_as_0_once_a_minute(registry):
    Counter("thriftshop_orders_total", "A test.", registry=registry)
    Histogram("thriftshop_seconds", "A test.", buckets=BUCKETS, registry=registry)
    source, minutes = points.Points({}), []
    for at in range(AT, AT + 180_000, 5_000):
        minutes += [line.decode().split(" ")[:2] for line in source.lines(registry.collect(), at)]
    assert minutes == 3 * [
        ["thriftshop_orders_total", "value=0.0"],
        ["thriftshop_seconds", "count=0.0,sum=0.0,le_100ms=0.0,le_500ms=0.0"],
    ]


def test_a_counter_that_began_again_is_added_whole(registry):
    counter = Counter("thriftshop_orders_total", "A test.", registry=registry)
    source = points.Points({})
    counter.inc(5)
    lines(source, registry)
    counter.reset()
    counter.inc(2)
    assert lines(source, registry) == [f"thriftshop_orders_total value=2.0 {AT}000000"]


def test_a_gauge_is_sent_as_it_is_and_not_at_all_if_it_is_unknown(registry):
    gauge = Gauge("thriftshop_lag", "A test.", ["group"], registry=registry)
    gauge.labels("a").set(4)
    gauge.labels("b").set(float("nan"))
    source = points.Points({})
    assert lines(source, registry) == lines(source, registry) == [f"thriftshop_lag,group=a value=4.0 {AT}000000"]


def test_a_histogram_has_its_count_sum_quantiles_and_limits(registry):
    histogram = Histogram("thriftshop_seconds", "A test.", ["name"], buckets=BUCKETS, registry=registry)
    for seconds in (0.003, 0.004, 0.3, 7.0):
        histogram.labels("").observe(seconds)
    (line,) = lines(points.Points({}), registry)
    measurement, fields, _ = line.split(" ")
    values = {name: float(value) for name, value in (field.split("=") for field in fields.split(","))}
    assert measurement == "thriftshop_seconds"
    assert (values["count"], values["le_100ms"], values["le_500ms"]) == (4, 2, 3)
    assert values["sum"] == pytest.approx(7.307)
    assert 0.0025 <= values["p50"] <= 0.005
    assert 5.0 < values["p99"] <= 10.0


@given(st.lists(st.floats(0.0001, 9.9), min_size=20, max_size=200), st.sampled_from([0.5, 0.95, 0.99]))
def test_a_quantile_is_in_the_bucket_of_the_exact_one(values, share):
    counted = [(bound, float(sum(value <= bound for value in values))) for bound in (*BUCKETS, float("inf"))]
    exact = sorted(values)[max(0, -int(-share * len(values) // 1) - 1)]
    upper = next(bound for bound in BUCKETS if exact <= bound)
    lower = max((bound for bound in BUCKETS if bound < upper), default=0.0)
    assert lower <= points.quantile(counted, share) <= upper


def test_the_median_is_close_to_the_exact_one():
    chance = random.Random(7)
    values = [chance.uniform(0.1, 0.25) for _ in range(1_000)]
    counted = [(bound, float(sum(value <= bound for value in values))) for bound in (*BUCKETS, float("inf"))]
    assert points.quantile(counted, 0.5) == pytest.approx(statistics.median(values), rel=0.05)


def test_label_values_are_escaped(registry):
    Gauge("thriftshop_pool", "A test.", ["pool"], registry=registry).labels("a b,c=d\\").set(1)
    assert lines(points.Points({}), registry) == [f"thriftshop_pool,pool=a\\ b\\,c\\=d\\\\ value=1.0 {AT}000000"]


def test_metrics_of_libraries_are_left_out(registry):
    Counter("django_http_requests_total", "A test.", registry=registry).inc()
    assert lines(points.Points({}), registry) == []
