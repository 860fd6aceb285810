"""The metrics of all workers of this server: in Prometheus' text format, and in OpenMetrics with exemplars."""

import os
import struct
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

from prometheus_client import REGISTRY, CollectorRegistry, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.samples import Exemplar

from thriftshop.telemetry import exemplars

MAX_READS, READ_SECONDS = 5, 0.02


def families() -> Iterable[Metric]:
    """The metrics of all workers."""
    if exemplars.FOLDER_VARIABLE not in os.environ:
        return REGISTRY.collect()
    for _ in range(MAX_READS - 1):
        with suppress(struct.error):
            return _of_all_workers()
        time.sleep(READ_SECONDS)
    return _of_all_workers()


def _of_all_workers() -> Iterable[Metric]:
    """Raises struct.error while the file of a worker that starts is still empty."""
    collector = MultiProcessCollector(CollectorRegistry())  # type: ignore[no-untyped-call]
    collected: Iterable[Metric] = collector.collect()  # type: ignore[no-untyped-call]
    return collected


class _WithExemplars(Collector):
    """The metrics, with the latest exemplar of each bucket."""

    def collect(self) -> Iterator[Metric]:
        known = exemplars.current()
        names = {bucket.name for bucket in known}
        for family in families():
            if family.name in names:
                _add(family, known)
            yield family


def _add(family: Metric, known: dict[exemplars.Bucket, Exemplar]) -> None:
    for number, sample in enumerate(family.samples):
        if sample.name.endswith("_bucket"):
            labels = tuple(value for name, value in sorted(sample.labels.items()) if name != "le")
            exemplar = known.get(exemplars.Bucket(family.name, labels, sample.labels["le"]))
            if exemplar is not None:
                family.samples[number] = sample._replace(exemplar=exemplar)


def render(accept: str) -> tuple[bytes, str]:
    """The metrics in the format that the Accept header prefers, and its content type."""
    encode, content_type = choose_encoder(accept)
    return encode(_WithExemplars()), content_type
