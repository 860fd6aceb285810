"""Stories: the events of traces in the order of their recording, with the log lines of all processes."""

import datetime
from collections.abc import Collection, Iterator
from pathlib import Path

from django.db import connection

from thriftshop import contexts
from thriftshop.events import envelope, streams
from thriftshop.events.envelope import Recorded
from thriftshop.events.streams.database import DatabaseStreams
from thriftshop.telemetry import log_files, tracing

FIRST = ("at", "level", "logger", "message", "trace_id")
"""What a log line begins with; the rest are its details."""
CONTAINS = {"sqlite": "instr(payload, CAST(%s AS BLOB)) > 0", "postgresql": "position(%s::bytea in payload) > 0"}


def lines(traces: Collection[str], files: Collection[Path]) -> list[str]:
    """A line for each event of these traces, and each log line in these files, oldest first.

    The events are those of the contexts that are hosted here; their whole log is read.
    """
    return [text for _, text in sorted([*_event_lines(traces), *_log_lines(traces, files)])]


def _event_lines(traces: Collection[str]) -> Iterator[tuple[str, str]]:
    for topic in [config.topic for config in contexts.hosted() if config.topic]:
        for record in _of_topic(topic, traces):
            moment = datetime.datetime.fromtimestamp(record.recorded_at / 1000, tz=datetime.UTC)
            at = moment.isoformat(timespec="milliseconds")
            yield at, f"{at} event   {topic}/{record.stream} {record.version} {record.kind} by {record.actor}"


def _log_lines(traces: Collection[str], files: Collection[Path]) -> Iterator[tuple[str, str]]:
    for line in log_files.lines(files):
        if line.get("trace_id") in traces:
            details = " ".join(f"{name}={value}" for name, value in line.items() if name not in FIRST)
            yield line["at"], f"{line['at']} {line['level']:7} {line['logger']}: {line['message']} {details}".rstrip()


def traces_of(topic: str, stream: str) -> dict[str, bool]:
    """The traces in which the events of a stream were recorded, the latest first, and whether they are sampled."""
    traces: dict[str, bool] = {}
    for record in reversed(streams.of(topic).read({stream: 0})[stream]):
        if trace := trace_of(record):
            traces.setdefault(trace, tracing.is_sampled(record.context.traceparent or ""))
    return traces


def trace_of(record: Recorded) -> str:
    """The trace in which an event was recorded; empty if it is not known."""
    return tracing.trace_id(record.context.traceparent or "")


def _of_topic(topic: str, traces: Collection[str]) -> Iterator[Recorded]:
    store = streams.of(topic)
    if isinstance(store, DatabaseStreams):
        records = (record for trace in traces for record in _containing(topic, trace))
    else:
        records = (record for record in store.scan())
    return (record for record in records if trace_of(record) in traces)


def _containing(topic: str, trace: str) -> Iterator[Recorded]:
    """The events of a topic in whose bytes a trace id occurs, without decoding all others."""
    condition = CONTAINS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT payload FROM events_event WHERE topic = %s AND {condition}", [topic, trace.encode()])  # noqa: S608
        for (payload,) in cursor.fetchall():
            yield envelope.decode(bytes(payload))
