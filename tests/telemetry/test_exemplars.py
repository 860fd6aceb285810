"""Exemplars: /metrics shows the trace of the latest sampled observation of each bucket, in OpenMetrics only."""

import pytest
from prometheus_client import Histogram
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from tests import split
from tests.serving import processes
from tests.telemetry import samples
from thriftshop import call_context
from thriftshop.telemetry import exemplars, exposition

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"
TRACE, OTHER = "0af7651916cd43dd8448eb211c80319c", "4bf92f3577b34da6a3ce929d0e0e4736"
BOUNDS = (0.1, 0.5)
HISTOGRAM = Histogram("test_exemplars_seconds", "A test.", ["method"], buckets=BOUNDS)


def observe(seconds, trace, flags="01", method="get"):
    series = exemplars.Series(HISTOGRAM, BOUNDS, {"method": method})
    with call_context.using(traceparent=f"00-{trace}-b7ad6b7169203331-{flags}"):
        series.observe(seconds)


def traces(text, name="test_exemplars_seconds_bucket"):
    """The trace of each bucket that has one, by the bucket's method and bound."""
    return {
        (sample.labels["method"], sample.labels["le"]): sample.exemplar.labels["trace_id"]
        for family in openmetrics(text)
        for sample in family.samples
        if sample.name == name and sample.exemplar
    }


def test_each_bucket_has_the_trace_of_its_latest_observation():
    observe(0.05, OTHER)
    observe(0.05, TRACE)
    observe(7.0, OTHER)
    body, content_type = exposition.render(OPEN_METRICS)
    assert content_type.startswith("application/openmetrics-text")
    assert traces(body.decode()) == {("get", "0.1"): TRACE, ("get", "+Inf"): OTHER}


def test_a_trace_that_is_not_sampled_is_no_exemplar():
    observe(0.05, TRACE, method="sampled")
    observe(0.05, OTHER, flags="00", method="sampled")
    assert traces(exposition.render(OPEN_METRICS)[0].decode())["sampled", "0.1"] == TRACE
    assert samples.value("test_exemplars_seconds_count", method="sampled") == 2


def test_the_plain_format_has_no_exemplars():
    observe(0.05, TRACE)
    body, content_type = exposition.render("text/plain")
    assert content_type.startswith("text/plain")
    assert "test_exemplars_seconds" in {family.name for family in plain(body.decode())}
    assert TRACE not in body.decode()


@pytest.mark.slow
def test_any_of_several_workers_shows_the_exemplars_of_all(tmp_path):
    port, names = split.free_port(), {f"{number:032x}" for number in range(1, 41)}
    query = b'{"query": "{ products(first: 1) { totalCount } }"}'
    headers = {"Content-Type": "application/json"}
    with processes.serving(port, "--migrate", DATABASE_URL=f"sqlite:///{tmp_path}/shop.sqlite3", WORKERS="2"):
        sent = set()
        for trace in names:  # connections are distributed to the workers
            status, _ = processes.request(
                port, "/graphql", "POST", query, **headers, traceparent=f"00-{trace}-b7ad6b7169203331-01"
            )
            sent.add(status)
        shown = {processes.request(port, "/metrics", Accept=OPEN_METRICS)[1].decode() for _ in range(4)}
    assert sent == {200}
    for text in shown:
        exemplars_of_operations = {
            sample.exemplar.labels["trace_id"]
            for family in openmetrics(text)
            for sample in family.samples
            if sample.name == "thriftshop_graphql_seconds_bucket" and sample.exemplar
        }
        assert exemplars_of_operations
        assert exemplars_of_operations <= names
        counts = [
            sample.value
            for family in openmetrics(text)
            for sample in family.samples
            if sample.name == "thriftshop_graphql_seconds_count"
        ]
        assert sum(counts) == len(names)
