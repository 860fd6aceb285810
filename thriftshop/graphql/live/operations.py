"""Running the operations of a connection: the same limits as over HTTP, and a limit on what is open at once."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from thriftshop.graphql import cost, errors, http, operation_spans, rates
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.execution import Ready
from thriftshop.graphql.gateways import Gateway
from thriftshop.graphql.live.connections import Connection
from thriftshop.graphql.requests import Context


def prepare(gateway: Gateway, connection: Connection, payload: Mapping[str, Any]) -> Ready:
    """The operation of a request. Raises RequestRefused if it is not valid or beyond the limits."""
    rates.check_refused(connection.incoming)
    operation = http.operation(payload)
    try:
        ready = gateway.engine.prepare(operation)
    except RequestRefused:
        rates.charge_refused(connection.incoming)
        raise
    operation_spans.note(ready)
    return ready


@contextmanager
def within_limits(connection: Connection, ready: Ready) -> Iterator[None]:
    """Count an operation's cost while it is open. The open operations of a connection share the limit of one request."""
    cost.check(connection.cost + ready.cost)
    connection.cost += ready.cost
    try:
        yield
    finally:
        connection.cost -= ready.cost


@contextmanager
def in_context(gateway: Gateway, connection: Connection) -> Iterator[None]:
    """The call context of an operation: its own deadline, as a request has over HTTP."""
    deadline = time.monotonic() + settings.GRAPHQL_DEADLINE_SECONDS * settings.DEADLINE_FACTOR
    with operation_spans.operation(connection.incoming.headers.get("traceparent", ""), gateway.caller, deadline):
        yield


async def run(gateway: Gateway, connection: Connection, ready: Ready) -> bytes:
    """The encoded result of a query or mutation."""
    context = Context(connection.incoming)
    with context.stack:
        await gateway.identify(context)
        rates.charge(context, ready.cost, ready.is_new)
        if ready.is_mutation:
            context.require_verified_viewer()
        return (await gateway.engine.answer(ready, context)).body


def errors_of(problem: Exception) -> list[dict[str, Any]]:
    """The errors of an operation that did not run, for its client."""
    refusal = problem if isinstance(problem, RequestRefused) else errors.internal(problem)
    return errors.formatted(refusal.errors)
