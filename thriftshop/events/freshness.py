"""Freshness: how long events take from being recorded until a group or a broadcast has processed them."""

from collections.abc import Iterable
from functools import lru_cache

from thriftshop import clock
from thriftshop.events.envelope import Recorded
from thriftshop.telemetry import exemplars, metrics


def note(group: str, records: Iterable[Recorded]) -> None:
    """Observe the age of events that were processed just now."""
    seconds, now = _seconds(group), clock.now()
    for record in records:
        seconds.observe(max(0, now - record.recorded_at) / 1000, record.context.traceparent or "")


@lru_cache(maxsize=256)
def _seconds(group: str) -> exemplars.Series:
    return exemplars.Series(metrics.FRESHNESS, metrics.BUCKETS, {"group": group})
