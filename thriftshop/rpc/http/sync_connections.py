"""HTTP/2 connections for threads: a call has a connection to itself and returns it to the pool."""

import os
import select
import socket
import threading
import time
from weakref import WeakKeyDictionary

from thriftshop.rpc.failures import NotProcessed, Overdue
from thriftshop.rpc.http.connection import Connection
from thriftshop.rpc.http.exchanges import Exchange
from thriftshop.rpc.replica import CONNECT_SECONDS, Replica

MAX_BYTES = 256 * 1024  # per read
# A connection that was idle for longer may have been dropped on the way without notice.
MAX_IDLE = 60.0
CHECK_SECONDS = 0.5


def exchange(replica: Replica, head: bytes, body: bytes, until: float) -> Exchange:
    """Send a request and wait for its response until a moment of time.monotonic(). Raises NotProcessed, Lost or Overdue."""
    channel = _take(replica) or Channel(replica, until)
    try:
        return channel.exchange(head, body, until)
    finally:
        _return(replica, channel)


def ping(replica: Replica) -> bool:
    """Whether a connection to this replica can be opened now."""
    try:
        channel = Channel(replica, time.monotonic() + CONNECT_SECONDS)
    except NotProcessed:
        return False
    _return(replica, channel)
    return True


def close_idle(replica: Replica) -> None:
    """Close the idle connections to a replica; those in use are closed after their calls."""
    with _lock:
        channels = _idle.pop(replica, [])
    for channel in channels:
        channel.close()


def close() -> None:
    """Close all idle connections; those in use are closed after their calls."""
    for replica in list(_idle):
        close_idle(replica)


class Channel:
    """A connection and its socket."""

    def __init__(self, replica: Replica, until: float) -> None:
        """Open a connection. Raises NotProcessed if that fails or takes too long."""
        self.connection = Connection(str(replica))
        self.idle_since = 0.0
        until = min(until, time.monotonic() + CONNECT_SECONDS)
        try:
            self._socket = socket.create_connection(
                (replica.host, replica.port), timeout=max(0.001, until - time.monotonic())
            )
        except OSError as error:
            raise NotProcessed(f"{replica} cannot be reached: {error}.") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._polls_for_writing = False
        try:
            while not self.connection.ready and not self.connection.closed:
                self._step(until)
        except Overdue as error:
            self.close()
            raise NotProcessed(f"{replica} did not open a connection in time.") from error
        if self.connection.closed:
            self.close()
            raise NotProcessed(f"{replica} closed the connection before it was ready.")

    def exchange(self, head: bytes, body: bytes, until: float) -> Exchange:
        """As the function of that name, on this connection."""
        connection = self.connection
        if not connection.has_room:
            raise NotProcessed(f"{connection.peer} takes no calls.")
        received, exchange = connection.received, connection.request(head, body, _ignore)
        try:
            while not exchange.finished:
                self._step(until)
        except Overdue:
            connection.cancel(exchange)
            if connection.received == received:
                connection.retire()  # nothing was received: the connection may be dead, so the next call takes another
            self._send()
            raise
        if exchange.failure is not None:
            raise exchange.failure
        return exchange

    def is_alive(self) -> bool:
        """Whether an idle connection can take another call; reads and answers what the peer has sent."""
        if time.monotonic() - self.idle_since > MAX_IDLE:
            return False
        self._receive()
        self._send()
        return self.connection.has_room

    def close(self) -> None:
        """Send GOAWAY, if the socket accepts it at once, and close."""
        self.connection.retire()
        self._send()
        self._socket.close()

    def _step(self, until: float) -> None:
        """Send, wait and receive once. Raises Overdue at that moment."""
        self._send()
        polls_for_writing = bool(self.connection.outgoing)
        if polls_for_writing is not self._polls_for_writing:
            self._poll.modify(self._socket, select.POLLIN | (select.POLLOUT if polls_for_writing else 0))
            self._polls_for_writing = polls_for_writing
        remaining = until - time.monotonic()
        if remaining <= 0 or not self._poll.poll(remaining * 1000):
            raise Overdue(f"{self.connection.peer} did not answer in time.")
        self._receive()

    def _send(self) -> None:
        """Send as much as the socket accepts. A broken one is noticed when reading, after the peer's last frames."""
        outgoing = self.connection.outgoing
        if outgoing:
            try:
                sent = self._socket.send(outgoing)
            except OSError:
                return
            del outgoing[:sent]

    def _receive(self) -> None:
        """Read what the socket has."""
        try:
            data = self._socket.recv(MAX_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self.connection.lose(f"the connection was lost ({error})")
            return
        if data:
            self.connection.receive(data)
        else:
            self.connection.lose("the connection was closed")


def _ignore(exchange: Exchange) -> None:
    """The waiting thread reads `exchange.finished` instead."""


_idle: "WeakKeyDictionary[Replica, list[Channel]]" = WeakKeyDictionary()
_lock = threading.Lock()
_checking = False


def _take(replica: Replica) -> Channel | None:
    while True:
        with _lock:
            channels = _idle.get(replica)
            if not channels:
                return None
            channel = channels.pop()
        if channel.is_alive():
            return channel
        channel.close()


def _return(replica: Replica, channel: Channel) -> None:
    """Keep a connection for the next call, last in, first out; close one that takes no more calls."""
    if replica.gone or not channel.connection.has_room:
        channel.close()
        return
    channel.idle_since = time.monotonic()
    with _lock:
        _idle.setdefault(replica, []).append(channel)
        _start_checking()


def _start_checking() -> None:
    """Idle connections must be read: a server that shuts down waits until its clients have closed them. Holds the lock."""
    global _checking
    if not _checking:
        _checking = True
        threading.Thread(target=_check_idle, name="rpc-idle", daemon=True).start()


def _check_idle() -> None:
    """Read and answer on idle connections, for as long as there are any."""
    global _checking
    while True:
        time.sleep(CHECK_SECONDS)
        with _lock:
            if not any(_idle.values()):
                _checking = False
                return
            idle = _take_idle_since(time.monotonic() - CHECK_SECONDS)
        for replica, channel in idle:
            if not channel.is_alive() or replica.gone:
                channel.close()
                continue
            with _lock:
                _idle.setdefault(replica, []).insert(0, channel)


def _take_idle_since(moment: float) -> list[tuple[Replica, Channel]]:
    """Remove and return the connections that have been idle since then. Holds the lock."""
    idle = []
    for replica, channels in list(_idle.items()):
        idle += [(replica, channel) for channel in channels if channel.idle_since <= moment]
        _idle[replica] = [channel for channel in channels if channel.idle_since > moment]
    return idle


def _after_fork() -> None:
    """In a forked child: the connections are the parent's; only the copies of their sockets are closed."""
    global _lock, _checking
    _lock = threading.Lock()
    _checking = False
    for channels in _idle.values():
        for channel in channels:
            channel._socket.close()
    _idle.clear()


os.register_at_fork(after_in_child=_after_fork)
