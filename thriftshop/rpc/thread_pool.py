"""The thread pool that services run in: a few threads behind a queue whose waiting time is bounded."""

import asyncio
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakSet

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from thriftshop.telemetry import metrics, sampling

log = logging.getLogger("thriftshop.rpc")
T = TypeVar("T")

# When calls wait and none was begun for this long, the working threads are blocked, and one more thread helps.
STUCK_SECONDS = 0.005
# The request bodies of all calls in the pool may have this many bytes together before further calls are refused.
MAX_BYTES = 64 * 1024 * 1024


class Overloaded(Exception):
    """Too many calls are waiting, or this call has waited too long."""


@dataclass(slots=True)
class Work:
    """A call that waits for a thread: the function, the future that is awaited, the time of arrival, the size of its body."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    done: asyncio.Future[Any]
    arrived: float
    size: int


async def run(function: Callable[..., T], *args: Any, size: int = 0, seconds: float | None = None) -> T:
    """Call a function on a thread of the pool. Raises Overloaded, and TimeoutError after `seconds`.

    `size` is the number of bytes that the call holds.
    """
    if settings.RPC_THREADS == 0:
        async with asyncio.timeout(seconds):
            return await sync_to_async(function, thread_sensitive=True)(*args)
    return await _pool().run(function, *args, size=size, seconds=seconds)


@lru_cache(maxsize=1)
def _pool() -> "Pool":
    pool = Pool(settings.RPC_THREADS, settings.RPC_QUEUE, settings.RPC_QUEUE_SECONDS * settings.DEADLINE_FACTOR)
    sampling.register("calls", pool.sample)
    return pool


class Pool:
    """`size` threads and a queue in which a call waits for `seconds` at most; no more threads work than are needed.

    The queue is bounded by time, not by number: five hundred cheap calls are served, while fifty slow ones would be answered
    after their callers' deadlines. A call whose turn comes after `seconds` is refused; while the first in the queue has waited
    for longer, calls that arrive are refused at once. `most` only limits the memory.

    Threads share the interpreter's lock: eight that compute are slower than one, by half and more. So one thread takes call
    after call, and another joins it only when calls wait and none was begun for a moment, which means that the working threads
    wait for a database or another service. A thread whose calls did not wait leaves the rest to the others.
    """

    def __init__(self, size: int, most: int, seconds: float) -> None:
        self._size, self._most, self._seconds = size, most, seconds
        self._work: deque[Work] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._threads = self._working = self._begun = 0
        # The event loops that watch the queue because they have calls in it.
        self._watching: WeakSet[asyncio.AbstractEventLoop] = WeakSet()

    async def run(self, function: Callable[..., T], *args: Any, size: int = 0, seconds: float | None = None) -> T:
        """The function's value. Raises what it raises, Overloaded, or TimeoutError after `seconds`."""
        now = time.perf_counter()
        if self._is_full(now):
            raise Overloaded
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._work.append(Work(function, args, done, now, size))
        self._bytes += size
        if not self._working:
            self._start_thread()
        elif loop not in self._watching:
            self._watch(loop)
        # One timer is a third of the cost of asyncio.timeout.
        timer = None if seconds is None else loop.call_later(seconds, _expire, done)
        try:
            return await done
        finally:
            self._bytes -= size
            if timer is not None:
                timer.cancel()

    def sample(self) -> None:
        """Set the gauges of this pool."""
        metrics.POOL_LIMIT.labels("calls").set(self._size)
        metrics.POOL_BUSY.labels("calls").set(self._working)
        metrics.POOL_WAITING.labels("calls").set(len(self._work))

    def _is_full(self, now: float) -> bool:
        """Whether the first call in the queue has waited too long, or the queue holds too much memory."""
        try:
            waited = now - self._work[0].arrived
        except IndexError:
            return False
        return waited > self._seconds or len(self._work) >= self._most or self._bytes >= MAX_BYTES

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        self._watching.add(loop)
        loop.call_later(STUCK_SECONDS, self._check, loop, self._begun)

    def _check(self, loop: asyncio.AbstractEventLoop, begun: int) -> None:
        """Start one more thread if calls wait and none was begun since the last look."""
        self._watching.discard(loop)
        if not self._work:
            return
        if begun == self._begun:
            self._start_thread()
        self._watch(loop)

    def _start_thread(self) -> None:
        with self._lock:
            if self._working == self._size:
                return
            self._working += 1
            idle = self._threads >= self._working
            if not idle:
                self._threads += 1
        if idle:
            self._wake.put(None)
        else:
            threading.Thread(target=self._work_forever, name=f"services-{self._threads}", daemon=True).start()

    def _work_forever(self) -> None:
        while True:
            quick = False
            while not self._retires(quick):
                try:
                    work = self._work.popleft()
                except IndexError:
                    continue  # another thread was faster
                began = time.perf_counter()
                late = began - work.arrived > self._seconds
                self._begun += 1
                _do(work, late=late)
                quick = time.perf_counter() - began < STUCK_SECONDS
                del work
            self._wake.get()

    def _retires(self, quick: bool) -> bool:
        """Whether this thread is not needed: no calls wait, or others work and its last call did not wait for anything."""
        if self._work and not (quick and self._working > 1):
            return False
        with self._lock:
            if self._work and not (quick and self._working > 1):
                return False
            self._working -= 1
            return True


def _do(work: Work, *, late: bool) -> None:
    if work.done.done():
        return  # the caller no longer waits
    value, error = None, None
    try:
        if late:
            raise Overloaded
        value = work.function(*work.args)
    except BaseException as raised:
        # Raised where the call is awaited; the thread continues.
        error = raised
    finally:
        close_old_connections()
    try:
        work.done.get_loop().call_soon_threadsafe(_finish, work.done, value, error)
    except RuntimeError:
        log.info("a call ended after its event loop")


def _expire(done: asyncio.Future[Any]) -> None:
    if not done.done():
        done.set_exception(TimeoutError())


def _finish(done: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(value)
    else:
        done.set_exception(error)
