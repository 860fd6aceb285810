"""The caller's side: `connect` gives a contract's methods as plain calls, `aconnect` as awaitables."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, TypeVar, cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from thriftshop import call_context
from thriftshop.rpc import filters, hosting, reflection, transports
from thriftshop.rpc.call import Call, Next, chain
from thriftshop.rpc.errors import DeadlineExceeded
from thriftshop.rpc.http import transport as http
from thriftshop.rpc.reflection import Method

S = TypeVar("S")

TRANSPORTS: dict[str, Next] = {"local": transports.local, "loopback": transports.loopback, "http": http.send}


def connect(contract: type[S], at: str = "") -> S:
    """A client of a contract: `connect(catalog.CatalogService).get_products(skus)`.

    `at` names the context to call, for the platform's own contract, which every process answers; left out, it is the
    contract's own. Refusals that the contract declares are raised as themselves, everything else as an RpcError.
    """
    return cast(S, Client(contract, at, _call))


def aconnect(contract: type[S], at: str = "") -> Any:
    """As `connect`, with awaitable methods; what blocks runs on a small bounded pool."""
    return Client(contract, at, _acall)


class Client:
    """A contract's methods as attributes; which transport carries them is decided at each call."""

    __slots__ = ("_at", "_contract", "_methods", "_send")

    def __init__(self, contract: type, at: str, send: Callable[[type, Method, Any, str], Any]) -> None:
        self._contract = contract
        self._at = at
        self._methods = reflection.methods(contract)
        self._send = send

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = self._methods.get(name)
        if method is None:
            raise AttributeError(f"{self._contract.__name__} declares no method {name!r}")
        return lambda *args, **kwargs: self._send(
            self._contract, method, reflection.bind(method, args, kwargs), self._at
        )


def _call(contract: type, method: Method, args: Any, at: str) -> Any:
    call = Call(contract, method, args, call_context.current(), at)
    return _send_through(_transport(call))(call)


def _transport(call: Call) -> str:
    """By CONTEXTS alone: within this process to what it hosts, over the network to everything else."""
    hosted_here = call.context in settings.CONTEXTS or call.context == hosting.PLATFORM
    return settings.RPC_TRANSPORT if hosted_here else "http"


@lru_cache(maxsize=8)
def _send_through(transport: str) -> Next:
    return chain(filters.CLIENT, TRANSPORTS[transport])


async def _acall(contract: type, method: Method, args: Any, at: str) -> Any:
    call = Call(contract, method, args, call_context.current(), at)
    if _transport(call) == "http":
        call = filters.set_out(call, lambda ready: ready)
        with filters.counted(call):
            return await http.asend(call)
    limit = method.deadline_ms / 1000 * settings.DEADLINE_FACTOR
    try:
        return await asyncio.wait_for(_run_blocking(partial(_call, contract, method, args, at)), limit)
    except TimeoutError as error:
        raise DeadlineExceeded(f"{method} did not answer within {limit:g} s.") from error


async def _run_blocking(function: Callable[[], Any]) -> Any:
    if settings.RPC_THREADS == 0:
        return await sync_to_async(function, thread_sensitive=True)()
    inside = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(_pool(), inside.run, _with_fresh_connection, function)


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.RPC_THREADS, thread_name_prefix="rpc")


def _with_fresh_connection(function: Callable[[], Any]) -> Any:
    close_old_connections()
    try:
        return function()
    finally:
        close_old_connections()
