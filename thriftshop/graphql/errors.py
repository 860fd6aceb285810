"""What went wrong, as clients read it: every error has a stable `extensions.code`, and none tells of our insides."""

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
from thriftshop.telemetry import repeats, tracing

log = logging.getLogger("thriftshop.graphql")
_failures = repeats.Repeats(log)

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_INPUT = "BAD_USER_INPUT"
BAD_REQUEST = "BAD_REQUEST"
INTERNAL = "INTERNAL"

# What a call's failure says to clients; its own words name services and arguments.
RPC_SAYS = {
    "SERVICE_UNAVAILABLE": "This part of the shop does not answer at the moment; try again shortly.",
    "DEADLINE_EXCEEDED": "This part of the shop took too long to answer; try again shortly.",
    "MALFORMED_CALL": "A value is outside of what the shop can take.",
}
INTERNAL_SAYS = "Something went wrong on our side; it has been noted."


class RequestRefused(Exception):
    """A request that is not run at all. `status` is the HTTP status for clients that read such."""

    def __init__(self, code: str, message: str, status: int = 400, **extensions: Any) -> None:
        super().__init__(message)
        self.errors = [GraphQLError(message, extensions={"code": code, **extensions})]
        self.status = status

    @classmethod
    def because(cls, errors: Iterable[GraphQLError], code: str) -> "RequestRefused":
        """A request refused for these errors, which get this code unless they have one."""
        refused = cls(code, "")
        refused.errors = [with_code(error, code) for error in errors]
        return refused


def with_code(error: GraphQLError, code: str) -> GraphQLError:
    """The error with this code, unless it has one."""
    error.extensions = {"code": code, **(error.extensions or {})}
    return error


@lru_cache(maxsize=256)
def _shouted(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def code_of(problem: BaseException) -> str:
    """The stable code of a refusal (`OutOfStock` is OUT_OF_STOCK), of a call's failure, or INTERNAL."""
    if isinstance(problem, rpc.RpcError):
        return problem.code
    return _shouted(type(problem).__name__) if isinstance(problem, TException) else INTERNAL


def excused(found: Iterable[GraphQLError], unknown: "RequestRefused | None") -> list[GraphQLError]:
    """The errors, where it is unknown whose the request is with that in the place of what a stranger would be told."""
    if unknown is None:
        return list(found)
    return [
        GraphQLError(str(unknown), error.nodes, path=error.path, original_error=unknown)
        if isinstance(error.original_error, common.Unauthenticated | common.Forbidden)
        else error
        for error in found
    ]


def answer(found: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """Errors as they stand in an answer: at most GRAPHQL_MAX_ERRORS of them, the last saying how many more there were."""
    every = list(found)
    told = every[: settings.GRAPHQL_MAX_ERRORS]
    note(told)
    shown = [describe(error) for error in told]
    if len(every) > len(shown):
        more = len(every) - len(shown) + 1
        shown[-1] = {
            "message": f"There are {more} more errors; only {settings.GRAPHQL_MAX_ERRORS} are shown.",
            "extensions": {"code": "LIMIT_ERRORS"},
        }
    return shown


def note(told: Iterable[GraphQLError]) -> None:
    """Logs what only we are to know; a failure that many fields share is one failure."""
    causes = {id(error.original_error or error): error for error in reversed(list(told))}
    for error in reversed(causes.values()):
        message, extensions = _told(error)
        where = {"code": extensions["code"], "path": ".".join(str(step) for step in error.path or ())}
        cause = error.original_error or error
        if isinstance(cause, rpc.RpcError):
            where["problem"] = str(cause)
        if message == INTERNAL_SAYS:
            # What broke in a service is in its log, with the same trace.
            log.error("field broke", exc_info=None if isinstance(cause, rpc.RpcError) else cause, extra=where)
        elif message in RPC_SAYS.values():
            _failures.report(logging.WARNING, "field failed", extensions["code"], extra=where)


def broken(error: Exception) -> RequestRefused:
    """A request that broke before its fields could: our mistake, logged, with nothing told but its trace."""
    trace = tracing.trace_id(call_context.current().traceparent)
    log.error("request broke", exc_info=error, extra={"code": INTERNAL})
    return RequestRefused(INTERNAL, INTERNAL_SAYS, status=500, traceId=trace)


def describe(error: GraphQLError) -> dict[str, Any]:
    """One error as it stands in an answer."""
    message, extensions = _told(error)
    described: dict[str, Any] = {"message": message, "extensions": extensions}
    if error.locations:
        described["locations"] = [place.formatted for place in error.locations]
    if error.path is not None:
        described["path"] = list(error.path)
    return described


def _told(error: GraphQLError) -> tuple[str, dict[str, Any]]:
    """The message and the extensions that clients get."""
    original = error.original_error
    if (error.extensions or {}).get("code"):
        return error.message, dict(error.extensions or {})
    if isinstance(original, TException):
        return str(getattr(original, "message", "")), {"code": code_of(original), **_data(original)}
    if isinstance(original, rpc.RpcError) and original.code in RPC_SAYS:
        return RPC_SAYS[original.code], {"code": original.code}
    if isinstance(original, RequestRefused):
        return original.errors[0].message, dict(original.errors[0].extensions or {})
    if original is None and error.nodes and not isinstance(error.nodes[0], FieldNode):
        # The executor's own words on an argument that does not fit; anything else of its is our mistake.
        return error.message, {"code": BAD_INPUT}
    return INTERNAL_SAYS, {"code": INTERNAL, "traceId": tracing.trace_id(call_context.current().traceparent)}


def _data(refusal: TException) -> dict[str, Any]:
    """What a refusal carries beside its message, where it is plain: `{"field": "first"}`."""
    carried = {name: value for name, value in vars(refusal).items() if name not in ("message", "id")}
    if isinstance(refusal, common.InvalidInput) and refusal.field is not None:
        carried["field"] = field_of(refusal)
    return {_camel(name): value for name, value in carried.items() if isinstance(value, str | int)}


def field_of(refusal: common.InvalidInput) -> str:
    """What a refusal is about in the words of this API: `filter.price_min` is `filter.priceMin`, `page.after` is `after`."""
    return ".".join(_camel(step) for step in (refusal.field or "").removeprefix("page.").split("."))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
