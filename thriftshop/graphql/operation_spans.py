"""Spans of the gateway: operations and pushes, by OpenTelemetry's conventions for GraphQL servers.

Names contain the operation's type, never its name, which clients choose.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from thriftshop import call_context
from thriftshop.call_context import CallContext
from thriftshop.events import Recorded
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.execution import Ready
from thriftshop.telemetry import spans, tracing
from thriftshop.telemetry.spans import Description, Kind, Span

SERVER_ERRORS = 500
GRAPHQL = "graphql"


def operation(traceparent: str, caller: str, deadline: float) -> AbstractContextManager[Any]:
    """A block in which an operation of a client with this traceparent runs, in a call context of its own."""
    if not spans.is_recording():
        return call_context.within(CallContext(caller, "", tracing.child(traceparent), deadline, operation=GRAPHQL))
    return Span(OPERATION, None, CallContext(caller, "", spans.of_client(traceparent), deadline, None, "", "", GRAPHQL))


def note(ready: Ready) -> None:
    """Note which operation it is."""
    spans.note_subject(ready)


def pushing(name: str, here: CallContext, records: Sequence[Recorded]) -> AbstractContextManager[Any]:
    """A block that serves subscribers of one audience because of these events; those of other traces are linked."""
    traceparents = spans.distinct(record.context.traceparent for record in records)
    here = here._replace(traceparent=next(iter(traceparents), ""))
    if not spans.is_recording():
        return call_context.within(here._replace(traceparent=tracing.child(here.traceparent)))
    return Span(PUSH, name, here, traceparents[1:])


def _is_failure(error: BaseException) -> bool:
    """Whether the shop has failed, rather than the client."""
    if isinstance(error, RequestRefused):
        return error.status >= SERVER_ERRORS
    return spans.is_fault(error)


def _operation(span: Span) -> Description:
    ready: Ready | None = span.trace.subject
    if ready is None:  # refused before its type was known
        return "GraphQL Operation", {}
    operation = ready.plan.operation
    type_, name = operation.operation.value, operation.name.value if operation.name else ""
    attributes: dict[str, str | int] = {"graphql.operation.type": type_, "thriftshop.graphql.cost": ready.cost}
    if name:
        attributes["graphql.operation.name"] = name
    return type_, attributes


def _push(span: Span) -> Description:
    return "subscription push", {"graphql.operation.type": "subscription", "thriftshop.subscription": span.subject}


OPERATION = Kind("SERVER", _operation, _is_failure)
PUSH = Kind("PRODUCER", _push, _is_failure)
