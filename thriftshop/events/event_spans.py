"""Spans of events, by OpenTelemetry's conventions for messaging: decided and appended, relayed, processed.

What follows from an event continues its trace. A batch is a span in each sampled trace of its events: the first one is the
parent of what the batch does, and the others are linked with it.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NamedTuple

from django.conf import settings

from thriftshop import call_context
from thriftshop.events import envelope, feed, groups
from thriftshop.events.commands import Command
from thriftshop.events.envelope import Recorded
from thriftshop.events.feed import Message
from thriftshop.events.groups import Group, Reaction
from thriftshop.telemetry import spans, tracing
from thriftshop.telemetry.spans import MAX_LINKS, Description, Kind, Span

KAFKA, EMBEDDED = "kafka", "thriftshop"


class _Batch(NamedTuple):
    """What a group does with events: its name, the topic, and how many events there are."""

    group: str
    topic: str
    size: int
    kind: str = ""  # of its only event


def deciding(topic: str, count: int) -> AbstractContextManager[Any]:
    """A block that decides on so many streams; the events that it records continue from it."""
    return spans.block(DECIDE, (topic, count))


def appending(topic: str, commands: Sequence[Command[Any]]) -> AbstractContextManager[Any]:
    """A block that appends the events of commands; it belongs to the first of them, and those of other traces are linked."""
    if not spans.is_recording():
        return nullcontext()
    here = call_context.current().traceparent
    links = spans.distinct(command.stamp.context.traceparent for command in commands)
    return Span(
        APPEND, (topic, len(commands)), call_context.current(), [link for link in links if link[:35] != here[:35]]
    )


def recording(topic: str, count: int) -> AbstractContextManager[Any]:
    """A block that records events of so many state-stored objects, which continue from it."""
    return spans.block(APPEND, (topic, count))


@contextmanager
def publishing(group: Group, messages: Sequence[Message]) -> Iterator[None]:
    """A block in which a relay publishes messages."""
    if not spans.is_recording():
        yield
        return
    records = []
    for message in messages:
        try:
            records.append(envelope.decode_shared(message.payload))
        except envelope.UnknownEvent:
            continue
    topic = feed.topic_of(group.topic)
    with _in_each_trace(PUBLISH, _Batch(group.name, topic, len(messages)), records):
        yield


def projecting(group: str, topic: str, records: Sequence[Recorded]) -> AbstractContextManager[Any]:
    """A block in which a projection applies events."""
    if not spans.is_recording() or not records:
        return nullcontext()
    return _in_each_trace(PROCESS, _Batch(group, topic, len(records)), records)


def reacting(group: Reaction, record: Recorded) -> AbstractContextManager[Any]:
    """A block in which a reaction handles an event, in the call context of what follows from it."""
    here = groups.following(group.name, record)
    return spans.block(PROCESS, _Batch(group.name, group.topic, 1, record.kind), here)


def _in_each_trace(kind: Kind, subject: _Batch, records: Sequence[Recorded]) -> AbstractContextManager[Any]:
    """A span in the first trace of these events, and one in each of the other sampled traces, linked with each other."""
    here = call_context.current()
    first, *others = spans.distinct(record.context.traceparent for record in records) or [""]
    here = here.under(first, None)
    others = [other for other in others if tracing.is_sampled(other)][:MAX_LINKS]
    span = Span(kind, subject, here, others)
    return _joined(span, others) if others else span


@contextmanager
def _joined(span: Span, others: Sequence[str]) -> Iterator[None]:
    """A span, and one in each of these other traces."""
    with span:
        joined = [Span(span.kind, span.subject, span.here.under(other, None), [span.traceparent]) for other in others]
        try:
            yield
        finally:
            for other in joined:
                other.end()


def _decide(span: Span) -> Description:
    topic, count = span.subject
    return f"decide {topic}", {"thriftshop.topic": topic, "thriftshop.streams": count}


def _append(span: Span) -> Description:
    topic, count = span.subject
    return f"append {topic}", {
        "messaging.system": EMBEDDED,
        "messaging.operation.name": "append",
        "messaging.operation.type": "create",
        "messaging.destination.name": topic,
        "messaging.batch.message_count": count,
    }


def _publish(span: Span) -> Description:
    return _message(span.subject, "relay", "send")


def _process(span: Span) -> Description:
    return _message(span.subject, "process", "process")


def _message(batch: _Batch, name: str, type_: str) -> Description:
    """A group's span is named after the group, which is the part of the shop that works."""
    is_at_broker = bool(feed.publisher_of(batch.topic))
    attributes: dict[str, str | int | float | bool] = {
        "messaging.system": KAFKA if is_at_broker else EMBEDDED,
        "messaging.operation.name": name,
        "messaging.operation.type": type_,
        "messaging.destination.name": f"{settings.KAFKA_PREFIX if is_at_broker else ''}{batch.topic}",
        "messaging.consumer.group.name": batch.group,
        "messaging.batch.message_count": batch.size,
    }
    return f"{name} {batch.group}", {**attributes, "thriftshop.event": batch.kind} if batch.kind else attributes


DECIDE = Kind("INTERNAL", _decide)
APPEND = Kind("PRODUCER", _append)
PUBLISH = Kind("PRODUCER", _publish)
PROCESS = Kind("CONSUMER", _process)
