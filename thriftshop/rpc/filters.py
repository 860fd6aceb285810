"""What happens around every call, on every transport: trace, deadline, metrics, access; each filter is one function."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from prometheus_client import Histogram

from thriftshop import call_context, disk, identity, transactions
from thriftshop.rpc import served, spelling, timeliness, trouble, validation
from thriftshop.rpc.call import Call, Filter, Next
from thriftshop.rpc.errors import Fault, NotAllowed, RpcError, StatementRefused, Unavailable
from thriftshop.rpc.reflection import Method
from thriftshop.telemetry import metrics, repeats, tracing

log = logging.getLogger("thriftshop.rpc")
failures = repeats.Repeats(log)


def set_out(call: Call, next_: Next) -> Any:
    """Gives the call what it takes along: a span of its own, its deadline, and the viewer as stated to the service called.

    What was stated of the viewer to this process is good for no other.
    """
    here = call.call_context
    with _statements(call.method):
        viewer = identity.restate(here.viewer, call.method.context) if here.viewer else ""
    known = replace(here, traceparent=tracing.child(here.traceparent), deadline=_nearer(call), viewer=viewer)
    return next_(Call(call.contract, call.method, call.args, known, call.at))


def deadline(call: Call, next_: Next) -> Any:
    """Bounds the call by its own deadline and by what is left of its caller's, whichever is nearer."""
    return next_(replace(call, call_context=replace(call.call_context, deadline=_nearer(call))))


def _nearer(call: Call) -> float:
    own = time.monotonic() + call.method.deadline_ms / 1000 * settings.DEADLINE_FACTOR
    inherited = call.call_context.deadline
    return own if inherited is None else min(own, inherited)


def outside_transactions(call: Call, next_: Next) -> Any:
    """Refuses a call made inside a database transaction: the answer could never be rolled back with it."""
    if transactions.is_open():
        raise Fault(f"{call.method} was called inside a database transaction; call first, then open the transaction.")
    return next_(call)


def count(call: Call, next_: Next) -> Any:
    """Measures the call: how long it took and how it ended."""
    with counted(call):
        return next_(call)


@contextmanager
def counted(call: Call) -> Iterator[None]:
    """As `count`, around a block."""
    started, outcome = time.perf_counter(), "ok"
    try:
        yield
    except BaseException as error:
        outcome = served.outcome(call.method, error)
        raise
    finally:
        _series(call.method.service, call.method.name, outcome).observe(time.perf_counter() - started)


@lru_cache(maxsize=4096)
def _series(service: str, method: str, outcome: str) -> Histogram:
    return metrics.CALL_SECONDS.labels(service, method, outcome)


def callers(call: Call, next_: Next) -> Any:
    """Lets in whom the contract's `callers` annotation lists, and the context itself."""
    admit(call.method, call.call_context.caller)
    return next_(call)


def admit(method: Method, caller: str) -> None:
    """Raises NotAllowed, and logs who it was, unless this caller may call the method."""
    if not method.lets_in(caller):
        log.warning("call refused", extra={"method": str(method), "caller": caller})
        raise NotAllowed(
            f"{caller or 'An unnamed caller'} may not call {method};"
            f" idl/{method.context}.thrift lists: {', '.join(sorted(method.callers))}."
        )


def viewer(call: Call, next_: Next) -> Any:
    """Checks the signed statement of who the viewer is before anything relies on it."""
    if call.call_context.viewer:
        with _statements(call.method):
            identity.verify(call.call_context.viewer, call.method.context)
    return next_(call)


@contextmanager
def _statements(method: Method) -> Iterator[None]:
    """Turns an invalid statement into an error of the call, and reports the cause."""
    try:
        yield
    except identity.InvalidStatement as error:
        trouble.report("statement refused", method.service, str(error), method=str(method))
        raise StatementRefused(f"{method} was refused: {error}") from error


def well_formed(call: Call, next_: Next) -> Any:
    """Holds the arguments against the contract before the service sees them."""
    validation.check_arguments(call.args, str(call.method))
    return next_(call)


def enter(call: Call, next_: Next) -> Any:
    """Sets the call context for the service, with undeclared failures turned into a Fault."""
    try:
        with call_context.within(call.call_context), _statements(call.method):
            return next_(call)
    except Exception as error:
        if isinstance(error, (*call.method.refusals, RpcError)):
            raise
        if full := disk.note(error):
            raise Unavailable(f"{call.method} could not write: {full}.") from error
        if isinstance(error, DatabaseError):  # the same for every call, as long as it lasts
            failures.report(logging.ERROR, "service fault", str(call.method), error, {"method": str(call.method)})
        else:
            log.exception("service fault", extra={"method": str(call.method)})
        raise Fault(f"{call.method} failed: {type(error).__name__}.") from error


CLIENT: tuple[Filter, ...] = (set_out, outside_transactions, count)
SERVER: tuple[Filter, ...] = (
    served.count,
    callers,
    viewer,
    well_formed,
    spelling.canonical_skus,
    timeliness.in_time,
    enter,
)
