"""Keep-alive HTTP/1.1 connections on non-blocking sockets, driven by one epoll; as cheap as Python allows."""

import errno
import select
import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

MAX_READ = 262_144
# Beyond this, requests wait for a connection; their latency counts from when they were due all the same.
MAX_CONNECTIONS = 2_000
NO_ANSWER = 0  # the status of a request whose connection broke or that was not answered in time


class Request:
    """One request: its bytes, the time at which it was due, and the function that takes its answer."""

    __slots__ = ("avoid", "connection", "data", "due", "extra", "kind", "sent", "take")

    def __init__(self, kind: int, data: bytes, take: Callable[["Request", int, bytes, float], None], extra: Any = None):
        self.kind, self.data, self.take, self.extra = kind, data, take, extra
        self.due = self.sent = 0.0
        self.connection: Connection | None = None
        self.avoid: Connection | None = None  # another client's read must use another connection than this one


class Connection:
    """A socket with at most one request in flight."""

    __slots__ = ("body", "connecting", "end", "request", "sock", "status", "unsent")

    def __init__(self, address: tuple[str, int]) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connecting = self.sock.connect_ex(address) == errno.EINPROGRESS
        self.request: Request | None = None
        self.unsent = self.body = b""
        self.end = self.status = 0


class Pool:
    """As many connections as there are requests in flight, to each address in turn; `request.take` gets every answer."""

    def __init__(self, addresses: Sequence[tuple[str, int]], now: Callable[[], float]) -> None:
        self.addresses, self.now = addresses, now
        self.idle: list[Connection] = []
        self.open: dict[int, Connection] = {}
        self.waiting: deque[Request] = deque()
        self.in_flight = self.opened = self.most_in_flight = 0
        self.epoll = select.epoll()

    def prepare(self, count: int) -> None:
        """Open connections ahead of the load."""
        self.idle += [self._opened() for _ in range(count - len(self.idle))]

    def _opened(self) -> Connection:
        connection = Connection(self.addresses[self.opened % len(self.addresses)])
        number = connection.sock.fileno()
        self.open[number] = connection
        self.opened += 1
        self.epoll.register(number, select.EPOLLIN | (select.EPOLLOUT if connection.connecting else 0))
        return connection

    def send(self, request: Request) -> None:
        """Send a request on an idle connection, or on a new one."""
        request.sent = request.sent or self.now()  # a wait for a connection is the shop's delay, not the sender's
        if not self.idle and len(self.open) >= MAX_CONNECTIONS:
            self.waiting.append(request)
            return
        connection = self._chosen(request.avoid)
        connection.request, request.connection = request, connection
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        if connection.connecting:
            connection.unsent = request.data
            return
        self._write(connection, request.data)

    def _chosen(self, avoid: Connection | None) -> Connection:
        if not self.idle:
            return self._opened()
        connection = self.idle.pop()
        if connection is avoid:
            other = self.idle.pop() if self.idle else self._opened()
            self.idle.append(connection)
            return other
        return connection

    def _write(self, connection: Connection, data: bytes) -> None:
        try:
            sent = connection.sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._broken(connection)
            return
        if sent < len(data):
            connection.unsent = data[sent:]
            self.epoll.modify(connection.sock.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def poll(self, seconds: float) -> None:
        """Wait up to `seconds` for answers, and hand out those that are complete."""
        if (
            seconds > 0 and not select.select([self.epoll], (), (), seconds)[0]
        ):  # epoll's own timeout is in milliseconds
            return
        for number, event in self.epoll.poll(0):
            connection = self.open.get(number)
            if connection is None:
                continue
            if event & select.EPOLLOUT:
                self._writable(connection)
            if event & ~select.EPOLLOUT:
                self._readable(connection)
        self._send_waiting()

    def _send_waiting(self) -> None:
        while self.waiting and (self.idle or len(self.open) < MAX_CONNECTIONS):
            self.send(self.waiting.popleft())

    def _writable(self, connection: Connection) -> None:
        connection.connecting, data, connection.unsent = False, connection.unsent, b""
        self.epoll.modify(connection.sock.fileno(), select.EPOLLIN)
        if data:
            self._write(connection, data)

    def _readable(self, connection: Connection) -> None:
        try:
            data = connection.sock.recv(MAX_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._broken(connection)
            return
        body = connection.body = connection.body + data if connection.body else data
        if not connection.end and not self._head_is_read(connection, body):
            return
        if len(body) >= connection.end:
            self._complete(connection)

    def _head_is_read(self, connection: Connection, body: bytes) -> bool:
        """Read the status and the length once the head is complete. An answer without a length breaks the connection."""
        head = body.find(b"\r\n\r\n")
        if head < 0:
            return False
        start = body.find(b"content-length: ", 0, head)
        start = body.find(b"Content-Length: ", 0, head) if start < 0 else start
        if start < 0:
            self._broken(connection)
            return False
        connection.end = head + 4 + int(body[start + 16 : body.find(b"\r", start, head + 1)])
        connection.status = int(body[9:12])
        return True

    def _complete(self, connection: Connection) -> None:
        request, body, end, status = connection.request, connection.body, connection.end, connection.status
        connection.request, connection.body, connection.end = None, b"", 0
        if request is None:  # an answer to nothing, such as 408 before the server closes an idle connection
            self._close(connection)
            return
        self.in_flight -= 1
        self.idle.append(connection)
        done = self.now()
        request.take(request, status, body[body.find(b"\r\n\r\n") + 4 : end], done)

    def _broken(self, connection: Connection) -> None:
        request = connection.request
        self._close(connection)
        if request is not None:
            self.in_flight -= 1
            request.take(request, NO_ANSWER, b"", self.now())

    def _close(self, connection: Connection) -> None:
        connection.request = None
        if self.open.pop(connection.sock.fileno(), None) is not None:
            connection.sock.close()
        if connection in self.idle:
            self.idle.remove(connection)

    def abandon(self, before: float) -> None:
        """Give up the requests that were sent before this time and are not answered yet."""
        while self.waiting and self.waiting[0].sent < before:
            request = self.waiting.popleft()
            request.take(request, NO_ANSWER, b"", self.now())
        for connection in list(self.open.values()):
            if connection.request is not None and connection.request.sent < before:
                self._broken(connection)
        self._send_waiting()

    def close(self) -> None:
        """Close all connections."""
        for connection in list(self.open.values()):
            self._close(connection)
        self.epoll.close()
