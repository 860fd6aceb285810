"""HTTP/2 connections for threads that wait: a thread has one to itself for one call, and puts it back for the next."""

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

MOST_BYTES = 256 * 1024  # read at a time
# A connection that rested longer than this may have been forgotten on the way without a word.
LONGEST_REST = 60.0
TEND_SECONDS = 0.5


def exchange(replica: Replica, head: bytes, body: bytes, until: float) -> Exchange:
    """The finished exchange of one request, by that moment of time.monotonic(). Raises NotProcessed, Lost or Overdue."""
    wire = _take(replica) or Wire(replica, until)
    try:
        return wire.exchange(head, body, until)
    finally:
        _put(replica, wire)


def probe(replica: Replica) -> bool:
    """Whether a connection to this replica can be opened now."""
    try:
        wire = Wire(replica, time.monotonic() + CONNECT_SECONDS)
    except NotProcessed:
        return False
    _put(replica, wire)
    return True


def let_go(replica: Replica) -> None:
    """Ends the connections to a replica that is gone; those in use end with their calls."""
    with _lock:
        wires = _resting.pop(replica, [])
    for wire in wires:
        wire.close()


def close() -> None:
    """Ends all connections that rest; those in use end with their calls."""
    for replica in list(_resting):
        let_go(replica)


class Wire:
    """A connection on its socket."""

    def __init__(self, replica: Replica, until: float) -> None:
        """Opens a connection. Raises NotProcessed where that does not succeed in time."""
        self.connection = Connection(str(replica))
        self.rests_since = 0.0
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
        self._waits_to_send = False
        try:
            while not self.connection.ready and not self.connection.closed:
                self._step(until)
        except Overdue as error:
            self.close()
            raise NotProcessed(f"{replica} did not open a connection in time.") from error
        if self.connection.closed:
            self.close()
            raise NotProcessed(f"{replica} closed the connection at once.")

    def exchange(self, head: bytes, body: bytes, until: float) -> Exchange:
        """As the function of that name, on this connection."""
        connection = self.connection
        if not connection.has_room:
            raise NotProcessed(f"{connection.peer} takes no calls.")
        heard, under_way = connection.heard, connection.request(head, body, _nothing)
        try:
            while not under_way.finished:
                self._step(until)
        except Overdue:
            connection.cancel(under_way)
            if connection.heard == heard:
                connection.retire()  # nothing came at all: the way may be dead, so the next call takes another
            self._send()
            raise
        if under_way.failure is not None:
            raise under_way.failure
        return under_way

    def is_alive(self) -> bool:
        """Whether another call may go this way, after a rest: takes what came meanwhile, and answers it."""
        if time.monotonic() - self.rests_since > LONGEST_REST:
            return False
        self._receive()
        self._send()
        return self.connection.has_room

    def close(self) -> None:
        """Says farewell, where that can be sent at once, and ends."""
        self.connection.retire()
        self._send()
        self._socket.close()

    def _step(self, until: float) -> None:
        """Sends what is to be sent, then waits for what comes and takes it. Raises Overdue at that moment."""
        self._send()
        waits_to_send = bool(self.connection.outgoing)
        if waits_to_send is not self._waits_to_send:
            self._poll.modify(self._socket, select.POLLIN | (select.POLLOUT if waits_to_send else 0))
            self._waits_to_send = waits_to_send
        left = until - time.monotonic()
        if left <= 0 or not self._poll.poll(left * 1000):
            raise Overdue(f"{self.connection.peer} did not answer in time.")
        self._receive()

    def _send(self) -> None:
        """Sends what the socket takes. That it is broken shows when reading, after what the peer said last."""
        outgoing = self.connection.outgoing
        if outgoing:
            try:
                sent = self._socket.send(outgoing)
            except OSError:
                return
            del outgoing[:sent]

    def _receive(self) -> None:
        """Takes what came, if anything did."""
        try:
            data = self._socket.recv(MOST_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self.connection.lose(f"the connection was lost ({error})")
            return
        if data:
            self.connection.receive(data)
        else:
            self.connection.lose("the connection was closed")


def _nothing(exchange: Exchange) -> None:
    """Whoever waits looks at `exchange.finished`."""


_resting: "WeakKeyDictionary[Replica, list[Wire]]" = WeakKeyDictionary()
_lock = threading.Lock()
_tending = False


def _take(replica: Replica) -> Wire | None:
    while True:
        with _lock:
            wires = _resting.get(replica)
            if not wires:
                return None
            wire = wires.pop()
        if wire.is_alive():
            return wire
        wire.close()


def _put(replica: Replica, wire: Wire) -> None:
    """Keeps a connection for the next call, the latest used on top; one that has no future is closed."""
    if replica.gone or not wire.connection.has_room:
        wire.close()
        return
    wire.rests_since = time.monotonic()
    with _lock:
        _resting.setdefault(replica, []).append(wire)
        _begin_tending()


def _begin_tending() -> None:
    """A process that ends waits for its clients to take leave: what rests must answer, too. Holds the lock."""
    global _tending
    if not _tending:
        _tending = True
        threading.Thread(target=_tend, name="rpc-tend", daemon=True).start()


def _tend() -> None:
    """Takes and answers what comes on connections that rest, for as long as there are any."""
    global _tending
    while True:
        time.sleep(TEND_SECONDS)
        with _lock:
            if not any(_resting.values()):
                _tending = False
                return
            rested = _rested_since(time.monotonic() - TEND_SECONDS)
        for replica, wire in rested:
            if not wire.is_alive() or replica.gone:
                wire.close()
                continue
            with _lock:
                _resting.setdefault(replica, []).insert(0, wire)


def _rested_since(moment: float) -> list[tuple[Replica, Wire]]:
    """Takes away those that have rested since then or longer. Holds the lock."""
    found = []
    for replica, wires in list(_resting.items()):
        found += [(replica, wire) for wire in wires if wire.rests_since <= moment]
        _resting[replica] = [wire for wire in wires if wire.rests_since > moment]
    return found


def _forget() -> None:
    """In a forked child: the connections are the parent's; here only the copies of their sockets are closed."""
    global _lock, _tending
    _lock = threading.Lock()
    _tending = False
    for wires in _resting.values():
        for wire in wires:
            wire._socket.close()
    _resting.clear()


os.register_at_fork(after_in_child=_forget)
