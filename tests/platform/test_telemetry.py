"""Logs are JSON with trace ids; traces continue; readiness reports failed checks."""

import json
import logging

import pytest

from idl import common
from thriftshop import call_context, contracts
from thriftshop.telemetry import logs, tracing

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def formatted(**extra):
    record = logging.makeLogRecord({"name": "thriftshop.test", "levelname": "INFO", "msg": "it happened", **extra})
    logs.AddCallContext().filter(record)
    return json.loads(logs.JsonFormatter().format(record))


def test_a_log_line_is_json_with_the_trace_and_the_caller():
    with call_context.using(traceparent=TRACE, caller="cart"):
        line = formatted(method="CatalogService.get_products")
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert (line["caller"], line["message"]) == ("cart", "it happened")
    assert line["method"] == "CatalogService.get_products"


def test_a_child_span_stays_in_its_trace():
    assert tracing.trace_id(tracing.child(TRACE)) == tracing.trace_id(TRACE)
    assert tracing.child(TRACE) != TRACE


@pytest.mark.parametrize("flags", ["00", "01"])
def test_a_child_span_has_the_flags_of_its_trace(flags):
    assert tracing.child(TRACE[:-2] + flags).endswith(f"-{flags}")


@pytest.mark.parametrize("nonsense", ["", "nonsense", "00-" + "0" * 32 + "-b7ad6b7169203331-01", "00-\n"])
def test_a_malformed_traceparent_begins_a_new_trace(nonsense):
    assert len(tracing.trace_id(tracing.child(nonsense))) == 32


@pytest.mark.django_db
def test_readiness_requires_a_database_migrations_and_a_bus(client):
    assert client.get("/livez").json()["status"] == "ok"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (
        503,
        {"database": "ok", "migrations": "ok", "consumers": "no events are processed", "shutdown": "ok"},
    )


@pytest.mark.django_db
def test_a_process_with_missing_migrations_is_not_ready(client):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="events", name="0002_append_only").delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "1 missing: run manage.py migrate"


@pytest.mark.django_db
def test_metrics_are_served(client):
    assert b"thriftshop_call_seconds" in client.get("/metrics").content


@pytest.mark.django_db
def test_the_landing_page_has_links(client):
    page = client.get("/").content.decode()
    for place in ("/graphql", "/admin/", "/readyz", "/metrics"):
        assert f'href="{place}"' in page


def as_text(**extra):
    record = logging.makeLogRecord({"name": "thriftshop.test", "levelname": "WARNING", "msg": "step failed", **extra})
    logs.AddCallContext().filter(record)
    return logs.TextFormatter().format(record).split(" ", 2)[2]


def test_a_line_of_text_shows_every_detail_and_quotes_what_needs_it():
    with call_context.using(traceparent=TRACE, caller="orders"):
        line = as_text(order="6f1c", problem='no "answer"\nyet', attempt=2, reason="", share=None)
    assert line == (
        r'WARNING thriftshop.test: step failed order=6f1c problem="no \"answer\"\nyet" attempt=2 reason="" share=None'
        " caller=orders trace_id=0af7651916cd43dd8448eb211c80319c span_id=b7ad6b7169203331"
    )


def test_text_and_json_show_the_same_fields():
    extra = {"group": "orders.saga", "problem": "x y", "rests_seconds": 0.05}
    line = formatted(**extra)
    assert {name: line[name] for name in extra} == extra
    assert all(f"{name}=" in as_text(**extra) for name in extra)


@pytest.mark.parametrize("render", [as_text, lambda **extra: json.dumps(formatted(**extra))])
def test_personal_data_is_masked_in_both_formats(render):
    line = render(email="ann@example.com", city="Annan", problem="Sent to <ann.miller@example.co.uk>: 550", group="a.b")
    assert "nn" not in line.replace("inventory", "")
    assert "***" in line
    assert "550" in line
    assert "a.b" in line


ADDRESS = common.Address(name="Ann O'Brien", lines=["Flat [3] Mill Lane", "Annan"], city="Annan", country="GB")


@pytest.mark.parametrize("render", [as_text, lambda **extra: json.dumps(formatted(**extra))])
@pytest.mark.parametrize(
    "extra",
    [
        {"given": ADDRESS},
        {"given": {"name": "Ann", "of": [ADDRESS]}},
        {"given": ["ann@example.com"]},
        {"msg": f"refused: {ADDRESS}"},
        {"msg": 'refused: {"name":"Ann"}'},
        {"msg": "refused: settings={'phone': 'Ann'}"},
        {"msg": "refused: lines=('Ann',)"},
        {"msg": "null value\nDETAIL:  Failing row contains (1, Ann Miller,\n12 Mill Lane)."},
        {"msg": "duplicate key\nDETAIL:  Key (name)=(Ann Miller) already exists."},
    ],
    ids=str,
)
def test_personal_data_is_masked_wherever_it_is_shown(render, extra):
    line = render(**extra)
    assert [text for text in ("Ann", "ann@", "Mill", "Flat") if text in line] == []
    assert "***" in line


def test_a_traceback_continues_after_the_row_of_a_database_error():
    text = "DETAIL:  Key (name)=(Ann) already exists.\n\nThe above exception was the direct cause"
    assert logs.scrubbed(text) == "DETAIL:  Key ***\n\nThe above exception was the direct cause"


def test_every_personal_field_and_argument_of_the_contracts_is_masked():
    fields = [field for contract in contracts.live() for struct in contract.structs for field in struct.fields]
    methods = [method for contract in contracts.live() for service in contract.services for method in service.methods]
    marked = {
        one.name
        for one in [*fields, *(argument for method in methods for argument in method.arguments)]
        if one.personal
    }
    assert {"email", "password", "token"} <= marked
    assert logs.personal() == marked


def test_a_request_is_logged_without_its_query(rf):
    assert "GET /reset" in as_text(request=rf.get("/reset?token=secret"))
    assert "secret" not in as_text(request=rf.get("/reset?token=secret"))
