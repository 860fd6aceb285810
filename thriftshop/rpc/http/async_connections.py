"""HTTP/2 connections of event loops: all calls of a loop share them, and they are closed with it."""

import asyncio
import contextvars
import os
import time
from collections.abc import Callable
from typing import cast
from weakref import WeakKeyDictionary

from thriftshop.rpc.failures import NotProcessed, Overdue
from thriftshop.rpc.http.connection import Connection
from thriftshop.rpc.http.exchanges import Exchange
from thriftshop.rpc.replica import CONNECT_SECONDS, Replica

MAX_CONNECTIONS = 8  # to one replica
MAX_BACKLOG = 16 * 1024 * 1024
TIDY_SECONDS = 1.0


async def exchange(replica: Replica, head: bytes, body: bytes, until: float) -> Exchange:
    """Send a request and wait for its response until a moment of time.monotonic(). Raises NotProcessed, Lost or Overdue."""
    channel = await _pool().channel(replica, until)
    return await channel.exchange(head, body, until)


class Channel(asyncio.Protocol):
    """A connection and its socket."""

    def __init__(self, replica: Replica) -> None:
        self.connection = Connection(str(replica))
        self._loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = self._loop.create_future()
        self._transport: asyncio.Transport | None = None
        self._flushing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is connected."""
        self._transport = cast(asyncio.Transport, transport)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Data has arrived."""
        connection = self.connection
        connection.receive(data)
        if connection.ready and not self.opened.done():
            self.opened.set_result(None)
        if connection.outgoing or connection.closed:
            self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        """The socket is closed."""
        why = f"the connection was lost ({error})" if error else "the connection was closed"
        self.connection.lose(why)
        if not self.opened.done():
            self.opened.set_exception(NotProcessed(f"{self.connection.peer}: {why}."))
            self.opened.exception()

    async def exchange(self, head: bytes, body: bytes, until: float) -> Exchange:
        """As the function `exchange`, on this connection, which must have room."""
        connection, future = self.connection, self._loop.create_future()
        received, exchange = connection.received, connection.request(head, body, _finisher(future))
        self._flush_soon()
        timer = self._loop.call_later(until - time.monotonic(), _expire, future, connection.peer)
        try:
            return cast(Exchange, await future)
        except (Overdue, asyncio.CancelledError) as error:
            connection.cancel(exchange)
            if connection.received == received and isinstance(error, Overdue):
                connection.retire()  # nothing was received: the connection may be dead, so the next call takes another
            self._flush_soon()
            raise
        finally:
            timer.cancel()

    def retire(self) -> None:
        """Take no more calls, and close after those in flight."""
        self.connection.retire()
        self._flush_soon()

    def abort(self) -> None:
        """Close at once."""
        self.connection.lose("the connection was aborted")
        if self._transport is not None:
            self._transport.abort()

    def _flush_soon(self) -> None:
        """Send at the end of this iteration of the event loop, so that concurrent calls are sent together."""
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        transport, connection = self._transport, self.connection
        if transport is None or transport.is_closing():
            return
        if connection.outgoing:
            data, connection.outgoing = connection.outgoing, bytearray()
            transport.write(data)
        if transport.get_write_buffer_size() > MAX_BACKLOG:
            transport.abort()
        elif connection.closed:
            transport.close()
            self._loop.call_later(CONNECT_SECONDS, transport.abort)


def _finisher(future: "asyncio.Future[Exchange]") -> Callable[[Exchange], None]:
    def finish(exchange: Exchange) -> None:
        if future.done():
            return
        if exchange.failure is None:
            future.set_result(exchange)
        else:
            future.set_exception(exchange.failure)

    return finish


def _expire(future: "asyncio.Future[Exchange]", peer: str) -> None:
    if not future.done():
        future.set_exception(Overdue(f"{peer} did not answer in time."))


class Pool:
    """The connections of one loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._channels: dict[Replica, list[Channel]] = {}
        self._opening: dict[Replica, asyncio.Task[Channel]] = {}
        self.closed = False
        # A loop cancels its tasks when it ends; this one then closes the connections.
        self._maintenance = self._loop.create_task(self._maintain(), context=contextvars.Context())

    async def channel(self, replica: Replica, until: float) -> Channel:
        """A connection with room for a request, opened if there is none."""
        while True:
            channels = self._channels.get(replica, ())
            for channel in channels:
                if channel.connection.has_room:
                    return channel
            if sum(not channel.connection.retiring for channel in channels) >= MAX_CONNECTIONS:
                raise NotProcessed(f"Every connection to {replica} is full.", blame=False)
            opening = self._opening.get(replica) or self._start(replica)
            done, _ = await asyncio.wait({opening}, timeout=max(0.0, until - time.monotonic()))
            if not done:
                raise NotProcessed(f"{replica} could not be reached in time.")
            if not opening.result().connection.has_room and opening.result().connection.busy == 0:
                raise NotProcessed(f"{replica} takes no calls.")

    def _start(self, replica: Replica) -> "asyncio.Task[Channel]":
        """Open one connection for all calls that wait for it; a call that stops waiting does not cancel it for the others."""
        opening = self._loop.create_task(self._open(replica), context=contextvars.Context())
        self._opening[replica] = opening
        opening.add_done_callback(lambda task: self._opened(replica, task))
        return opening

    def _opened(self, replica: Replica, opening: "asyncio.Task[Channel]") -> None:
        del self._opening[replica]
        if not opening.cancelled() and opening.exception() is None:
            alive = [channel for channel in self._channels.get(replica, ()) if not channel.connection.closed]
            self._channels[replica] = [*alive, opening.result()]

    async def _open(self, replica: Replica) -> Channel:
        channel = Channel(replica)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._loop.create_connection(lambda: channel, replica.host, replica.port)
                await channel.opened
        except TimeoutError as error:
            channel.abort()
            raise NotProcessed(f"{replica} did not open a connection within {CONNECT_SECONDS:g} s.") from error
        except OSError as error:
            raise NotProcessed(f"{replica} cannot be reached: {error}.") from error
        except BaseException:
            channel.abort()
            raise
        return channel

    async def _maintain(self) -> None:
        try:
            while True:
                await asyncio.sleep(TIDY_SECONDS)
                self._tidy()
        finally:
            self._abort()
            await asyncio.sleep(0)

    def _tidy(self) -> None:
        """Retire the connections to replicas that are gone, and drop closed ones."""
        for replica, channels in list(self._channels.items()):
            if replica.gone:
                for channel in channels:
                    channel.retire()
            self._channels[replica] = [channel for channel in channels if not channel.connection.closed]
            if not self._channels[replica]:
                del self._channels[replica]

    def _abort(self) -> None:
        self.closed = True
        for opening in self._opening.values():
            opening.cancel()
        for channels in self._channels.values():
            for channel in channels:
                channel.abort()


_pools: "WeakKeyDictionary[asyncio.AbstractEventLoop, Pool]" = WeakKeyDictionary()


def _pool() -> Pool:
    loop = asyncio.get_running_loop()
    pool = _pools.get(loop)
    if pool is None or pool.closed:
        pool = _pools[loop] = Pool()
    return pool


def _after_fork() -> None:
    """In a forked child: the loops and sockets are the parent's."""
    _pools.clear()


os.register_at_fork(after_in_child=_after_fork)
