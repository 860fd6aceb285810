"""Queries of dashboards, evaluated on this server's own metrics: for a page that needs neither database nor Grafana."""

import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import singledispatch
from itertools import pairwise
from typing import NamedTuple

from prometheus_client import Metric

from thriftshop.dashboards.queries import Labels, Quantile, Query, Rate, Share, Slower
from thriftshop.telemetry.points import Buckets, quantile

Values = Mapping[tuple[str, frozenset[tuple[str, str]]], float]
Lines = dict[tuple[str, ...], list[float | None]]
"""The values over time, by the labels of a series; None while there was nothing to measure."""


class Snapshot(NamedTuple):
    """Running totals at a moment."""

    at: float  # in seconds
    values: Values


class History:
    """The latest snapshots of some histograms."""

    def __init__(self, metrics: Iterable[str], most: int) -> None:
        self._metrics = frozenset(metrics)
        self._snapshots: deque[Snapshot] = deque(maxlen=most)
        self._lock = threading.Lock()

    def add(self, families: Iterable[Metric], at: float) -> None:
        """Add a snapshot."""
        values = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in families
            if family.name in self._metrics
            for sample in family.samples
        }
        with self._lock:
            self._snapshots.append(Snapshot(at, values))

    def snapshots(self) -> list[Snapshot]:
        """The snapshots, oldest first."""
        with self._lock:
            return list(self._snapshots)


class Interval:
    """What was added between two snapshots."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self._before, self._after = before.values, after.values
        self.seconds = max(after.at - before.at, 0.001)

    def sums(self, name: str, by: Sequence[str], where: Labels) -> dict[tuple[str, ...], float]:
        """The additions to the samples of a name that have these labels, by the values of others."""
        sums: dict[tuple[str, ...], float] = {}
        for (sample, labels), value in self._after.items():
            values = dict(labels)
            if sample == name and _matches(values, where):
                key = tuple(values.get(label, "") for label in by)
                last = self._before.get((sample, labels), 0.0)
                sums[key] = sums.get(key, 0.0) + (value - last if value >= last else value)
        return sums


def _matches(labels: Mapping[str, str], where: Labels) -> bool:
    return all(
        labels.get(name) != value[1:] if value.startswith("!") else labels.get(name) == value
        for name, value in where.items()
    )


def lines(query: Query, snapshots: Sequence[Snapshot]) -> Lines:
    """The values of a query between consecutive snapshots."""
    result: Lines = {}
    for number, (before, after) in enumerate(pairwise(snapshots)):
        for key, value in evaluate(query, Interval(before, after)).items():
            result.setdefault(key, [None] * (len(snapshots) - 1))[number] = value
    return result


@singledispatch
def evaluate(query: Query, interval: Interval) -> dict[tuple[str, ...], float]:
    """The values of a query in an interval, by the labels of its series."""
    raise NotImplementedError(f"{type(query).__name__} is not shown without a database.")


@evaluate.register
def _rate(query: Rate, interval: Interval) -> dict[tuple[str, ...], float]:
    name = f"{query.metric}_count" if query.is_histogram else query.metric
    return {key: total / interval.seconds for key, total in interval.sums(name, query.by, query.where).items()}


@evaluate.register
def _quantile(query: Quantile, interval: Interval) -> dict[tuple[str, ...], float]:
    by_series: dict[tuple[str, ...], Buckets] = {}
    for (*key, bound), count in interval.sums(f"{query.metric}_bucket", (*query.by, "le"), query.where).items():
        by_series.setdefault(tuple(key), []).append((float(bound), count))
    counted = {key: sorted(buckets) for key, buckets in by_series.items()}
    return {key: quantile(buckets, query.share) for key, buckets in counted.items() if buckets[-1][1]}


@evaluate.register
def _slower(query: Slower, interval: Interval) -> dict[tuple[str, ...], float]:
    every = interval.sums(f"{query.metric}_count", query.by, query.where)
    within = interval.sums(f"{query.metric}_bucket", query.by, {**query.where, "le": query.limit})
    return {key: 1 - within.get(key, 0.0) / total for key, total in every.items() if total}


@evaluate.register
def _share(query: Share, interval: Interval) -> dict[tuple[str, ...], float]:
    every = interval.sums(f"{query.metric}_count", query.by, query.where)
    part = interval.sums(f"{query.metric}_count", query.by, {**query.where, **query.part})
    return {key: part.get(key, 0.0) / total for key, total in every.items() if total}
