"""Where services run: a few threads of their own, with a bounded queue in front; never the server's event loop."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

log = logging.getLogger("thriftshop.rpc")
T = TypeVar("T")


class Overloaded(Exception):
    """As many calls wait as may wait."""


async def run(function: Callable[..., T], *args: Any) -> T:
    """Calls a function on a thread of the pool. Raises Overloaded at once where too many wait already."""
    if settings.RPC_THREADS == 0:
        return await sync_to_async(function, thread_sensitive=True)(*args)
    return await _pool().run(function, *args)


@lru_cache(maxsize=1)
def _pool() -> "Pool":
    return Pool(settings.RPC_THREADS, settings.RPC_QUEUE)


class Pool:
    """`size` threads and a queue of `waiting` calls at most.

    A thread lives as long as the process: a call costs one hand-over there and one back, which is half of what
    concurrent.futures takes.
    """

    def __init__(self, size: int, waiting: int) -> None:
        self._size, self._most = size, waiting
        self._work: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...], asyncio.Future[Any]]] = (
            queue.SimpleQueue()
        )
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        """The function's value. Raises what it raises, or Overloaded."""
        if self._work.qsize() >= self._most:
            raise Overloaded
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._work.put((function, args, done))
        if not self._idle.acquire(blocking=False) and len(self._threads) < self._size:
            self._start()
        return await done

    def _start(self) -> None:
        thread = threading.Thread(target=self._live, name=f"services-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _live(self) -> None:
        while True:
            function, args, done = self._work.get()
            try:
                close_old_connections()
                value, error = function(*args), None
            except BaseException as raised:
                # Whoever waits is told, whatever it was; the thread goes on.
                value, error = None, raised
            finally:
                close_old_connections()
            try:
                done.get_loop().call_soon_threadsafe(_finish, done, value, error)
            except RuntimeError:
                log.info("a call ended after its server had")
            self._idle.release()
            del function, args, done, value, error


def _finish(done: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(value)
    else:
        done.set_exception(error)
