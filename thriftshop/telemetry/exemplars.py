"""Exemplars: the trace of the latest sampled observation in each bucket of a histogram, also with several workers.

prometheus_client keeps no exemplars of several processes. Each worker keeps its own in memory and writes them to the shared
folder once a second; the worker that answers `/metrics` reads those of all of them.
"""

import os
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import time
from typing import NamedTuple

import orjson
from prometheus_client import Histogram
from prometheus_client.samples import Exemplar
from prometheus_client.utils import floatToGoString

from thriftshop import call_context
from thriftshop.telemetry import tracing

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = "exemplars_"
# The last digit of a traceparent whose trace is sampled: the lowest bit of its flags is set.
_SAMPLED = frozenset("13579bdf")


class Bucket(NamedTuple):
    """The key of an exemplar: the histogram's name, its label values in the order of their names, and the bucket's bound."""

    name: str
    labels: tuple[str, ...]
    bound: str


class Series:
    """A series of a histogram, which keeps an exemplar for each bucket. Its buckets are `bounds`, without infinity."""

    __slots__ = ("_bounds", "_child", "_key", "_latest")

    def __init__(self, histogram: Histogram, bounds: Sequence[float], labels: Mapping[str, str]) -> None:
        self._child = histogram.labels(**labels)
        self._bounds = bounds
        self._key = (next(iter(histogram.describe())).name, tuple(labels[name] for name in sorted(labels)))
        self._latest: dict[int, tuple[str, float, float]] = {}
        _all.append(self)

    def observe(self, seconds: float, traceparent: str | None = None) -> None:
        """Observe a duration; its trace, by default the current one, becomes the exemplar of its bucket if it is sampled."""
        self._child.observe(seconds)
        traceparent = call_context.current().traceparent if traceparent is None else traceparent
        if traceparent[-1:] in _SAMPLED:
            self._latest[bisect_left(self._bounds, seconds)] = (traceparent, seconds, time())

    def exemplars(self) -> Iterator[tuple[Bucket, Exemplar]]:
        """The latest exemplar of each bucket."""
        name, labels = self._key
        for number, (traceparent, seconds, at) in list(self._latest.items()):
            bound = self._bounds[number] if number < len(self._bounds) else float("inf")
            if trace_id := tracing.trace_id(traceparent):
                yield Bucket(name, labels, _text(bound)), Exemplar({"trace_id": trace_id}, seconds, at)


def _text(bound: float) -> str:
    return str(floatToGoString(bound))  # type: ignore[no-untyped-call]


_all: list[Series] = []


def publish() -> None:
    """Write the exemplars of this worker for the others, if there are several."""
    if folder := os.environ.get(FOLDER_VARIABLE):
        rows = [
            (*bucket, exemplar.labels["trace_id"], exemplar.value, exemplar.timestamp) for bucket, exemplar in _own()
        ]
        file = Path(folder) / f"{PREFIX}{os.getpid()}.json"
        partial = file.with_suffix(".partial")
        partial.write_bytes(orjson.dumps(rows))
        partial.replace(file)


def current() -> dict[Bucket, Exemplar]:
    """The latest exemplars of all workers by their buckets."""
    latest = dict(_own())
    for file in Path(os.environ.get(FOLDER_VARIABLE, os.devnull)).glob(f"{PREFIX}*.json"):
        for name, labels, bound, trace_id, value, at in orjson.loads(file.read_bytes()):
            bucket = Bucket(name, tuple(labels), bound)
            if bucket not in latest or at > (latest[bucket].timestamp or 0.0):
                latest[bucket] = Exemplar({"trace_id": trace_id}, value, at)
    return latest


def _own() -> Iterator[tuple[Bucket, Exemplar]]:
    for series in list(_all):
        yield from series.exemplars()
