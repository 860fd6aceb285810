"""Where services run: a few threads of their own, with a bounded queue in front; never the server's event loop."""

import asyncio
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

log = logging.getLogger("thriftshop.rpc")
T = TypeVar("T")
Work = tuple[Callable[..., Any], tuple[Any, ...], asyncio.Future[Any]]

# Where nothing was begun for so long although something waits, the threads at work are waiting themselves: one more helps.
STUCK_SECONDS = 0.005


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
    """`size` threads and a queue of `waiting` calls at most; as few of the threads work as get it done.

    Threads take turns at the interpreter: eight that compute are slower than one, by half and more. So one takes call after
    call, and another joins it only when calls wait and none was begun for a moment, as it is when those at work wait for a
    database or another service. One that had no call to wait for leaves the rest to the others.
    """

    def __init__(self, size: int, waiting: int) -> None:
        self._size, self._most = size, waiting
        self._work: deque[Work] = deque()
        self._lock = threading.Lock()
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._threads = self._working = self._begun = 0
        self._watching = False

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        """The function's value. Raises what it raises, or Overloaded."""
        if len(self._work) >= self._most:
            raise Overloaded
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._work.append((function, args, done))
        if not self._working:
            self._send_one()
        elif not self._watching:
            self._watch(loop)
        return await done

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        self._watching = True
        loop.call_later(STUCK_SECONDS, self._look, loop, self._begun)

    def _look(self, loop: asyncio.AbstractEventLoop, begun: int) -> None:
        """Sends one more where the calls that wait have not become fewer."""
        self._watching = False
        if not self._work:
            return
        if begun == self._begun:
            self._send_one()
        self._watch(loop)

    def _send_one(self) -> None:
        with self._lock:
            if self._working == self._size:
                return
            self._working += 1
            resting = self._threads >= self._working
            if not resting:
                self._threads += 1
        if resting:
            self._wake.put(None)
        else:
            threading.Thread(target=self._live, name=f"services-{self._threads}", daemon=True).start()

    def _live(self) -> None:
        while True:
            quick = False
            while not self._rests(quick):
                try:
                    function, args, done = self._work.popleft()
                except IndexError:
                    continue  # another was faster
                self._begun += 1
                began = time.perf_counter()
                _do(function, args, done)
                quick = time.perf_counter() - began < STUCK_SECONDS
                del function, args, done
            self._wake.get()

    def _rests(self, quick: bool) -> bool:
        """Whether this thread is not needed: nothing is left to do, or others are at work and it had nothing to wait for."""
        if self._work and not (quick and self._working > 1):
            return False
        with self._lock:
            if self._work and not (quick and self._working > 1):
                return False
            self._working -= 1
            return True


def _do(function: Callable[..., Any], args: tuple[Any, ...], done: asyncio.Future[Any]) -> None:
    value, error = None, None
    try:
        close_old_connections()
        value = function(*args)
    except BaseException as raised:
        # Whoever waits is told, whatever it was; the thread goes on.
        error = raised
    finally:
        close_old_connections()
    try:
        done.get_loop().call_soon_threadsafe(_finish, done, value, error)
    except RuntimeError:
        log.info("a call ended after its server had")


def _finish(done: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(value)
    else:
        done.set_exception(error)
