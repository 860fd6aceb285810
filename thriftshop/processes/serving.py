"""The life of a server besides answering requests: loading everything at the start, and processing events until it stops."""

import atexit
import gc

from django.conf import settings
from django.urls import get_resolver

from thriftshop.database import pool_metrics
from thriftshop.events import groups, known_kinds, measures, workers
from thriftshop.events.relay import Relay
from thriftshop.events.stalls import Stall
from thriftshop.flags import upkeep
from thriftshop.processes import metric_points, password_metrics
from thriftshop.rpc import hosting
from thriftshop.telemetry import metrics, sampling

# A few objects of many answers stay in caches. By default all of them are scanned so often that it takes a tenth of the time.
GC_THRESHOLDS = (20_000, 20, 50)

_running: list[workers.Supervisor] = []
_publishers: dict[workers.Supervisor, metric_points.Publisher | None] = {}
_samplers: dict[workers.Supervisor, list[sampling.Sampler]] = {}


def start() -> workers.Supervisor:
    """Load what requests need and start to process events; pass the result to `stop`."""
    warm()
    are_apart = settings.CONSUMERS == "apart"
    runner = workers.Supervisor([group for group in groups.hosted() if not are_apart or isinstance(group, Relay)])
    runner.start()
    _running.append(runner)
    sampling.register("database", pool_metrics.sample)
    sampling.register("password hashing", password_metrics.sample)
    known_kinds.publish()
    _publishers[runner] = metric_points.start()
    _samplers[runner] = [sampling.Sampler(), sampling.Sampler(measures.sample, measures.LEVEL_SECONDS, "measures")]
    for sampler in _samplers[runner]:
        sampler.start()
    upkeep.start()
    # A server that exits without unwinding, as a reloader does, releases its leases as well.
    atexit.register(runner.stop)
    return runner


def stop(runner: workers.Supervisor) -> None:
    """Stop after the batches that are being processed."""
    atexit.unregister(runner.stop)
    if runner in _running:
        _running.remove(runner)
        for sampler in _samplers.pop(runner):
            sampler.stop()
        if publisher := _publishers.pop(runner):
            publisher.stop()
        upkeep.stop()
    runner.stop()


def watch(runner: workers.Supervisor) -> None:
    """Let the readiness of this process depend on consumers that it runs without serving requests."""
    known_kinds.publish()
    _running.append(runner)


def consumers() -> str:
    """`ok` while this process processes events, otherwise the problem. Stalled groups and dead letters do not count."""
    if not _running:
        return "no events are processed"
    return "ok" if all(runner.is_alive() for runner in _running) else "the thread that processes events has died"


def stalled() -> list[Stall]:
    """The groups of this process that are behind while no process advances them."""
    return [stall for runner in _running for stall in runner.stalled()]


def warm() -> None:
    """Load in advance what the first request would otherwise load within its deadline."""
    for contract in hosting.contracts(hosting.hosted()):
        hosting.service(contract)
    if settings.GRAPHQL_GATEWAY:
        from thriftshop.graphql import endpoint, operation_metrics

        endpoint.gateway()
        operation_metrics.prepare()
    for group in groups.hosted():
        # A counter that appears with its first dead letter would not have increased for Prometheus.
        metrics.DEAD_LETTERS.labels(group.name)
    _ = get_resolver().url_patterns


def freeze_loaded() -> None:
    """Exclude all that is loaded from garbage collection: it is never freed, and scanning it takes time. Collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
