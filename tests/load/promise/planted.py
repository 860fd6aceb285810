"""Planted faults: the real application with one defect each, so that tests see the verdict fail.

Servers use it with `--set DJANGO_SETTINGS_MODULE=tests.load.promise.planted_settings --set PLANTED=stale`.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from tests.load.promise import documents
from thriftshop.asgi import application

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Messages = list[dict[str, Any]]
CACHE: dict[tuple[bytes, str | None], Messages] = {}
LOST_EVERY = 5
_numbers = itertools.count(1)
ACKNOWLEDGED = orjson.dumps(
    {"data": {"addToCart": {"__typename": "AddToCartSuccess", "cart": {"version": 1, "itemCount": 1}}}}
)


async def stale(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer reads of a cart as it was before the last line was added: a cache that no write invalidates."""
    body = await _body(scope, receive)
    if body is None:
        await application(scope, receive, send)
        return
    request, session = orjson.loads(body), dict(scope["headers"]).get(b"authorization", b"")
    if b"mutation Add(" in body:
        token = request["variables"]["input"].get("cartToken")
        CACHE[session, token] = await _answer(scope, documents.CART.body(token=token))
    if b"query Cart(" in body and (messages := CACHE.get((session, request["variables"]["token"]))):
        for message in messages:
            await send(message)
        return
    await application(scope, _once(body), send)


async def lossy(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Acknowledge every fifth line that is added to a cart, and forget it."""
    body = await _body(scope, receive)
    if body is None:
        await application(scope, receive, send)
    elif b"mutation Add(" in body and next(_numbers) % LOST_EVERY == 0:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(ACKNOWLEDGED)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": ACKNOWLEDGED})
    else:
        await application(scope, _once(body), send)


async def _body(scope: dict[str, Any], receive: Receive) -> bytes | None:
    """The body of a GraphQL request; None for everything else."""
    if scope["type"] != "http" or scope["path"] != "/graphql":
        return None
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


def _once(body: bytes) -> Receive:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _answer(scope: dict[str, Any], body: bytes) -> Messages:
    """What the application answers to another body."""
    messages: Messages = []

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    length = [(b"content-length", str(len(body)).encode())]
    await application({**scope, "headers": headers + length}, _once(body), send)
    return messages
