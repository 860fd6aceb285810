"""Metrics of operations. Their names come from the manifest of trusted documents, not from clients: so they are bounded."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from prometheus_client import Counter, Histogram

from thriftshop.graphql import codes
from thriftshop.graphql.errors import FAULTS
from thriftshop.telemetry import exemplars, metrics

SECONDS = Histogram(
    "thriftshop_graphql_seconds",
    "Duration of GraphQL operations by type, and by name if their document is trusted.",
    ["type", "name", "outcome"],
    buckets=metrics.BUCKETS,
)
REFUSED = Counter(
    "thriftshop_graphql_refused_total", "Operations that were refused before they ran, by code.", ["code"]
)
INTERPRETED = Counter(
    "thriftshop_graphql_interpreted_total", "Operations that were executed by graphql-core instead of a compiled plan."
)
# How an operation ended: with an error that the client can change, or with one that is the shop's.
OK, ERROR, FAULT = "ok", "error", "fault"
OTHER = "OTHER"


@lru_cache(maxsize=4096)
def series(type_: str, name: str, outcome: str) -> exemplars.Series:
    """The durations of operations of a type that ended in this way."""
    return exemplars.Series(SECONDS, metrics.BUCKETS, {"type": type_, "name": name, "outcome": outcome})


def prepare() -> None:
    """Begin the series of failures at 0: one that appears with its first failure would not have increased for Prometheus."""
    for type_ in ("query", "mutation"):
        series(type_, "", FAULT)
    for code in FAULTS:
        REFUSED.labels(code)


def outcome_of(formatted: Sequence[Mapping[str, Any]]) -> str:
    """The outcome of an operation whose response has these errors."""
    if not formatted:
        return OK
    return FAULT if any(_code(error) in FAULTS for error in formatted) else ERROR


def refused(formatted: Sequence[Mapping[str, Any]]) -> None:
    """Count an operation that was refused with these errors."""
    code = _code(formatted[0]) if formatted else OTHER
    REFUSED.labels(code if code in codes.CODES else OTHER).inc()


def _code(error: Mapping[str, Any]) -> str:
    return str(error.get("extensions", {}).get("code", ""))
