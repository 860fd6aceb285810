"""Fixtures: a caller that does not host the called service, on a thread and on an event loop."""

import asyncio
import time

import pytest

from idl import inventory
from idl.legacy import inventory as legacy
from tests.rpc_client.peers import TIMEOUT_SECONDS
from thriftshop import call_context, rpc
from thriftshop.rpc import replica, replicas, retries
from thriftshop.rpc.http import async_connections, sync_connections, transport

MAX_WAIT_FOR_REPLICA = retries.MAX_WAIT_FOR_REPLICA


class Caller:
    """Calls the inventory; `way` is how it waits."""

    def __init__(self, way: str, settings) -> None:
        self.way, self._settings = way, settings
        self._runner = asyncio.Runner()

    def reaches(self, *urls: str) -> None:
        self._settings.SERVICES = {"inventory": list(urls)}

    def call(
        self,
        name: str,
        *args,
        seconds: float = TIMEOUT_SECONDS,
        caller: str = "trade",
        contract=inventory.InventoryService,
    ):
        """The answer of one method, with so much time for it."""
        here = call_context.CallContext(caller=caller, deadline=time.monotonic() + seconds)
        with call_context.within(here):
            if self.way == "thread":
                return getattr(rpc.connect(contract), name)(*args)
            return self._runner.run(self._acall(here, contract, name, args))

    async def _acall(self, here, contract, name, args):
        with call_context.within(here):
            return await getattr(rpc.aconnect(contract), name)(*args)

    def read(self, **options):
        """A call that may be repeated."""
        return self.call("get_levels", ["MUG"], **options)

    def write(self, **options):
        """A call that must not be made twice."""
        return self.call("reduce", "MUG", 1, contract=legacy.InventoryService, **options)

    def run(self, main):
        """Run a coroutine on the caller's event loop."""
        return self._runner.run(main)

    def close(self) -> None:
        self._runner.close()
        transport.close()


@pytest.fixture(autouse=True)
def calls_go_over_the_network(settings, monkeypatch):
    """The process hosts no context that is called, knows nothing of replicas yet, and is patient with all of them."""
    settings.CONTEXTS = ["gateway"]
    settings.DEADLINE_FACTOR = 600.0
    monkeypatch.setattr(retries, "MAX_WAIT_FOR_REPLICA", TIMEOUT_SECONDS)
    for way in (sync_connections, async_connections):
        monkeypatch.setattr(way, "CONNECT_SECONDS", TIMEOUT_SECONDS)
    replicas.forget()
    yield
    replicas.forget()


@pytest.fixture
def a_connection_must_come_soon(monkeypatch):
    """As outside tests: one that is not there within a second will not come."""
    for way in (sync_connections, async_connections):
        monkeypatch.setattr(way, "CONNECT_SECONDS", replica.CONNECT_SECONDS)


@pytest.fixture
def a_search_ends_soon(monkeypatch):
    """As outside tests: a call that was turned away waits half a second for a replica that takes it."""
    monkeypatch.setattr(retries, "MAX_WAIT_FOR_REPLICA", MAX_WAIT_FOR_REPLICA)


@pytest.fixture(params=["thread", "event loop"])
def caller(request, settings):
    """A caller that waits in either way."""
    here = Caller(request.param, settings)
    yield here
    here.close()
