"""Metrics as points in InfluxDB's line protocol: what was added since the last points, and gauges as they are.

Additions, not running totals: InfluxDB sums them over processes and restarts, and a point that arrives twice replaces itself.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from prometheus_client import Metric
from prometheus_client.samples import Sample

PREFIX = "thriftshop_"
# Quantiles of the observations since the last points, interpolated within their buckets.
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
# The buckets that objectives are about: how many observations took this long at most.
LIMITS = {"0.1": "le_100ms", "0.5": "le_500ms"}
_ESCAPED = re.compile(r"([,= \\])")
# How often a series to which nothing is added is sent all the same, as 0: a panel then shows 0, not "no data".
IDLE_MS = 60_000
Labels = tuple[tuple[str, str], ...]
Buckets = list[tuple[float, float]]
"""Upper bounds with the number of observations up to them, ascending."""


class Points:
    """Turns metrics into points. It remembers the totals of the last time."""

    def __init__(self, tags: Mapping[str, str]) -> None:
        self._tags = tuple(tags.items())
        self._last: dict[tuple[str, Labels], float] = {}
        self._sent_at: dict[tuple[str, Labels], int] = {}

    def lines(self, families: Iterable[Metric], at_ms: int) -> list[bytes]:
        """The points of these metrics at a moment. Series to which nothing was added have one a minute."""
        lines = []
        for family in families:
            if family.name.startswith(PREFIX):
                for name, labels, fields in self._points(family, at_ms):
                    lines.append(_line(name, (*self._tags, *labels), fields, at_ms))
        return lines

    def _points(self, family: Metric, at_ms: int) -> Iterator[tuple[str, Labels, dict[str, Any]]]:
        if family.type == "histogram":
            yield from self._histogram(family, at_ms)
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            if family.type == "gauge" and math.isfinite(sample.value):
                yield family.name, labels, {"value": sample.value}
            elif family.type == "counter" and sample.name.endswith("_total"):
                added = self._added(sample, labels)
                if self._is_due(sample.name, labels, added, at_ms):
                    yield sample.name, labels, {"value": added}

    def _is_due(self, name: str, labels: Labels, added: float, at_ms: int) -> bool:
        if not added and at_ms - self._sent_at.get((name, labels), 0) < IDLE_MS:
            return False
        self._sent_at[name, labels] = at_ms
        return True

    def _added(self, sample: Sample, labels: Labels) -> float:
        """What was added to a series since the last time; all of it after a restart."""
        last = self._last.get((sample.name, labels), 0.0)
        self._last[sample.name, labels] = sample.value
        return sample.value - last if sample.value >= last else sample.value

    def _histogram(self, family: Metric, at_ms: int) -> Iterator[tuple[str, Labels, dict[str, Any]]]:
        buckets: dict[Labels, Buckets] = {}
        sums: dict[Labels, float] = {}
        for sample in family.samples:
            every = tuple(sorted(sample.labels.items()))
            labels = tuple(pair for pair in every if pair[0] != "le")
            if sample.name.endswith("_bucket"):
                buckets.setdefault(labels, []).append((float(sample.labels["le"]), self._added(sample, every)))
            elif sample.name.endswith("_sum"):
                sums[labels] = self._added(sample, labels)
        for labels, counted in buckets.items():
            counted.sort()
            if self._is_due(family.name, labels, counted[-1][1], at_ms):
                yield family.name, labels, _fields(counted, sums.get(labels, 0.0))


def _fields(buckets: Buckets, total: float) -> dict[str, Any]:
    fields: dict[str, Any] = {"count": buckets[-1][1], "sum": total}
    if buckets[-1][1]:
        fields |= {name: quantile(buckets, share) for name, share in QUANTILES.items()}
    return fields | {LIMITS[str(bound)]: count for bound, count in buckets if str(bound) in LIMITS}


def quantile(buckets: Buckets, share: float) -> float:
    """The value below which this share of the observations is; at most the last finite bound, as in Prometheus."""
    rank, lower, below = share * buckets[-1][1], 0.0, 0.0
    for bound, count in buckets:
        if count >= rank and count > below:
            return lower if math.isinf(bound) else lower + (bound - lower) * (rank - below) / (count - below)
        lower, below = (lower if math.isinf(bound) else bound), count
    return lower


def _escaped(value: str) -> str:
    return _ESCAPED.sub(r"\\\1", value)


def _line(name: str, labels: Iterable[tuple[str, str]], fields: Mapping[str, float], at_ms: int) -> bytes:
    tags = "".join(f",{label}={_escaped(value)}" for label, value in labels if value)
    values = ",".join(f"{field}={float(value)!r}" for field, value in fields.items())
    return f"{name}{tags} {values} {at_ms}000000".encode()
