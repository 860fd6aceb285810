"""Failures of the last minute between this process and others, for /readyz: refused identity tokens, clocks that differ."""

import logging
import time

from thriftshop import identity
from thriftshop.rpc.reflection import Method
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.rpc")
_failures = repeats.Repeats(log)

RETENTION_SECONDS = 60.0

_recent: dict[str, tuple[float, str]] = {}


def report(message: str, service: str, problem: str, **details: str) -> None:
    """Log a failure and remember it; `service` is the service that was called."""
    _failures.report(logging.WARNING, message, service, extra={"service": service, "problem": problem, **details})
    _recent[f"{message} ({service})"] = (time.monotonic(), problem)


def report_invalid_token(method: Method, error: identity.InvalidIdentityToken) -> None:
    """Report an invalid viewer token or caller token."""
    report("identity token refused", method.service, str(error), method=str(method))


def recent() -> str:
    """The failures of the last minute with their causes; empty if there were none."""
    since = time.monotonic() - RETENTION_SECONDS
    return "; ".join(f"{what}: {problem}" for what, (at, problem) in sorted(_recent.items()) if at >= since)


def forget() -> None:
    """Clear the failures."""
    _recent.clear()
