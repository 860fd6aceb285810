"""Spans of calls, one on each side, by OpenTelemetry's conventions for RPC."""

import re
from functools import lru_cache
from typing import Any

from thriftshop.call_context import CallContext
from thriftshop.rpc import hosting
from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import IdentityTokenRefused, MalformedCall, NotAllowed
from thriftshop.rpc.reflection import Method
from thriftshop.telemetry import spans
from thriftshop.telemetry.spans import Kind, Span

# A text that is not an identifier, such as a search or a note, may contain anything.
_IDENTIFIER = re.compile(r"[\w.:/-]{1,64}")
NAMESPACE = "thriftshop"


def begin_outgoing(call: Call, here: CallContext) -> Span | None:
    """Begin the caller's span. Calls of the platform's contract, which look for events all the time, have none."""
    return None if call.method.context == hosting.PLATFORM else spans.begin(OUTGOING, call, here)


def begin_incoming(call: Call) -> Span | None:
    """Begin the service's span."""
    return None if call.method.context == hosting.PLATFORM else spans.begin(INCOMING, call, call.call_context)


def _is_failure_of_service(error: BaseException) -> bool:
    """Whether the service has failed, rather than its caller."""
    return spans.is_fault(error) and not isinstance(error, NotAllowed | MalformedCall | IdentityTokenRefused)


def _describe(span: Span) -> spans.Description:
    call: Call = span.subject
    name = f"{call.method.service}/{call.method.name}"
    attributes = {"rpc.system.name": "thrift", "rpc.method": name, "rpc.response.status_code": span.outcome}
    if span.kind is INCOMING and call.call_context.caller:
        attributes[f"{NAMESPACE}.caller"] = call.call_context.caller
    return name, {**attributes, **arguments(call.method, call.args)}


def arguments(method: Method, args: Any) -> dict[str, str | int | float | bool]:
    """The arguments of a call as attributes: identifiers, numbers and sizes, but nothing that the contract marks `pii`."""
    described: dict[str, str | int | float | bool] = {}
    for name in _describable(method) if args is not None else ():
        value = getattr(args, name)
        if isinstance(value, list | dict | set):
            described[f"{NAMESPACE}.argument.{name}.count"] = len(value)
        elif isinstance(value, bool | int | float) or (isinstance(value, str) and _IDENTIFIER.fullmatch(value)):
            described[f"{NAMESPACE}.argument.{name}"] = value
    return described


@lru_cache(maxsize=512)
def _describable(method: Method) -> tuple[str, ...]:
    declared = getattr(method.args_type, "__thrift_field_annotations__", {})
    return tuple(name for name in method.parameters if "pii" not in declared.get(name, {}))


OUTGOING = Kind("CLIENT", _describe)
INCOMING = Kind("SERVER", _describe, _is_failure_of_service)
