"""What the shop exports, in real stores: the collector passes traces on to Zipkin, and log lines to VictoriaLogs."""

import logging
import time
import uuid

import pytest

from tests.live import serving
from tests.services import collector, java, running, victorialogs, zipkin
from tests.tracing.test_collectors import ask
from thriftshop import call_context
from thriftshop.telemetry import otlp

WAIT_SECONDS = 60
log = logging.getLogger("thriftshop.tests")


@pytest.fixture(scope="module", autouse=True)
def services():
    """Zipkin, VictoriaLogs, and the collector in front of them."""
    java.require()
    running.require(collector.is_installed(), collector.MISSING)
    with running.lock("observing"):
        for service in (zipkin, victorialogs, collector):
            service.start()
        yield
        for service in (collector, victorialogs, zipkin):
            service.stop()


@pytest.fixture
def trace():
    """The id of a new trace."""
    return uuid.uuid4().hex


def until_there(read):
    """What a store returns, once it returns anything."""
    until = time.monotonic() + WAIT_SECONDS
    while not (result := read()):
        assert time.monotonic() < until
        time.sleep(0.2)
    return result


def test_the_collector_accepts_its_configuration():
    checked = collector.validate()
    assert checked.returncode == 0, checked.stderr


def test_zipkin_shows_a_request_with_the_calls_below_it(trace, tmp_path):
    process = serving.monolith(tmp_path, "shop", OTEL_EXPORTER_OTLP_ENDPOINT=collector.URL)
    with serving.running(process):
        ask(process, traceparent=f"00-{trace}-b7ad6b7169203331-01")
        spans = until_there(lambda: zipkin.trace(trace))
    names = {span["id"]: span["name"] for span in spans}
    edges = {(names.get(span.get("parentId"), ""), span["name"]) for span in spans}
    assert ("", "query") in edges
    assert any(parent == "query" and name.startswith("catalogservice/") for parent, name in edges)
    assert {span["localEndpoint"]["serviceName"] for span in spans} == {"thriftshop"}


def test_a_log_line_is_found_by_its_trace_with_its_details(trace, settings):
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor

    settings.OTEL_EXPORTER_OTLP_ENDPOINT = collector.URL
    otlp.start_logs_with(SimpleLogRecordProcessor(OTLPLogExporter(otlp.address("logs"))))
    try:
        with call_context.using(traceparent=f"00-{trace}-b7ad6b7169203331-01", caller="cart"):
            log.warning("the stock is counted again", extra={"sku": "MUG"})
    finally:
        otlp.stop()
    (line,) = until_there(lambda: victorialogs.query(f'trace_id:="{trace}"'))
    expected = {"_msg": "the stock is counted again", "severity_text": "WARNING", "caller": "cart", "sku": "MUG"}
    assert expected.items() <= line.items()
    assert line["span_id"] == "b7ad6b7169203331"
