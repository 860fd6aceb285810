"""The service's filters, in the order of `serve`: the same for every transport."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError

from thriftshop import call_context, identity
from thriftshop.database import disk
from thriftshop.rpc import call_metrics, call_spans, deadlines, hosting, recent_failures, sku_case, validation
from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import Fault, IdentityTokenRefused, MalformedCall, NotAllowed, RpcError, Unavailable
from thriftshop.rpc.reflection import Method
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.rpc")
failures = repeats.Repeats(log)


def serve(call: Call, read_arguments: Callable[[], Any] | None = None) -> Any:
    """What the service answers. Raises its declared refusals, an RpcError, or identity.InvalidIdentityToken.

    Where the arguments come as bytes, `read_arguments` decodes them, once the caller is known to be allowed.
    `call.begun` says afterwards whether the service was reached.
    """
    started, outcome = time.perf_counter(), call_metrics.OK
    span = call_spans.begin_incoming(call)
    try:
        with call_context.within(call.call_context if span is None else span.context):
            return _filtered(call, read_arguments)
    except BaseException as error:
        outcome = call_metrics.outcome_of(call.method, error)
        if span is not None:
            span.fail(error)
        raise
    finally:
        call_metrics.served(call.method, call.call_context.caller, outcome, time.perf_counter() - started)
        if span is not None:
            span.end(outcome)


def _filtered(call: Call, read_arguments: Callable[[], Any] | None) -> Any:
    check_caller(call.method, call.call_context.caller)
    check_viewer(call)
    if read_arguments is not None:
        call.args = read_arguments()
    validation.check_arguments(call.args, call.method)
    sku_case.normalise_arguments(call)
    with deadlines.enforced(call):
        call.begun = True
        return _invoke(call)


def answer(call: Call, read_arguments: Callable[[], Any] | None = None) -> Any:
    """The service's answer or declared refusal as the method's result struct, checked against the contract."""
    result = call.method.result_type()
    try:
        value = serve(call, read_arguments)
        if 0 in call.method.result_type.thrift_spec:
            result.success = value
    except call.method.refusals as refusal:
        setattr(result, _refusal_field(call.method, refusal), refusal)
    try:
        validation.check(result)
    except MalformedCall as error:
        log.exception("invalid answer", extra={"method": str(call.method)})
        raise Fault(f"{call.method} gave an answer that its contract does not know.") from error
    return result


def check_caller(method: Method, caller: str) -> None:
    """Raise NotAllowed, and log the caller, unless the method's `callers` annotation lists it."""
    if not method.allows(caller):
        log.warning("call refused", extra={"method": str(method), "caller": caller})
        raise NotAllowed(
            f"{caller or 'An unnamed caller'} may not call {method};"
            f" idl/{method.context}.thrift lists: {', '.join(sorted(method.callers))}."
        )


def check_viewer(call: Call) -> None:
    """Raise identity.InvalidIdentityToken, and report it, for a viewer token that is not valid for this service."""
    if call.call_context.viewer:
        try:
            identity.verify(call.call_context.viewer, call.method.context)
        except identity.InvalidIdentityToken as error:
            recent_failures.report_invalid_token(call.method, error)
            raise


def _invoke(call: Call) -> Any:
    """Call the implementation; an undeclared exception becomes a Fault."""
    try:
        implementation = getattr(hosting.service(call.contract), call.method.name)
        return implementation(*[getattr(call.args, name) for name in call.method.parameters])
    except Exception as error:
        if isinstance(error, (*call.method.refusals, RpcError)):
            raise
        raise _error_of(call.method, error) from error


def _error_of(method: Method, error: Exception) -> RpcError:
    """The error for the caller, if the contract does not declare the exception; the log has the details."""
    if isinstance(error, identity.InvalidIdentityToken):
        recent_failures.report_invalid_token(method, error)
        return IdentityTokenRefused(f"{method} was refused: {error}")
    if full := disk.note(error):
        return Unavailable(f"{method} could not write: {full}.")
    if isinstance(error, DatabaseError):  # repeats at every call until the database is back
        failures.report(logging.ERROR, "service fault", str(method), error, {"method": str(method)})
    else:
        log.error("service fault", exc_info=error, extra={"method": str(method)})
    return Fault(f"{method} failed: {type(error).__name__}.")


def _refusal_field(method: Method, refusal: BaseException) -> str:
    for number, spec in method.result_type.thrift_spec.items():
        if number != 0 and isinstance(refusal, spec[2]):
            return str(spec[1])
    raise AssertionError(f"{method} declares no {type(refusal).__name__}")
