"""Which traces are kept, what their spans are called, and how batches join traces."""

import asyncio
import functools
import logging
import os

import pytest
from django.db import connection

from idl import catalog, inventory
from tests import acting
from tests.gateway import client
from thriftshop import call_context, rpc
from thriftshop.database import slow_statements
from thriftshop.events import progress, schedule
from thriftshop.graphql import batching
from thriftshop.telemetry import otlp, spans, tracing
from thriftshop.telemetry.spans import Kind

WORK = Kind("INTERNAL", lambda span: (str(span.subject), {}))
CLICK = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-1bf7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def unsampled(settings, exported):
    """No trace is sampled; those that fail or are slow are kept."""
    settings.OTEL_TRACES_SAMPLER_ARG = 0.0
    tracing.sample(0.0)
    return exported


def names(exported):
    return [span.name for span in exported()]


def test_a_trace_that_is_not_sampled_is_not_exported(unsampled):
    with spans.block(WORK, "root"), spans.block(WORK, "part"):
        pass
    assert names(unsampled) == []


def test_a_trace_that_fails_is_exported_whole(unsampled):
    with spans.block(WORK, "root"):
        with spans.block(WORK, "good part"):
            pass
        with pytest.raises(ZeroDivisionError), spans.block(WORK, "bad part"):
            raise ZeroDivisionError("ann@example.com")
    assert names(unsampled) == ["good part", "bad part", "root"]
    bad = unsampled()[1]
    assert (bad.attributes["error.type"], bad.status.is_ok) == ("ZeroDivisionError", False)
    assert "ann@example.com" not in bad.to_json()


def test_a_slow_trace_is_exported(unsampled, settings):
    otlp.stop()
    settings.TRACES_SLOW_SECONDS = 0.0
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    otlp.start_with(SimpleSpanProcessor(exporter))
    with spans.block(WORK, "slow"):
        pass
    assert [span.name for span in exporter.get_finished_spans()] == ["slow"]


def test_only_so_many_failed_traces_a_second_are_exported(unsampled, settings):
    for number in range(100):
        with pytest.raises(ZeroDivisionError), spans.block(WORK, number):
            raise ZeroDivisionError
    assert settings.TRACES_KEPT_PER_SECOND <= len(unsampled()) < 2 * settings.TRACES_KEPT_PER_SECOND


def test_a_declared_refusal_does_not_fail_a_trace(unsampled):
    with pytest.raises(catalog.common.NotFound), spans.block(WORK, "root"):
        raise catalog.common.NotFound(message="There is none.")
    assert names(unsampled) == []


def test_a_span_that_ends_after_its_trace_was_kept_is_exported(exported):
    late = None
    with spans.block(WORK, "root"):
        late = spans.begin(WORK, "late")
    late.end()
    assert names(exported) == ["root", "late"]
    assert exported()[1].parent.span_id == exported()[0].context.span_id


def test_a_trace_has_at_most_so_many_spans(exported, monkeypatch):
    monkeypatch.setattr(spans, "MAX_SPANS", 3)
    with spans.block(WORK, "root"):
        for number in range(5):
            with spans.block(WORK, number):
                pass
    assert names(exported) == ["0", "1", "2"]


def test_nothing_is_recorded_without_a_collector():
    with spans.block(WORK, "root") as span:
        assert span is None
        assert call_context.current().trace is None
    assert spans.begin(WORK, "root") is None


def test_the_share_of_sampled_traces_follows_the_setting(exported):
    tracing.sample(0.25)
    sampled = sum(tracing.is_sampled(tracing.child("")) for _ in range(4_000))
    assert 800 < sampled < 1_200


def test_clients_have_only_so_many_traces_sampled(exported, settings):
    tracing.sample(0.0)
    accepted = [spans.of_client(CLICK)[-2:] for _ in range(50)]
    assert settings.TRACES_REQUESTED_PER_SECOND <= accepted.count("01") < 2 * settings.TRACES_REQUESTED_PER_SECOND
    assert spans.of_client("nonsense") == "nonsense"


@pytest.mark.django_db
def test_a_forked_worker_exports_an_instance_id_of_its_own(exported):
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        with spans.block(WORK, "work"):
            pass
        os.write(writing, exported()[-1].resource.attributes["service.instance.id"].encode())
        os._exit(0)
    os.waitpid(worker, 0)
    assert os.read(reading, 1_000).decode().endswith(f"-{worker}")
    os.close(reading)
    os.close(writing)


