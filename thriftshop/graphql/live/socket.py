"""A WebSocket that speaks graphql-transport-ws."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from thriftshop.graphql import endpoint
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.limits import limit_refusal
from thriftshop.graphql.live import connections, hub, metrics, operations, origins, protocol
from thriftshop.graphql.live.connections import Close, Connection
from thriftshop.graphql.live.outbox import Message, Outbox
from thriftshop.graphql.live.subscriptions import Push, Subscription
from thriftshop.web import hosts

log = logging.getLogger("thriftshop.graphql")
# Granian's code of a disconnection without a close code, or because of a frame that is not valid.
NO_CODE = 1005
# How long a client that does not read has to receive the close code before its connection is dropped.
CLOSE_SECONDS = 10.0


@dataclass(eq=False, slots=True)
class Operation:
    """An operation of a socket; a subscription once it has started. It counts while it is open or still runs."""

    id: str
    limits: ExitStack = field(default_factory=ExitStack)
    subscription: Subscription | None = None
    is_open: bool = True
    is_running: bool = True


class Socket(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One WebSocket: its protocol's state, its operations, and its outbox."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._outbox = Outbox()
        self._connection: Connection | None = None
        self._operations: dict[str, Operation] = {}  # the open ones
        self._counted_operations: set[Operation] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._closing: Close | None = None
        self._counted = ExitStack()
        self._is_initialised = self._is_acknowledged = False
        self._is_written = self._is_aborted = False  # the writer has ended; without sending everything
        self._is_alive = True

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve the socket until it is closed."""
        self._serving = self._loop.create_task(super().__call__(scope, receive, send))
        try:
            await self._serving
        except asyncio.CancelledError:
            if not self._is_written:  # it was not the writer that cancelled it
                raise
            # Granian cannot close a WebSocket while it waits for a message of the client.
            if self._closing is not None and not self._is_aborted:
                await self._send_close(self._closing)
        finally:
            self._end()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Handle a message of the server; without Channels' look at database connections, which takes a thread."""
        await getattr(self, get_handler_name(message))(message)

    # -- opening
    async def connect(self) -> None:
        """Accept or refuse the socket."""
        self._incoming = endpoint.incoming_of({**self.scope, "method": "GET", "scheme": _http(self.scope)})
        is_plain = settings.SECURE_SSL_REDIRECT and not self._incoming.secure
        if is_plain or hosts.problem(self._incoming.headers) or not origins.is_allowed(self._incoming):
            await self.close()  # before it is accepted: HTTP 403
            return
        is_ours = protocol.SUBPROTOCOL in self.scope.get("subprotocols", ())
        await self.accept(protocol.SUBPROTOCOL if is_ours else None)
        self._start(self._write())
        if not is_ours:
            self.end(connections.SUBPROTOCOL)
        elif hub.current().is_full:
            self.end(connections.TRY_LATER)
        else:
            self._counted.enter_context(hub.current().accepting())
            self._call_later("init", settings.GRAPHQL_SOCKET_INIT_SECONDS, self.end, connections.INIT_TIMEOUT)

    async def _open(self, payload: Mapping[str, Any]) -> None:
        """Identify the viewer and acknowledge the connection."""
        headers = dict(self._incoming.headers)
        if token := protocol.authorization(payload):
            headers["authorization"] = token
        connection = Connection("websocket", replace(self._incoming, headers=headers), self.end, self._outbox.room)
        try:
            await hub.current().open(connection)
        except RequestRefused as refusal:
            self.end(connections.TRY_LATER if refusal.status == 503 else connections.FORBIDDEN)
            return
        except Exception:
            log.exception("a WebSocket could not be initialised")
            self.end(connections.INTERNAL)
            return
        if self._closing is not None:  # while the viewer was being identified
            hub.current().forget(connection)
            return
        self._timers.pop("init").cancel()
        self._connection, self._is_acknowledged = connection, True
        self._outbox.add(protocol.ACK)
        self._call_later("ping", settings.GRAPHQL_SOCKET_PING_SECONDS, self._ping)

    def _ping(self) -> None:
        """Ping the client, or close the socket if it has sent nothing since the last ping."""
        if not self._is_alive:
            self.end(connections.NO_PONG)
            return
        self._is_alive = False
        self._outbox.put("", "ping", Message(protocol.PING))
        self._call_later("ping", settings.GRAPHQL_SOCKET_PING_SECONDS, self._ping)

    # -- messages of the client
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Handle a frame."""
        if self._closing is not None:
            return
        self._is_alive = True
        if len(bytes_data or (text_data or "").encode()) > settings.GRAPHQL_MAX_BODY:
            self.end(connections.TOO_BIG)
            return
        try:
            message = protocol.parse(text_data)
        except protocol.BadMessage as bad:
            self.end(bad.close)
            return
        getattr(self, f"_on_{message.type}")(message)

    def _on_connection_init(self, message: protocol.Message) -> None:
        if self._is_initialised:
            self.end(connections.TOO_MANY_INITS)
            return
        self._is_initialised = True
        self._start(self._open(message.payload))

    def _on_ping(self, message: protocol.Message) -> None:
        self._outbox.put("", "pong", Message(protocol.pong(message.payload)))

    def _on_pong(self, message: protocol.Message) -> None:
        """It has been noted that the client is alive."""

    def _on_subscribe(self, message: protocol.Message) -> None:
        if not self._is_acknowledged:
            self.end(connections.UNAUTHORIZED)
        elif message.id in self._operations:
            self.end(connections.duplicate(message.id))
        else:
            operation = self._operations[message.id] = Operation(message.id)
            self._counted_operations.add(operation)
            self._start(self._operate(operation, message.payload))

    def _on_complete(self, message: protocol.Message) -> None:
        if operation := self._operations.get(message.id):
            self._close_operation(operation)
            self._outbox.discard(message.id)

    # -- operations
    async def _operate(self, operation: Operation, payload: Mapping[str, Any]) -> None:
        """Run an operation; a subscription stays open."""
        connection = self._connection
        assert connection is not None  # noqa: S101 - acknowledged
        gateway = hub.current().gateway
        with operations.in_context(gateway, connection):
            try:
                if not operation.is_open:  # completed before it started
                    return
                self._check_number()
                ready = operations.prepare(gateway, connection, payload)
                operation.limits.enter_context(operations.within_limits(connection, ready))
                if ready.is_subscription:
                    await self._subscribe(operation, connection, ready)
                else:
                    result = await operations.run(gateway, connection, ready)
                    await self._outbox.room()
                    self._send_next(operation, result)
            except Exception as problem:
                errors = operations.errors_of(problem)
                self._send(operation, "error", Message(protocol.error(operation.id, errors)))
                self._close_operation(operation)
            finally:
                operation.is_running = False
                self._release_limits(operation)

    async def _subscribe(self, operation: Operation, connection: Connection, ready: Any) -> None:
        def deliver(push: Push) -> None:
            self._send(operation, push.key, Message(protocol.next_(operation.id, push.payload), push))

        operation.subscription = await hub.current().subscribe(connection, ready, deliver)
        if not operation.is_open:  # completed meanwhile
            hub.current().unsubscribe(operation.subscription)

    def _send_next(self, operation: Operation, result: bytes) -> None:
        self._send(operation, "next", Message(protocol.next_(operation.id, result)))
        if operation.is_open:  # whatever room the result has left
            self._outbox.put(operation.id, "complete", Message(protocol.complete(operation.id)))
        self._close_operation(operation)

    def _check_number(self) -> None:
        most = settings.GRAPHQL_MAX_SUBSCRIPTIONS
        if len(self._counted_operations) > most:
            what = "The connection has too many open operations"
            raise limit_refusal("SUBSCRIPTIONS", what, len(self._counted_operations), most)

    def _send(self, operation: Operation, key: str, message: Message) -> None:
        if operation.is_open and not self._outbox.put(operation.id, key, message):
            self.end(connections.TOO_SLOW)

    def _close_operation(self, operation: Operation) -> None:
        operation.is_open = False
        if self._operations.get(operation.id) is operation:
            del self._operations[operation.id]
        if operation.subscription is not None:
            hub.current().unsubscribe(operation.subscription)
        self._release_limits(operation)

    def _release_limits(self, operation: Operation) -> None:
        """Stop counting an operation once it has ended; one that its client has completed may still run."""
        if not (operation.is_open or operation.is_running):
            operation.limits.close()
            self._counted_operations.discard(operation)

    # -- closing
    def end(self, close: Close) -> None:
        """Close the socket with a code, once what is being sent has been sent."""
        if self._closing is not None:
            return
        self._closing = close
        metrics.CLOSED.labels(close.code).inc()
        self._release()
        self._outbox.finish(drop=True)
        self._call_later("abort", CLOSE_SECONDS, self._abort)

    async def disconnect(self, code: int) -> None:
        """Close the socket after a frame that is not valid; if the client has closed it, Granian sends nothing more."""
        if code == NO_CODE and self._closing is None:
            await self._send_close(connections.bad_message("The frame is not valid"))

    async def _send_close(self, close: Close) -> None:
        await asyncio.wait_for(self.close(*close), CLOSE_SECONDS)

    async def _write(self) -> None:
        try:
            await self._outbox.send_all(self._send_text)
        except Exception as error:  # the client has gone
            log.debug("a WebSocket could not be written to", extra={"problem": repr(error)})
            self._is_aborted = True
        self._is_written = True
        self._serving.cancel()

    async def _send_text(self, content: bytes) -> None:
        await self.send(text_data=content.decode())

    def _abort(self) -> None:
        """Drop the connection of a client that has not read what was sent."""
        self._is_written = self._is_aborted = True
        self._serving.cancel()

    def _end(self) -> None:
        """Release everything once the socket is closed."""
        self._closing = self._closing or connections.NORMAL
        self._release()
        self._outbox.finish(drop=True)
        self._counted.close()
        for timer in self._timers.values():
            timer.cancel()

    def _release(self) -> None:
        for operation in list(self._operations.values()):
            self._close_operation(operation)
        if self._connection is not None:
            hub.current().forget(self._connection)

    # -- tasks and timers
    def _start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _call_later(self, name: str, seconds: float, function: Callable[..., None], *arguments: Any) -> None:
        self._timers[name] = self._loop.call_later(seconds, function, *arguments)


def _http(scope: Mapping[str, Any]) -> str:
    return "https" if scope.get("scheme") == "wss" else "http"
