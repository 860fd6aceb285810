"""The server's side of Thrift over HTTP: from a request with a Thrift message to its response.

Every response other than 200 has the header `thriftshop-code`, and a TApplicationException where the message could be read;
`thriftshop-begun: no` means that the service was not reached, so that the call may be made elsewhere.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import idl
from thriftshop import identity
from thriftshop.call_context import CallContext, within
from thriftshop.rpc import call_metrics, deadlines, hosting, incoming, messages, metadata, recent_failures
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
from thriftshop.web import csp

log = logging.getLogger("thriftshop.rpc")

PATH = "/thrift"
CODE, BEGUN = b"thriftshop-code", b"thriftshop-begun"
UNKNOWN_METHOD = "UNKNOWN_METHOD"
STATUSES: dict[type[Exception], int] = {
    MalformedCall: 400,
    identity.InvalidIdentityToken: 401,
    NotAllowed: 403,
    NotHosted: 503,
    Unavailable: 503,
    DeadlineExceeded: 504,
}
KINDS = {400: messages.PROTOCOL_ERROR, 404: messages.UNKNOWN_METHOD}
# The content types of Thrift's clients. Any other type, above all a browser's, is not repeated in the response.
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
    """The status, headers and body of a response."""

    status: int
    headers: Headers
    body: bytes


class Refused(Exception):
    """A request that is refused before any service: its status, its code, and the reason."""

    def __init__(self, status: int, code: str, message: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, headers


def answer(path: str, headers: Mapping[str, str], body: bytes) -> Response:
    """The response to a POST; header names are lower case. Blocks while the service runs."""
    message, call = None, None
    try:
        message = messages.read_call(body)
        call = _call(path, headers, message)
        with within(call.call_context):  # for log records, too
            result = incoming.answer(call, partial(messages.read_arguments, message, call.method))
        silent = message.oneway or call.method.result_type.oneway
        return _response(200, _type(headers), b"" if silent else messages.write_reply(message, result))
    except (RpcError, Refused, identity.InvalidIdentityToken) as error:
        return _refused(error, headers, message, begun=call is not None and call.begun)
    except Exception:
        log.exception("request failed", extra={"path": path[:200]})
        return _refused(Fault("The call failed; the log says why."), headers, message, begun=call is not None)


def refuse(headers: Mapping[str, str], refusal: Refused) -> Response:
    """The response to a request that is refused before its message is read."""
    return _refused(refusal, headers, None, begun=False)


# -- from a message to a call ---------------------------------------------------------------------
def _call(path: str, headers: Mapping[str, str], message: Incoming) -> Call:
    """The call of a message, its arguments not yet decoded."""
    contract, method = _find(path, message)
    try:
        here = metadata.from_headers(headers, _audiences(method))
    except (MalformedCall, identity.InvalidIdentityToken) as error:
        if isinstance(error, identity.InvalidIdentityToken):
            recent_failures.report_invalid_token(method, error)
        call_metrics.refused(method, error)
        raise
    return Call(contract, method, None, _accepted(method, here))


def _audiences(method: Method) -> set[str]:
    """The services that a caller token may be addressed to: the method's; of the platform's methods, any here."""
    return {method.context, *(hosting.hosted() if method.context == hosting.PLATFORM else ())}


def _accepted(method: Method, here: CallContext) -> CallContext:
    """The call context for the service: with a deadline and a trace, without dates and causes from unknown callers."""
    is_known = bool(here.caller)
    return CallContext(
        caller=here.caller,
        viewer=here.viewer,
        traceparent=here.traceparent if tracing.trace_id(here.traceparent) else tracing.child(""),
        deadline=deadlines.of(method, here.deadline),
        occurred_at=here.occurred_at if is_known else None,
        causation=here.causation if is_known else "",
        variant=here.variant if is_known else "",
        operation=method,
    )


def _find(path: str, message: Incoming) -> tuple[type, Method]:
    """The contract and method that path and message name. They must agree: the mesh's policies apply to the path."""
    service, name = _named(path)
    if (name and name != message.name) or (service and message.service and service != message.service):
        called = f"{message.service}:{message.name}" if message.service else message.name
        raise MalformedCall(f"The path {path} and the message, which calls {called}, contradict each other.")
    here = hosting.methods(hosting.hosted())
    service = service or message.service
    if not service:
        return _only(message.name, here)
    if service not in here:
        raise _unknown_service(service)
    method = here[service].get(message.name)
    if method is None:
        raise Refused(404, UNKNOWN_METHOD, f"{service} has no method {message.name}.")
    return method


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
    return Refused(404, UNKNOWN_METHOD, f"There is no service {service[: messages.MAX_NAME]}.")


# -- from an outcome to a response ----------------------------------------------------------------
def _refused(error: Exception, headers: Mapping[str, str], message: Incoming | None, begun: bool) -> Response:
    status, code, error_headers = _described(error)
    text = str(error)
    extra: Headers = [(CODE, code.encode()), *error_headers]
    if not begun:
        extra.append((BEGUN, b"no"))
        metrics.REFUSED_REQUESTS.labels(code).inc()
    if message is None:
        # A browser may show text as a page.
        extra.append((b"content-security-policy", csp.NOTHING.encode()))
        return _response(status, "text/plain; charset=utf-8", text.encode(errors="replace"), extra)
    kind = KINDS.get(status, messages.INTERNAL_ERROR)
    return _response(status, _type(headers), messages.write_exception(message, kind, text), extra)


def _described(error: Exception) -> tuple[int, str, tuple[tuple[bytes, bytes], ...]]:
    """The status, the code and further headers."""
    if isinstance(error, Refused):
        return error.status, error.code, error.headers
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)
    return status, error.code if isinstance(error, RpcError) else UNAUTHENTICATED, ()


def _type(headers: Mapping[str, str]) -> str:
    """The request's content type, if it is one of Thrift's."""
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return content_type if content_type in TYPES else TYPE


def _response(status: int, type_: str, body: bytes, headers: Headers | None = None) -> Response:
    head: Headers = [
        (b"content-type", type_.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    return Response(status, head + (headers or []), body)
