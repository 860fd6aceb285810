"""What the README promises, as data; the verdict compares a run with it."""

from __future__ import annotations

from typing import NamedTuple


class Promised(NamedTuple):
    """The promised rate in requests per second and the limits that hold at it."""

    rate: float = 100_000 / 60
    p99_ms: float = 100.0
    freshness_p99_ms: float = 100.0
    errors: int = 0
    stale: int = 0
    oversold: int = 0


PROMISED = Promised()
# A run whose requests were sent later than this says nothing about the shop, but about its own machine.
LATE_MS = 10.0
MAX_LATE_SHARE = 0.01
# A rate counts as sustained if so much of it was answered within the run's time.
MIN_ACHIEVED_SHARE = 0.99
