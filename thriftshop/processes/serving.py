"""What a server does besides answering requests: it loads everything before the first, and processes events until the last."""

import atexit
import gc

from django.conf import settings
from django.urls import get_resolver

from thriftshop.events import groups, workers
from thriftshop.events.stalls import Stall
from thriftshop.rpc import hosting

_running: list[workers.Supervisor] = []


def start() -> workers.Supervisor:
    """Loads what requests need and starts to process events; pass the result to `stop`."""
    warm()
    runner = workers.Supervisor()
    runner.start()
    _running.append(runner)
    # A server that exits without unwinding, as a reloader does, releases its leases as well.
    atexit.register(runner.stop)
    return runner


def stop(runner: workers.Supervisor) -> None:
    """Stops after the batches that are being processed."""
    atexit.unregister(runner.stop)
    if runner in _running:
        _running.remove(runner)
    runner.stop()


def consumers() -> str:
    """`ok` while this process processes events, or what is wrong. Stalled groups and dead letters are not its fault."""
    if not _running:
        return "no events are processed"
    return "ok" if all(runner.is_alive() for runner in _running) else "the thread that processes events has died"


def stalled() -> list[Stall]:
    """The groups of this process that are behind and not moved by any process."""
    return [stall for runner in _running for stall in runner.stalled()]


def warm() -> None:
    """Loads what the first request would otherwise load within its deadline."""
    for contract in hosting.contracts(hosting.hosted()):
        hosting.service(contract)
    if settings.GRAPHQL_GATEWAY:
        from thriftshop.graphql import endpoint

        endpoint.gateway()
    groups.hosted()
    _ = get_resolver().url_patterns


def settle_down() -> None:
    """Takes all that is loaded out of the garbage collector's rounds: it stays for good, and looking at it costs."""
    gc.collect()
    gc.freeze()
