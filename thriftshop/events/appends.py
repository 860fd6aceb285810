"""Appending to streams with its metrics: how long it takes, which events were recorded, and what contexts measure of them."""

import time
from collections.abc import Sequence
from functools import lru_cache, partial

from django.db import connection, transaction
from prometheus_client import Counter

from thriftshop.events import measures
from thriftshop.events.envelope import Recorded
from thriftshop.events.streams import Failed, Outcome, Streams, Write, Written
from thriftshop.telemetry import exemplars, metrics

OK, REFUSED, FAILED = "ok", "refused", "failed"


def append(streams: Streams, writes: Sequence[Write]) -> list[Outcome]:
    """Append to streams, as `Streams.append` does."""
    began, result = time.perf_counter(), FAILED
    try:
        outcomes = streams.append(writes)
        result = _result(outcomes)
    finally:
        # The thread may commit for others: their trace would be the wrong one.
        _seconds(streams.topic, result).observe(time.perf_counter() - began, "")
    records = [record for outcome in outcomes if isinstance(outcome, Written) for record in outcome.recorded]
    if connection.in_atomic_block:
        transaction.on_commit(partial(count, records))
    else:
        count(records)
    return outcomes


def count(records: Sequence[Recorded]) -> None:
    """Count events that were recorded for good."""
    for record in records:
        _appended(record.topic, record.kind).inc()
        measures.count(record.event)


def _result(outcomes: Sequence[Outcome]) -> str:
    if any(isinstance(outcome, Failed) for outcome in outcomes):
        return FAILED
    return OK if all(isinstance(outcome, Written) for outcome in outcomes) else REFUSED


@lru_cache(maxsize=1024)
def _appended(topic: str, kind: str) -> Counter:
    return metrics.EVENTS_APPENDED.labels(topic, kind)


@lru_cache(maxsize=64)
def _seconds(topic: str, outcome: str) -> exemplars.Series:
    return exemplars.Series(metrics.APPEND_SECONDS, metrics.BUCKETS, {"topic": topic, "outcome": outcome})
