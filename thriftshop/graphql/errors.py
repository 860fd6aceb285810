"""Errors for clients: each has a stable `extensions.code`, and none reveals internal details."""

import logging
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from graphql import FieldNode, GraphQLError
from thriftpy2.thrift import TException

from idl import common
from thriftshop import call_context
from thriftshop.rpc import errors as rpc
from thriftshop.telemetry import repeats, spans, tracing

log = logging.getLogger("thriftshop.graphql")
_failures = repeats.Repeats(log)

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_INPUT = "BAD_USER_INPUT"
BAD_REQUEST = "BAD_REQUEST"
INTERNAL = "INTERNAL"

# Messages for failed calls; the calls' own messages name services and arguments.
RPC_MESSAGES = {
    "SERVICE_UNAVAILABLE": "This part of the shop is not available at the moment; try again shortly.",
    "DEADLINE_EXCEEDED": "This part of the shop took too long to answer; try again shortly.",
    "MALFORMED_CALL": "A value is outside the accepted range.",
}
# Errors that are the shop's; others can be changed by the client.
FAULTS = frozenset({INTERNAL, "SERVICE_UNAVAILABLE", "DEADLINE_EXCEEDED"})
INTERNAL_MESSAGE = "Something went wrong on our side; the error has been logged."


class RequestRefused(Exception):
    """A request that is not executed. `status` is the HTTP status, for media types that use it."""

    def __init__(self, code: str, message: str, status: int = 400, **extensions: Any) -> None:
        super().__init__(message)
        self.errors = [GraphQLError(message, extensions={"code": code, **extensions})]
        self.status = status

    def again(self) -> "RequestRefused":
        """The same refusal, to be raised another time."""
        refusal = RequestRefused("", str(self), self.status)
        refusal.errors = self.errors
        return refusal

    @classmethod
    def because(cls, errors: Iterable[GraphQLError], code: str) -> "RequestRefused":
        """A refusal with these errors, which get this code unless they have one."""
        refused = cls(code, "")
        refused.errors = [with_code(error, code) for error in errors]
        return refused


def with_code(error: GraphQLError, code: str) -> GraphQLError:
    """Add a code to an error that has none."""
    error.extensions = {"code": code, **(error.extensions or {})}
    return error


@lru_cache(maxsize=256)
def upper_case(name: str) -> str:
    """The code of an exception of a contract: OUT_OF_STOCK for `OutOfStock`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def code_of(problem: BaseException) -> str:
    """The stable code of a refusal (OUT_OF_STOCK for `OutOfStock`) or a failed call; otherwise INTERNAL."""
    if isinstance(problem, rpc.RpcError):
        return problem.code
    return upper_case(type(problem).__name__) if isinstance(problem, TException) else INTERNAL


def with_viewer_error(errors: Iterable[GraphQLError], viewer_error: "RequestRefused | None") -> list[GraphQLError]:
    """The errors; if the viewer could not be verified, with that error instead of UNAUTHENTICATED and FORBIDDEN."""
    if viewer_error is None:
        return list(errors)
    return [
        GraphQLError(str(viewer_error), error.nodes, path=error.path, original_error=viewer_error)
        if isinstance(error.original_error, common.Unauthenticated | common.Forbidden)
        else error
        for error in errors
    ]


def formatted(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """The errors of a response: at most GRAPHQL_MAX_ERRORS, the last one with the number of those left out."""
    every = list(errors)
    reported = every[: settings.GRAPHQL_MAX_ERRORS]
    log_causes(reported)
    formatted = [describe(error) for error in reported]
    if len(every) > len(formatted):
        more = len(every) - len(formatted) + 1
        formatted[-1] = {
            "message": f"There are {more} more errors; only {settings.GRAPHQL_MAX_ERRORS} are shown.",
            "extensions": {"code": "LIMIT_ERRORS"},
        }
    return formatted


def log_causes(reported: Iterable[GraphQLError]) -> None:
    """Log the causes of errors, each once, even if several fields share it."""
    causes = {id(error.original_error or error): error for error in reversed(list(reported))}
    for error in reversed(causes.values()):
        message, extensions = _public(error)
        details = {"code": extensions["code"], "path": ".".join(str(key) for key in error.path or ())}
        cause = error.original_error or error
        if isinstance(cause, rpc.RpcError):
            details["problem"] = str(cause)
        if extensions["code"] in FAULTS:
            spans.note_failure(extensions["code"])
        if message == INTERNAL_MESSAGE:
            # The service's log has the traceback, with the same trace id.
            log.error(
                "internal error in a field", exc_info=None if isinstance(cause, rpc.RpcError) else cause, extra=details
            )
        elif message in RPC_MESSAGES.values():
            _failures.report(logging.WARNING, "field failed", extensions["code"], extra=details)


def internal(error: Exception) -> RequestRefused:
    """The refusal for an internal error outside of any field; it is logged, and the client only gets the trace id."""
    trace = tracing.trace_id(call_context.current().traceparent)
    spans.note_failure(INTERNAL)
    log.error("internal error in a request", exc_info=error, extra={"code": INTERNAL})
    return RequestRefused(INTERNAL, INTERNAL_MESSAGE, status=500, traceId=trace)


def describe(error: GraphQLError) -> dict[str, Any]:
    """One error of a response."""
    message, extensions = _public(error)
    content: dict[str, Any] = {"message": message, "extensions": extensions}
    if error.locations:
        content["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        content["path"] = list(error.path)
    return content


def _public(error: GraphQLError) -> tuple[str, dict[str, Any]]:
    """The message and extensions that clients see."""
    original = error.original_error
    if (error.extensions or {}).get("code"):
        return error.message, dict(error.extensions or {})
    if isinstance(original, TException):
        return str(getattr(original, "message", "")), {"code": code_of(original), **_data(original)}
    if isinstance(original, rpc.RpcError) and original.code in RPC_MESSAGES:
        return RPC_MESSAGES[original.code], {"code": original.code}
    if isinstance(original, RequestRefused):
        return original.errors[0].message, dict(original.errors[0].extensions or {})
    if original is None and error.nodes and not isinstance(error.nodes[0], FieldNode):
        # The executor's message for an invalid argument; its other errors are internal.
        return error.message, {"code": BAD_INPUT}
    return INTERNAL_MESSAGE, {"code": INTERNAL, "traceId": tracing.trace_id(call_context.current().traceparent)}


def _data(refusal: TException) -> dict[str, Any]:
    """A refusal's plain values beside its message: `{"field": "first"}`."""
    values = {name: value for name, value in vars(refusal).items() if name not in ("message", "id")}
    if isinstance(refusal, common.InvalidInput) and refusal.field is not None:
        values["field"] = field_of(refusal)
    return {_camel(name): value for name, value in values.items() if isinstance(value, str | int)}


def field_of(refusal: common.InvalidInput) -> str:
    """A refusal's field with GraphQL names: `filter.priceMin` for `filter.price_min`, `after` for `page.after`."""
    return ".".join(_camel(name) for name in (refusal.field or "").removeprefix("page.").split("."))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
