"""GraphQL over server-sent events, in distinct connections mode: one operation a request.

The protocol: https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md. Errors of the request are HTTP
errors; errors of the operation are the one result of a stream.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from django.conf import settings

from thriftshop.graphql import endpoint, headers, http, media_types
from thriftshop.graphql.documents import is_open
from thriftshop.graphql.errors import BAD_REQUEST, RequestRefused
from thriftshop.graphql.execution import Ready
from thriftshop.graphql.http import Response
from thriftshop.graphql.live import connections, hub, metrics, operations
from thriftshop.graphql.live.connections import Close, Connection
from thriftshop.graphql.live.outbox import Message, Outbox
from thriftshop.graphql.live.subscriptions import Push
from thriftshop.graphql.requests import Incoming

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
METHODS = ("GET", "POST")
OFFERED = (media_types.JSON, media_types.RESPONSE, media_types.EVENT_STREAM)
COMPLETE = b"event: complete\ndata:\n\n"
KEEP_ALIVE = b":\n\n"
STREAM_HEADERS = {
    **http.BASE_HEADERS,
    "content-type": f"{media_types.EVENT_STREAM}; charset=utf-8",
    "x-accel-buffering": "no",  # a proxy must not collect events
}


def is_requested(scope: Mapping[str, Any]) -> bool:
    """Whether a request prefers a stream of events to any other response."""
    accept = ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept")
    is_stream = media_types.EVENT_STREAM in accept.lower()
    return is_stream and media_types.chosen(accept, OFFERED) == media_types.EVENT_STREAM


async def asgi(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer a request for a stream of events."""
    incoming = endpoint.incoming_of(scope)
    stream = Stream(incoming, send)
    try:
        _check(incoming)
        incoming = replace(incoming, body=await endpoint.read_body(incoming, receive))
        content = _content(incoming)
        await stream.open(incoming)
    except RequestRefused as refusal:
        await _refuse(refusal, incoming, send)
        return
    with hub.current().accepting():
        try:
            await stream.run(content, receive)
        finally:
            stream.release()


def _check(incoming: Incoming) -> None:
    endpoint.check_host(incoming)
    if settings.SECURE_SSL_REDIRECT and not incoming.secure:
        raise RequestRefused("HTTPS_REQUIRED", "HTTPS is required.", status=403)
    if incoming.method not in METHODS:
        raise RequestRefused(BAD_REQUEST, f"Send a GET or a POST, not a {incoming.method[:20]}.", status=405)
    if hub.current().is_full:
        raise RequestRefused("SERVICE_UNAVAILABLE", "Too many connections are open; try again shortly.", status=503)


def _content(incoming: Incoming) -> Mapping[str, Any]:
    """The request's parameters."""
    content = http.from_query(incoming.query) if incoming.method == "GET" else http.json_body(incoming)
    if not isinstance(content, dict):
        raise RequestRefused(BAD_REQUEST, 'A stream is for one operation: {"query": "...", "variables": {}}.')
    try:
        http.operation(content)
    except RequestRefused as refusal:
        if (refusal.errors[0].extensions or {})["code"] == BAD_REQUEST:
            raise  # other problems, such as a limit or an unknown hash, are the result of the stream
    return content


async def _refuse(refusal: RequestRefused, incoming: Incoming, send: Send) -> None:
    response = headers.complete(http.refusal_response(refusal, media_types.JSON), incoming)
    more = {"allow": "GET, POST"} if refusal.status == 405 else {}
    await _start(Response(response.status, response.body, {**response.headers, **more}), send)
    await send({"type": "http.response.body", "body": response.body})


async def _start(response: Response, send: Send) -> None:
    pairs = [(name.encode(), value.encode()) for name, value in response.headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": pairs})


class Stream:
    """One stream of events: its connection, its operation, and its outbox."""

    def __init__(self, incoming: Incoming, send: Send) -> None:
        self._incoming = incoming
        self._send = send
        self._outbox = Outbox()
        self._connection: Connection | None = None
        self._subscription: Any = None

    async def open(self, incoming: Incoming) -> None:
        """Identify the viewer. Raises RequestRefused."""
        self._incoming = incoming
        connection = Connection("sse", incoming, self.end, self._outbox.room)
        await hub.current().open(connection)
        self._connection = connection

    async def run(self, content: Mapping[str, Any], receive: Receive) -> None:
        """Send the operation's results until it is complete or the client has gone."""
        await _start(headers.complete(Response(200, b"", STREAM_HEADERS), self._incoming), self._send)
        tasks = [asyncio.ensure_future(coroutine) for coroutine in (self._write(), _gone(receive), self._keep_alive())]
        operation = asyncio.ensure_future(self._operate(content))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*tasks, operation):
                task.cancel()
            await asyncio.gather(*tasks, operation, return_exceptions=True)

    async def _operate(self, content: Mapping[str, Any]) -> None:
        gateway, connection = hub.current().gateway, self._connection
        assert connection is not None  # noqa: S101 - opened
        with operations.in_context(gateway, connection):
            try:
                ready = operations.prepare(gateway, connection, content)
                if ready.is_subscription:
                    self._subscription = await hub.current().subscribe(connection, ready, self._deliver, self._seen())
                else:
                    self._finish(await self._result(ready, connection))
            except Exception as problem:
                self._finish(orjson.dumps({"errors": operations.errors_of(problem)}))

    async def _result(self, ready: Ready, connection: Connection) -> bytes:
        if self._incoming.method == "GET" and (ready.is_mutation or not is_open()):
            what = "Mutations require" if ready.is_mutation else "Queries require"
            raise RequestRefused(BAD_REQUEST, f"{what} POST.", status=405)
        return await operations.run(hub.current().gateway, connection, ready)

    def _seen(self) -> int | None:
        """The version that the client has seen before it connected again."""
        last = self._incoming.headers.get("last-event-id", "")
        return int(last) if last.isdecimal() and len(last) < 16 else None

    def _deliver(self, push: Push) -> None:
        if not self._outbox.put("", push.key, Message(_event(push.payload, push.version), push)):
            self.end(connections.TOO_SLOW)

    def _finish(self, result: bytes) -> None:
        self._outbox.add(_event(result, None))
        self._outbox.add(COMPLETE)
        self._outbox.finish(drop=False)

    # -- closing
    def end(self, close: Close) -> None:
        """End the stream without `complete`, so that the client connects again."""
        metrics.CLOSED.labels(close.code).inc()
        self._outbox.finish(drop=True)
        self.release()

    def release(self) -> None:
        """End the operation and the connection, once or repeatedly."""
        if self._subscription is not None:
            hub.current().unsubscribe(self._subscription)
        if self._connection is not None:
            hub.current().forget(self._connection)

    async def _write(self) -> None:
        await self._outbox.send_all(self._send_chunk)
        await self._send({"type": "http.response.body", "body": b""})

    async def _send_chunk(self, content: bytes) -> None:
        await self._send({"type": "http.response.body", "body": content, "more_body": True})

    async def _keep_alive(self) -> None:
        """Send a comment now, so that the client gets the headers, and from time to time."""
        while self._outbox.put("", "keep alive", Message(KEEP_ALIVE)):
            await asyncio.sleep(settings.GRAPHQL_SOCKET_PING_SECONDS)


async def _gone(receive: Receive) -> None:
    """Wait until the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _event(result: bytes, version: int | None) -> bytes:
    """A `next` event; its id is the version by which a client resumes."""
    id_ = b"" if version is None else b"id: %d\n" % version
    return b"event: next\n%sdata: %s\n\n" % (id_, result)
