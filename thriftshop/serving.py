"""What a server does beside answering: everything is loaded before the first request, and the bus runs until the last."""

import atexit
import gc

from django.conf import settings
from django.urls import get_resolver

from thriftshop.events import bus, running
from thriftshop.events.stalls import Stall
from thriftshop.rpc import hosting

_running: list[running.Runner] = []


def start() -> running.Runner:
    """Loads what requests will need and starts the bus; gives what `stop` takes."""
    warm()
    runner = running.Runner()
    runner.start()
    _running.append(runner)
    # A server that ends without unwinding, as a reloader does, gives its leases back all the same.
    atexit.register(runner.stop)
    return runner


def stop(runner: running.Runner) -> None:
    """Ends the bus after the batch in hand."""
    atexit.unregister(runner.stop)
    if runner in _running:
        _running.remove(runner)
    runner.stop()


def consumers() -> str:
    """`ok` while the bus of this process runs, or what is wrong.

    A group that is stalled, or waits for somebody to look at a dead letter, is no reason to say more than that.
    """
    if not _running:
        return "the bus is not running"
    return "ok" if all(runner.is_alive() for runner in _running) else "the bus has died"


def stalled() -> list[Stall]:
    """The groups of this process that are behind and not moved by anybody."""
    return [stall for runner in _running for stall in runner.stalled()]


def warm() -> None:
    """Loads what would otherwise be loaded by the first request, whose deadline has no room for it."""
    for contract in hosting.contracts(hosting.hosted()):
        hosting.service(contract)
    if settings.GRAPHQL_GATEWAY:  # the others have no use for what it loads
        from thriftshop.graphql import endpoint

        endpoint.gateway()
    bus.groups()
    _ = get_resolver().url_patterns


def settle_down() -> None:
    """Takes all that is loaded out of the garbage collector's rounds: it stays for good, and looking at it costs."""
    gc.collect()
    gc.freeze()
