"""The caller's filters, in the order of `steps`: the same for every transport, for threads and for event loops."""

import time
from typing import NamedTuple

from thriftshop import identity
from thriftshop.call_context import CallContext
from thriftshop.database import transactions
from thriftshop.rpc import call_metrics, call_spans, deadlines, messages, recent_failures, replicas, retries
from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import Fault, IdentityTokenRefused
from thriftshop.rpc.retries import Send
from thriftshop.rpc.steps import Steps
from thriftshop.telemetry import tracing


class Transport(NamedTuple):
    """How calls reach a service: the attempt at one replica, and whether calls travel as bytes."""

    send: Send
    encodes: bool


def steps(call: Call, transport: Transport, *, is_here: bool) -> Steps:
    """The steps of a call; returns the answer, raises a declared refusal or an RpcError."""
    refuse_inside_transaction(call)
    pass_on_context(call)
    started, outcome = time.perf_counter(), call_metrics.OK
    try:
        if transport.encodes:
            call.message = messages.write_call(call.method, call.args)
        group = replicas.here(call.context) if is_here else replicas.of(call.context)
        group.enter()
        try:
            return (yield from retries.attempts(call, group, transport.send))
        finally:
            group.leave()
    except BaseException as error:
        outcome = call_metrics.outcome_of(call.method, error)
        if call.span is not None:
            call.span.fail(error)
        raise
    finally:
        call_metrics.called(call.method, outcome, time.perf_counter() - started)
        if call.span is not None:
            call.span.end(outcome)


def refuse_inside_transaction(call: Call) -> None:
    """Raise Fault for a call inside a database transaction, which could not be rolled back with it."""
    if transactions.is_open():
        raise Fault(f"{call.method} was called inside a database transaction; call first, then open the transaction.")


def pass_on_context(call: Call) -> None:
    """Give the call its own trace span, its deadline, and a viewer token addressed to the service that is called."""
    here = call.call_context
    viewer = _viewer_token(call) if here.viewer else ""
    span = call.span = call_spans.begin_outgoing(call, here)
    call.call_context = CallContext(
        here.caller,
        viewer,
        tracing.child(here.traceparent) if span is None else span.traceparent,
        deadlines.of(call.method, here.deadline),
        here.occurred_at,
        here.causation,
        here.variant,
        call.method,
        None if span is None else span.trace,
    )


def _viewer_token(call: Call) -> str:
    try:
        return identity.reissue(call.call_context.viewer, call.method.context)
    except identity.InvalidIdentityToken as error:
        recent_failures.report_invalid_token(call.method, error)
        raise IdentityTokenRefused(f"{call.method} was refused: {error}") from error
