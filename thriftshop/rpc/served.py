"""What the service's side counts of calls: how long they took and how they ended, by service, method and who called."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from prometheus_client import Histogram

from thriftshop import contexts, identity
from thriftshop.rpc.call import Call, Next
from thriftshop.rpc.errors import UNAUTHENTICATED, Fault, RpcError, StatementRefused
from thriftshop.rpc.reflection import Method
from thriftshop.telemetry import metrics

OK, GIVEN_UP = "ok", "GIVEN_UP"
# For whoever gives no name; and for names that are none of ours, of which a mesh may know any number.
UNNAMED, OTHER = "unnamed", "other"


def count(call: Call, next_: Next) -> Any:
    """Measures the call on the side that answers it: a filter."""
    with counted(call.method, call.call_context.caller):
        return next_(call)


@contextmanager
def counted(method: Method, caller: str) -> Iterator[None]:
    """As `count`, around a block."""
    started, ended = time.perf_counter(), OK
    try:
        yield
    except BaseException as error:
        ended = outcome(method, error)
        raise
    finally:
        series(method, caller, ended).observe(time.perf_counter() - started)


def turned_away(method: Method, caller: str, error: Exception) -> None:
    """Counts a call that did not come as far as the filters."""
    series(method, caller, outcome(method, error)).observe(0.0)


def outcome(method: Method, error: BaseException) -> str:
    """How a call ended that raised this: a declared refusal by its name, an error by its code."""
    if isinstance(error, method.refusals):
        return type(error).__name__
    if isinstance(error, StatementRefused | identity.InvalidStatement):
        return UNAUTHENTICATED
    if isinstance(error, RpcError):
        return error.code
    return Fault.code if isinstance(error, Exception) else GIVEN_UP


def series(method: Method, caller: str, ended: str) -> Histogram:
    """The one that calls like this are counted in."""
    known = caller in contexts.known_callers()
    return _series(method.service, method.name, caller if known else OTHER if caller else UNNAMED, ended)


@lru_cache(maxsize=8192)
def _series(service: str, method: str, caller: str, ended: str) -> Histogram:
    return metrics.SERVED_CALL_SECONDS.labels(service, method, caller, ended)
