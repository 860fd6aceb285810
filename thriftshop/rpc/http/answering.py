"""From a request with a Thrift message to its answer, the same for every server: which method, who calls, how it ended.

Every answer but 200 has the header `thriftshop-code`, and a TApplicationException where the message could be read;
`thriftshop-begun: no` says that the service was not reached, so that the call may be made elsewhere.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import idl
from thriftshop import csp, identity
from thriftshop.call_context import CallContext, within
from thriftshop.rpc import filters, hosting, messages, metadata, served, transports, trouble, validation
from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import (
    UNAUTHENTICATED,
    DeadlineExceeded,
    Fault,
    MalformedCall,
    NotAllowed,
    NotHosted,
    RpcError,
    Unavailable,
)
from thriftshop.rpc.messages import Incoming
from thriftshop.rpc.reflection import Method
from thriftshop.telemetry import metrics, tracing

log = logging.getLogger("thriftshop.rpc")

PATH = "/thrift"
CODE, BEGUN = b"thriftshop-code", b"thriftshop-begun"
UNKNOWN_METHOD = "UNKNOWN_METHOD"
STATUSES: dict[type[Exception], int] = {
    MalformedCall: 400,
    identity.InvalidStatement: 401,
    NotAllowed: 403,
    NotHosted: 503,
    Unavailable: 503,
    DeadlineExceeded: 504,
}
KINDS = {400: messages.PROTOCOL_ERROR, 404: messages.UNKNOWN_METHOD}
# What Thrift's clients call their messages. Any other type, a browser's above all, is not given back.
TYPE = "application/x-thrift"
TYPES = {
    TYPE,
    "application/octet-stream",
    "application/thrift",
    "application/vnd.apache.thrift.binary",
    "application/vnd.apache.thrift.compact",
    "application/vnd.apache.thrift.json",
}

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back."""

    status: int
    headers: Headers
    body: bytes