def test_a_query_is_named_by_its_type(exported):
    client.send(b'{"query": "query Secret_Name { __typename }"}', "")
    (span,) = exported()
    assert (span.name, span.kind.name) == ("query", "SERVER")
    assert span.attributes["graphql.operation.type"] == "query"
    assert span.attributes["graphql.operation.name"] == "Secret_Name"


def test_an_operation_that_fails_because_of_the_shop_is_an_error(exported, settings):
    settings.CONTEXTS = ["gateway"]
    settings.SERVICES = {**settings.SERVICES, "catalog": ["http://127.0.0.1:9"]}
    client.send(b'{"query": "{ products(first: 1) { edges { node { sku } } } }"}', "")
    (span,) = [span for span in exported() if span.name == "query"]
    assert not span.status.is_ok
    assert span.attributes["error.type"] == "SERVICE_UNAVAILABLE"


def test_an_operation_that_the_client_can_correct_is_none(exported):
    client.send(b'{"query": "{ product(sku: 1) { sku } }"}', "")
    assert [span.status.status_code.name for span in exported()] == ["UNSET"]


def test_a_job_that_fails_is_reported_within_its_trace(exported, monkeypatch):
    def fail():
        raise RuntimeError

    def report(job, error):
        reported.append((job.name, type(error), tracing.span_id(call_context.current().traceparent)))

    reported = []
    monkeypatch.setattr(schedule, "jobs", functools.cache(lambda: (schedule.Job("orders.sweep", 1, fail),)))
    with pytest.raises(RuntimeError):
        schedule.run(report=report)
    (span,) = exported()
    assert span.name == "job orders.sweep"
    assert reported == [("orders.sweep", RuntimeError, f"{span.context.span_id:016x}")]


def test_a_batch_of_a_loader_has_a_span(exported):
    async def _numbers(keys):
        return keys

    async def load():
        loader = batching.loader(_numbers)
        return await asyncio.gather(loader.load(1), loader.load(2))

    assert asyncio.run(load()) == [1, 2]
    (span,) = exported()
    assert (span.name, span.attributes["thriftshop.batch.size"]) == ("load numbers", 2)


@pytest.mark.django_db
def test_a_call_has_a_span_on_each_side(exported, transport):
    with call_context.using(caller="cart", traceparent=CLICK):
        rpc.connect(catalog.CatalogService).get_products(["MUG"])
    served, called = (span for span in exported() if span.name == "CatalogService/get_products")
    assert (served.kind.name, called.kind.name) == ("SERVER", "CLIENT")
    assert served.parent.span_id == called.context.span_id
    assert f"{called.parent.span_id:016x}" == CLICK.split("-")[2]
    assert called.attributes["rpc.system.name"] == "thrift"
    assert served.attributes["rpc.response.status_code"] == "ok"


def receive(traceparent, *skus):
    with call_context.using(traceparent=traceparent), acting.as_service("demo"):
        lines = [inventory.StockLine(sku=sku, quantity=1) for sku in skus]
        rpc.connect(inventory.InventoryService).receive(f"{traceparent}{skus}", lines, None, None)


@pytest.mark.django_db
def test_a_batch_of_events_is_a_span_in_each_trace_with_links_between_them(exported):
    receive(CLICK, "MUG")
    receive(OTHER, "CUP")
    progress.catch_up()
    applied = [span for span in exported() if span.name == "process inventory.ledger"]
    assert {f"{span.context.trace_id:032x}" for span in applied} == {tracing.trace_id(CLICK), tracing.trace_id(OTHER)}
    linked = {link.context.span_id for span in applied for link in span.links}
    assert len(applied) == 2
    assert linked & {span.context.span_id for span in applied}


@pytest.mark.django_db
def test_a_slow_statement_has_a_span_without_its_parameters(exported, monkeypatch):
    monkeypatch.setattr(slow_statements, "_slow_ns", 0)
    slow_statements._watch_connection(connection)
    try:
        with spans.block(WORK, "root"), connection.cursor() as cursor:
            cursor.execute("SELECT %s", ["ann@example.com"])
    finally:
        connection.execute_wrappers.remove(slow_statements._timed)
    statement = exported()[0]
    assert (statement.name, statement.attributes["db.query.text"]) == ("SELECT", "SELECT %s")
    assert "ann@example.com" not in statement.to_json()


def test_a_span_that_cannot_be_described_is_logged_and_breaks_nothing(exported, caplog):
    with spans.block(Kind("INTERNAL", lambda span: span.nothing), "root"):
        pass
    assert "span not exported" in caplog.text
    assert logging.getLogger("thriftshop.telemetry").name in caplog.text
