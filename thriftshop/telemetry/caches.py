"""Metrics of caches: hits, misses, evictions, size, and the age of what was answered.

Counting a look-up must cost less than it saves, so each cache counts in plain numbers, and a thread adds them to Prometheus'
metrics once a second (`sampling`).
"""

import threading
from bisect import bisect_left
from collections.abc import Sized
from weakref import WeakSet

from prometheus_client import Counter, Gauge, Histogram

AGES = (0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0, 600.0, 3600.0)

HITS = Counter("thriftshop_cache_hits_total", "Values answered from a cache.", ["cache"])
MISSES = Counter("thriftshop_cache_misses_total", "Values that a cache did not have.", ["cache"])
EVICTIONS = Counter("thriftshop_cache_evictions_total", "Values dropped because a cache was full.", ["cache"])
ENTRIES = Gauge("thriftshop_cache_entries", "Values in a cache.", ["cache"], multiprocess_mode="livesum")
AGE_SECONDS = Histogram(
    "thriftshop_cache_age_seconds", "Age of the values answered from a cache.", ["cache"], buckets=AGES
)


class Statistics:
    """What happened to the caches of one name since it was last published."""

    __slots__ = ("_ages", "_caches", "_name", "_seconds", "evictions", "misses")

    def __init__(self, name: str) -> None:
        self._name = name
        self._caches: WeakSet[Sized] = WeakSet()
        self._ages = [0] * (len(AGES) + 1)
        self._seconds = 0.0
        self.misses = 0
        self.evictions = 0

    def watch(self, cache: Sized) -> None:
        """Count the entries of a cache."""
        self._caches.add(cache)

    def hit(self, age: float) -> None:
        """Count a value that was stored so many seconds ago."""
        self._seconds += age
        self._ages[bisect_left(AGES, age)] += 1

    def publish(self) -> None:
        """Add the numbers to the metrics."""
        ages, self._ages = self._ages, [0] * (len(AGES) + 1)
        seconds, self._seconds = self._seconds, 0.0
        misses, self.misses = self.misses, 0
        evictions, self.evictions = self.evictions, 0
        HITS.labels(self._name).inc(sum(ages))
        MISSES.labels(self._name).inc(misses)
        EVICTIONS.labels(self._name).inc(evictions)
        ENTRIES.labels(self._name).set(sum(len(cache) for cache in list(self._caches)))
        histogram = AGE_SECONDS.labels(self._name)
        histogram._sum.inc(seconds)
        for bucket, count in zip(histogram._buckets, ages, strict=True):
            bucket.inc(count)


_statistics: dict[str, Statistics] = {}


def statistics(name: str, cache: Sized) -> Statistics:
    """The statistics of the caches of this name, which include this one from now on."""
    known = _statistics.setdefault(name, Statistics(name))
    known.watch(cache)
    return known


_lock = threading.Lock()


def publish() -> None:
    """Publish the statistics of all caches of this process."""
    with _lock:
        for known in list(_statistics.values()):
            known.publish()
