"""What a server does beside answering: everything is loaded before the first request, and the bus runs until the last."""

import atexit
import importlib
import importlib.util

from django.conf import settings

from thriftshop.events import bus
from thriftshop.graphql import endpoint


def start() -> bus.Runner:
    """Loads what requests will need and starts the bus; gives what `stop` takes."""
    warm()
    runner = bus.Runner()
    runner.start()
    # A server that ends without unwinding, as a reloader does, gives its leases back all the same.
    atexit.register(runner.stop)
    return runner


def stop(runner: bus.Runner) -> None:
    """Ends the bus after the batch in hand."""
    atexit.unregister(runner.stop)
    runner.stop()


def warm() -> None:
    """Loads what would otherwise be loaded by the first request, whose deadline has no room for it."""
    for name in (f"apps.{context}.service" for context in settings.CONTEXTS):
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    if settings.GRAPHQL_GATEWAY:
        endpoint.gateway()
