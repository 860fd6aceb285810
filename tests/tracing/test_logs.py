"""Log lines: what they say about their call, where they go, and the story that `manage.py logs` makes of them."""

import io
import json
import logging
import os

import pytest
from django.core.management import CommandError, call_command

from idl import common, inventory
from tests import acting
from tests.tracing.receiver import Receiver
from thriftshop import call_context, identity, rpc
from thriftshop.telemetry import log_files, logs, otlp, reports

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{SPAN}-01"
log = logging.getLogger("thriftshop.tests")


def line(**context):
    record = logging.makeLogRecord({"name": "thriftshop.test", "levelname": "INFO", "msg": "it happened"})
    with call_context.using(**context):
        logs.AddCallContext().filter(record)
    return json.loads(logs.JsonFormatter().format(record)), logs.TextFormatter().format(record)


def test_a_line_names_trace_span_caller_and_operation_in_both_forms():
    as_json, as_text = line(traceparent=TRACEPARENT, caller="cart", operation="CatalogService.get_products")
    expected = {"trace_id": TRACE, "span_id": SPAN, "caller": "cart", "operation": "CatalogService.get_products"}
    assert expected.items() <= as_json.items()
    assert all(f"{name}={value}" in as_text for name, value in expected.items())


def test_the_viewer_has_a_pseudonym_that_is_always_the_same():
    token = identity.sign(common.Viewer(id="ann", role=common.Role.CUSTOMER))
    other = identity.sign(common.Viewer(id="bob", role=common.Role.CUSTOMER))
    first, again, another = (line(viewer=viewer)[0]["viewer"] for viewer in (token, token, other))
    assert first == again != another
    assert "ann" not in first
    assert "viewer" not in line(viewer="forged")[0]


@pytest.mark.django_db
def test_a_service_logs_its_operation(caplog):
    caplog.handler.addFilter(logs.AddCallContext())
    with call_context.using(caller="nobody"), pytest.raises(rpc.NotAllowed):
        rpc.connect(inventory.InventoryService).get_levels(["MUG"])
    assert (caplog.records[-1].caller, caplog.records[-1].operation) == ("nobody", "InventoryService.get_levels")


@pytest.fixture
def folder(tmp_path, settings):
    """A folder of log files that this process writes to."""
    settings.LOG_FOLDER = str(tmp_path / "logs")
    handler = log_files.Folder(settings.LOG_FOLDER)
    handler.setFormatter(logs.JsonFormatter())
    handler.addFilter(logs.AddCallContext())
    log.addHandler(handler)
    yield tmp_path / "logs"
    log.removeHandler(handler)
    handler.close()


def story(*arguments):
    output, problems = io.StringIO(), io.StringIO()
    call_command("logs", *arguments, stdout=output, stderr=problems)
    return output.getvalue() + problems.getvalue()


@pytest.mark.django_db
def test_the_story_of_a_trace_is_its_lines_and_events_in_their_order(folder):
    with call_context.using(traceparent=TRACEPARENT):
        log.warning("before")
        with acting.as_service("demo"):
            rpc.connect(inventory.InventoryService).receive("a key", [inventory.StockLine(sku="MUG", quantity=1)])
    log.warning("another story")
    (folder / "1.jsonl").write_text(
        json.dumps({"at": "2999", "level": "info", "logger": "other", "message": "after", "trace_id": TRACE})
        + "\nno line of ours\n"
    )
    told = story("--trace", TRACE)
    assert [word for word in ("before", "StockReceived", "after", "another") if word in told] == [
        "before",
        "StockReceived",
        "after",
    ]
    assert told.index("before") < told.index("StockReceived") < told.index("after")
    assert story("--trace", TRACEPARENT) == told
    assert story("--stream", "inventory/MUG") == told


def test_the_files_of_running_processes_are_kept(folder):
    folder.mkdir()
    running, ended = folder / f"{os.getppid()}.jsonl", [folder / f"{2**22 + n}.jsonl" for n in range(25)]
    for number, file in enumerate([running, *ended]):
        file.touch()
        os.utime(file, (number, number))
    log.warning("a line, with which this process opens its file")
    assert {file.name for file in log_files.files(folder)} == {
        running.name,
        f"{os.getpid()}.jsonl",
        *(file.name for file in ended[-log_files.MAX_FILES :]),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [("--trace", "nonsense"), ("--stream", "MUG"), ("--stream", "nothing/MUG")])
def test_a_wrong_argument_is_refused(folder, arguments):
    with pytest.raises(CommandError):
        story(*arguments)


@pytest.mark.django_db
def test_a_trace_without_lines_is_told(folder):
    assert "no log lines or events" in story("--trace", "1" * 32)


def test_log_lines_are_exported_with_their_trace(settings):
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor

    receiver = Receiver()
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = receiver.address
    otlp.start_logs_with(SimpleLogRecordProcessor(OTLPLogExporter(otlp.address("logs"))))
    try:
        with call_context.using(traceparent=TRACEPARENT, caller="cart"):
            log.warning("it went wrong for ann@example.com", extra={"token": "a secret", "group": "orders.saga"})
        (received,) = receiver.received.wait(lambda received: received.logs)
    finally:
        otlp.stop()
        receiver.stop()
    assert (received["trace"], received["span"], received["caller"]) == (TRACE, SPAN, "cart")
    assert (received["message"], received["group"], received["token"]) == (
        "it went wrong for ***",
        "orders.saga",
        "***",
    )


def test_a_report_to_sentry_has_the_trace_and_no_personal_data():
    event = {
        "message": "failed for ann@example.com",
        "extra": {"email": "ann", "group": "orders.saga"},
        "breadcrumbs": {"values": [{"message": "tried", "data": {"name": "ann", "given": {"city": "annan"}}}]},
        "user": {"ip_address": "10.0.0.1"},
        "request": {"url": "/?token=1"},
        "exception": {"values": [{"value": "OrderPlaced(email='ann')", "stacktrace": {"frames": []}}]},
    }
    with call_context.using(traceparent=TRACEPARENT, caller="orders"):
        sent = reports.prepared(event, {})
    assert sent["contexts"]["trace"] == {"trace_id": TRACE, "span_id": SPAN}
    assert sent["tags"] == {"trace_id": TRACE, "caller": "orders"}
    assert sent["extra"] == {"email": "***", "group": "orders.saga"}
    assert not {"user", "request"} & set(sent)
    assert "ann" not in json.dumps(sent)
