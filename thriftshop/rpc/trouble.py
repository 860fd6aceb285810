"""What went wrong between services of late: statements that were refused, here or by others, and clocks that differ."""

import logging
import time

from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.rpc")
_failures = repeats.Repeats(log)

KEPT_SECONDS = 60.0

_recent: dict[str, tuple[float, str]] = {}


def report(message: str, service: str, problem: str, **details: str) -> None:
    """Logs a failure between this process and another, and keeps it for readiness; `service` is the one that was called."""
    _failures.report(logging.WARNING, message, service, extra={"service": service, "problem": problem, **details})
    _recent[f"{message} ({service})"] = (time.monotonic(), problem)


def recent() -> str:
    """The failures of the last minute with their causes; empty where there were none."""
    since = time.monotonic() - KEPT_SECONDS
    return "; ".join(f"{what}: {problem}" for what, (at, problem) in sorted(_recent.items()) if at >= since)


def forget() -> None:
    """Forgets what was reported."""
    _recent.clear()
