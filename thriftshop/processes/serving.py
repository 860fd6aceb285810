"""The life of a server besides answering requests: loading everything at the start, and processing events until it stops."""

import atexit
import gc

from django.conf import settings
from django.urls import get_resolver

from thriftshop.events import groups, workers
from thriftshop.events.stalls import Stall
from thriftshop.rpc import hosting
from thriftshop.telemetry import caches

_running: list[workers.Supervisor] = []
_publishers: dict[workers.Supervisor, caches.Publisher] = {}


def start() -> workers.Supervisor:
    """Load what requests need and start to process events; pass the result to `stop`."""
    warm()
    runner = workers.Supervisor()
    runner.start()
    _running.append(runner)
    publisher = _publishers[runner] = caches.Publisher()
    publisher.start()
    # A server that exits without unwinding, as a reloader does, releases its leases as well.
    atexit.register(runner.stop)
    return runner


def stop(runner: workers.Supervisor) -> None:
    """Stop after the batches that are being processed."""
    atexit.unregister(runner.stop)
    if runner in _running:
        _running.remove(runner)
        _publishers.pop(runner).stop()
    runner.stop()


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
        from thriftshop.graphql import endpoint

        endpoint.gateway()
    groups.hosted()
    _ = get_resolver().url_patterns


def freeze_loaded() -> None:
    """Exclude all that is loaded from garbage collection: it is never freed, and scanning it takes time."""
    gc.collect()
    gc.freeze()
