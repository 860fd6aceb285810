"""Clients of contracts: `connect` returns one with plain methods, `aconnect` one with awaitable methods."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol, TypeVar, cast

from django.conf import settings

from thriftshop import call_context, reads
from thriftshop.rpc import hosting, outgoing, reflection, steps, transports
from thriftshop.rpc.call import Call
from thriftshop.rpc.http import transport as http
from thriftshop.rpc.outgoing import Transport
from thriftshop.rpc.reflection import Method

S = TypeVar("S")
A_co = TypeVar("A_co", covariant=True)


class Asynchronous(Protocol[A_co]):
    """What the type stubs of every contract declare: the type of its asynchronous client."""

    @property
    def __async_client__(self) -> A_co:
        """The type alone; no contract has this at run time."""


TRANSPORTS = {
    "local": Transport(transports.local, encodes=False),
    "loopback": Transport(transports.loopback, encodes=True),
    "http": Transport(http.send, encodes=True),
}


def connect(contract: type[S], at: str = "") -> S:
    """A client of a contract: `connect(catalog.CatalogService).get_products(skus)`.

    `at` names the context to call for the platform's own contract, which every process answers; for all others it is
    the contract's own. Refusals that the contract declares are raised as themselves, everything else as an RpcError.
    """
    return cast(S, _client(cast(Any, contract), at, _call))


def aconnect(contract: type[Asynchronous[A_co]], at: str = "") -> A_co:
    """As `connect`, with awaitable methods."""
    return cast(A_co, _client(contract, at, _acall))


class Client:
    """A contract's methods as attributes. The transport is chosen at each call."""

    def __init__(self, contract: type, at: str, send: Callable[[type, Method, Any, str], Any]) -> None:
        self._contract = contract
        self._at = at
        self._methods = reflection.methods(contract)
        self._send = send

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = self._methods.get(name)
        if method is None:
            raise AttributeError(f"{self._contract.__name__} declares no method {name!r}")
        contract, at, send = self._contract, self._at, self._send

        def call(*args: Any, **kwargs: Any) -> Any:
            return send(contract, method, reflection.bind(method, args, kwargs), at)

        setattr(self, name, call)  # the next call does not come here
        return call


@lru_cache(maxsize=512)
def _client(contract: type, at: str, send: Callable[[type, Method, Any, str], Any]) -> Client:
    return Client(contract, at, send)


def _call(contract: type, method: Method, args: Any, at: str) -> Any:
    return steps.run(_steps(Call(contract, method, args, call_context.current(), at)))


async def _acall(contract: type, method: Method, args: Any, at: str) -> Any:
    return await steps.run_async(_steps(Call(contract, method, args, call_context.current(), at)))


def _steps(call: Call) -> steps.Steps:
    """Contexts of this process (CONTEXTS) are called within it, all others over the network."""
    reads.unknown()
    is_here = call.context in settings.CONTEXTS or call.context == hosting.PLATFORM
    return outgoing.steps(call, TRANSPORTS[settings.RPC_TRANSPORT if is_here else "http"], is_here=is_here)
