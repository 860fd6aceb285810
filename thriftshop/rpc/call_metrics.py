"""Metrics of calls: how long they take and how they end, counted by the caller, and by the service with its caller's name."""

from functools import lru_cache

from thriftshop import contexts, identity
from thriftshop.rpc.errors import UNAUTHENTICATED, Fault, IdentityTokenRefused, RpcError
from thriftshop.rpc.reflection import Method
from thriftshop.telemetry import exemplars, metrics

OK, CANCELLED = "ok", "GIVEN_UP"
# Labels for callers without a name, and for names that are no context or driver: a mesh may have any number.
UNNAMED, OTHER = "unnamed", "other"


def called(method: Method, outcome: str, seconds: float) -> None:
    """Count a call on the caller's side."""
    _called(method.service, method.name, outcome).observe(seconds)


def served(method: Method, caller: str, outcome: str, seconds: float) -> None:
    """Count a call on the service's side."""
    is_known = caller in contexts.known_callers()
    label = caller if is_known else OTHER if caller else UNNAMED
    _served(method.service, method.name, label, outcome).observe(seconds)


def refused(method: Method, error: Exception) -> None:
    """Count a call that was refused before the filters, because its caller could not be read."""
    served(method, "", outcome_of(method, error), 0.0)


def outcome_of(method: Method, error: BaseException) -> str:
    """How a call ended that raised this: a declared refusal by its name, an error by its code."""
    if isinstance(error, method.refusals):
        return type(error).__name__
    if isinstance(error, IdentityTokenRefused | identity.InvalidIdentityToken):
        return UNAUTHENTICATED
    if isinstance(error, RpcError):
        return error.code
    return Fault.code if isinstance(error, Exception) else CANCELLED


@lru_cache(maxsize=4096)
def _called(service: str, method: str, outcome: str) -> exemplars.Series:
    labels = {"service": service, "method": method, "outcome": outcome}
    return exemplars.Series(metrics.CALL_SECONDS, metrics.BUCKETS, labels)


@lru_cache(maxsize=8192)
def _served(service: str, method: str, caller: str, outcome: str) -> exemplars.Series:
    labels = {"service": service, "method": method, "caller": caller, "outcome": outcome}
    return exemplars.Series(metrics.SERVED_CALL_SECONDS, metrics.BUCKETS, labels)