class Refused(Exception):
    """A request that does not come as far as a service: its status, its code, and why."""

    def __init__(self, status: int, code: str, message: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, headers


def answer(path: str, headers: Mapping[str, str], body: bytes) -> Response:
    """The answer to a POST; header names are lower case. Runs the service, and takes as long as it does."""
    incoming, begun = None, False
    try:
        incoming = messages.read_call(body)
        call = _read(path, headers, incoming)
        begun = True
        with within(call.call_context):
            result = _answer(call)
        silent = incoming.oneway or call.method.result_type.oneway
        return _response(200, _type(headers), b"" if silent else messages.write_reply(incoming, result))
    except (RpcError, Refused, identity.InvalidStatement) as error:
        return _refused(error, headers, incoming, begun)
    except Exception:
        log.exception("request failed", extra={"path": path[:200]})
        return _refused(Fault("The call failed; the log says why."), headers, incoming, begun)


def refuse(headers: Mapping[str, str], refusal: Refused) -> Response:
    """The answer to a request that is refused before it is read."""
    return _refused(refusal, headers, None, begun=False)


# -- from a message to a call ---------------------------------------------------------------------
def _read(path: str, headers: Mapping[str, str], incoming: Incoming) -> Call:
    """The call that a message asks for, its arguments not yet held against the contract."""
    contract, method = _find(path, incoming)
    here = CallContext()
    try:
        here = metadata.from_headers(headers, _audiences(method))
        if here.viewer:
            # The filters do both as well; here it is known that no service was reached, and the arguments of somebody
            # who may not call are not even read.
            identity.verify(here.viewer, method.context)
        filters.admit(method, here.caller)
        args = messages.read_arguments(incoming, method)
    except (RpcError, identity.InvalidStatement) as error:
        if isinstance(error, identity.InvalidStatement):
            trouble.report("statement refused", method.service, str(error), method=str(method))
        served.turned_away(method, here.caller, error)
        raise
    return Call(contract, method, args, _believed(here))


def _audiences(method: Method) -> set[str]:
    """To whom a caller may state itself: to the context of the method, and for the platform's own to any that is here."""
    return {method.context, *(hosting.hosted() if method.context == hosting.PLATFORM else ())}


def _believed(here: CallContext) -> CallContext:
    """The part of a caller's context that is trusted: dates and causes from unknown callers are dropped."""
    if not here.caller:
        here = CallContext(viewer=here.viewer, traceparent=here.traceparent, deadline=here.deadline)
    return here if tracing.trace_id(here.traceparent) else replace(here, traceparent=tracing.child(""))


def _find(path: str, incoming: Incoming) -> tuple[type, Method]:
    """The contract and method by path and message, which must not contradict each other: the mesh goes by the path."""
    service, name = _named(path)
    if (name and name != incoming.name) or (service and incoming.service and service != incoming.service):
        asked = f"{incoming.service}:{incoming.name}" if incoming.service else incoming.name
        raise MalformedCall(f"The path {path} and the message, which calls {asked}, contradict each other.")
    here = hosting.methods(hosting.hosted())
    service = service or incoming.service
    if not service:
        return _only(incoming.name, here)
    if service not in here:
        raise _unknown_service(service)
    found = here[service].get(incoming.name)
    if found is None:
        raise Refused(404, UNKNOWN_METHOD, f"{service} has no method {incoming.name}.")
    return found


def _named(path: str) -> tuple[str, str]:
    """The service and the method in `/thrift/<Service>/<method>`; empty where the path leaves them out."""
    parts = path.removeprefix(PATH).strip("/").split("/")
    if len(parts) > 2 or not all(part.isidentifier() for part in parts if len(parts) == 2 or part):
        raise Refused(404, UNKNOWN_METHOD, f"There is nothing here; POST to {PATH}/<Service>/<method>.")
    return parts[0], parts[1] if len(parts) == 2 else ""


def _only(name: str, here: Mapping[str, Mapping[str, tuple[type, Method]]]) -> tuple[type, Method]:
    services = [service for service, known in here.items() if name in known]
    if len(services) == 1:
        return here[services[0]][name]
    if services:
        message = f"Several services have a method {name}; POST to {PATH}/<Service>: {', '.join(sorted(services))}."
    else:
        message = f"No service here has a method {name}."
    raise Refused(404, UNKNOWN_METHOD, message)


def _unknown_service(service: str) -> Exception:
    for context, methods in ((name, hosting.methods((name,))) for name in idl.names()):
        if service in methods:
            hosted = ", ".join(hosting.hosted())
            return NotHosted(f"{service} belongs to the context {context!r}; this process hosts {hosted}.")
    return Refused(404, UNKNOWN_METHOD, f"There is no service {service[: messages.LONGEST_NAME]}.")


def _answer(call: Call) -> Any:
    """The result, by the method's own deadline where the caller has none or a later one."""
    result = filters.deadline(call, transports.answer)
    try:
        validation.check(result)
    except MalformedCall as error:
        log.exception("answer does not fit", extra={"method": str(call.method)})
        raise Fault(f"{call.method} answered what its contract does not know.") from error
    return result


# -- from an outcome to a response ----------------------------------------------------------------
def _refused(error: Exception, headers: Mapping[str, str], incoming: Incoming | None, begun: bool) -> Response:
    status, code, own = _described(error)
    message = str(error)
    marks: Headers = [(CODE, code.encode()), *own]
    if not begun:
        marks.append((BEGUN, b"no"))
        metrics.REFUSED_REQUESTS.labels(code).inc()
    if incoming is None:
        # Text may come to be shown as a page.
        marks.append((b"content-security-policy", csp.NOTHING.encode()))
        return _response(status, "text/plain; charset=utf-8", message.encode(errors="replace"), marks)
    kind = KINDS.get(status, messages.INTERNAL_ERROR)
    return _response(status, _type(headers), messages.write_exception(incoming, kind, message), marks)


def _described(error: Exception) -> tuple[int, str, tuple[tuple[bytes, bytes], ...]]:
    """The status, the code and what else goes into the head."""
    if isinstance(error, Refused):
        return error.status, error.code, error.headers
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)
    return status, error.code if isinstance(error, RpcError) else UNAUTHENTICATED, ()


def _type(headers: Mapping[str, str]) -> str:
    """The request's own content type, where that is one of Thrift's."""
    asked = headers.get("content-type", "").partition(";")[0].strip().lower()
    return asked if asked in TYPES else TYPE


def _response(status: int, type_: str, body: bytes, marks: Headers | None = None) -> Response:
    head: Headers = [
        (b"content-type", type_.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    return Response(status, head + (marks or []), body)
