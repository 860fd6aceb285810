"""Nothing that the contracts mark as personal reaches what is exported: spans of calls and events, and log lines."""

import contextlib
import importlib
import logging

import pytest

import idl
from tests.tracing.planting import MARK, planted
from thriftshop import call_context, rpc
from thriftshop.events import effects, envelope, event_spans
from thriftshop.events.groups import Projection, Reaction
from thriftshop.rpc import hosting, reflection
from thriftshop.telemetry import logs

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
METHODS = [
    (contract, method)
    for contract in hosting.contracts(tuple(hosting.hosted()))
    for method in reflection.methods(contract).values()
]
TOPICS = [name for name in idl.names() if (idl.ROOT / f"{name}.thrift").exists() and name not in ("common", "events")]


@pytest.fixture
def lines(caplog):
    """The log lines of the test, as JSON and as text."""
    caplog.set_level(logging.DEBUG)

    def formatted():
        for record in caplog.records:
            logs.AddCallContext().filter(record)
        return [
            form.format(record) for record in caplog.records for form in (logs.JsonFormatter(), logs.TextFormatter())
        ]

    return formatted


@pytest.mark.django_db
@pytest.mark.parametrize(("contract", "method"), METHODS, ids=[str(method) for _, method in METHODS])
def test_no_call_exports_a_marked_value(contract, method, exported, lines):
    args = planted(method.args_type)
    caller = min(method.callers - {"any"}, default="gateway")
    with call_context.using(caller=caller, traceparent=TRACE), contextlib.suppress(Exception):
        getattr(rpc.connect(contract), method.name)(*[getattr(args, name) for name in method.parameters])
    assert method.context == hosting.PLATFORM or exported()
    assert [text for text in (span.to_json() for span in exported()) if MARK in text] == []
    assert [line for line in lines() if MARK in line] == []


def test_marked_values_are_planted_in_many_calls():
    assert sum(MARK in repr(planted(method.args_type)) for _, method in METHODS) >= 20


def members():
    for topic in TOPICS:
        module = importlib.import_module(f"idl.{topic}")
        if any(name.endswith("Event") for name in vars(module)):
            for member in envelope.members(topic):
                yield topic, member


MEMBERS = list(members())


class Broken(Exception):
    """A projection cannot apply an event."""


@pytest.mark.django_db
@pytest.mark.parametrize(("topic", "member"), MEMBERS, ids=[member.__name__ for _, member in MEMBERS])
def test_no_event_exports_a_marked_value(topic, member, exported, lines, monkeypatch):
    with call_context.using(caller="demo", traceparent=TRACE):
        (record,) = envelope.wrap(topic, "a-stream", 0, [planted(member)], envelope.stamp())

    def fail(given):
        raise Broken(f"{given}")

    monkeypatch.setattr(effects, "TRIES", 1)
    for group in (
        Projection(f"{topic}.tried", topic, lambda records: fail(records[0].event), ()),
        Reaction(f"{topic}.tried.again", topic, lambda record: fail(record.event)),
    ):
        effects.attempt(group, record, lambda: None)
    with event_spans.recording(topic, 1):
        pass
    assert len(exported()) >= 3
    assert [text for text in (span.to_json() for span in exported()) if MARK in text] == []
    assert [line for line in lines() if MARK in line] == []
