"""The ASGI application: probes, `/thrift` and `/graphql` ahead of Django, the rest by Django; event processing meanwhile."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
django = get_asgi_application()

from django.conf import settings  # noqa: E402 - the settings are there once Django is set up

from thriftshop.processes import draining, health, loop_delay, serving  # noqa: E402
from thriftshop.rpc.http import endpoint as thrift  # noqa: E402
from thriftshop.web import csp  # noqa: E402

if settings.GRAPHQL_GATEWAY:  # other contexts need nothing that it loads
    from thriftshop.graphql import endpoint
    from thriftshop.graphql.live import sse
    from thriftshop.graphql.live.socket import Socket

log = logging.getLogger("thriftshop")
UNREAD = frozenset({408, 413})
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer a connection of any type."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] in health.PROBES:
        await health.asgi(scope, send)
    else:
        with draining.in_progress():
            await answer(scope, receive, closing(scope, send))


async def answer(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer a request or a WebSocket; a process that is shutting down refuses requests."""
    if scope["type"] == "http" and thrift.is_call(scope["method"], scope["path"]):
        await thrift.asgi(scope, receive, send)
    elif scope["type"] == "http" and draining.is_refusing():
        await refuse(send)
    elif scope["type"] == "http" and settings.GRAPHQL_GATEWAY and scope["path"] in endpoint.PATHS:
        await (sse if sse.is_requested(scope) else endpoint).asgi(scope, receive, send)
    elif scope["type"] == "http":
        await django(scope, receive, cast(Any, send))
    elif scope["type"] == "websocket" and settings.GRAPHQL_GATEWAY and scope["path"] in endpoint.PATHS:
        await Socket()(scope, receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})


def closing(scope: dict[str, Any], send: Send) -> Send:
    """A `send` that closes an HTTP/1 connection after a body that was not read to its end: the rest is not a request."""
    if scope["type"] != "http" or not scope.get("http_version", "1.1").startswith("1"):
        return send

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and message["status"] in UNREAD:
            message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
        await send(message)

    return sending


async def refuse(send: Send) -> None:
    """Refuse a request with 503, so that the client tries another replica or tries again."""
    headers = [
        (b"content-type", b"text/plain"),
        (b"content-security-policy", csp.NOTHING.encode()),
        (b"retry-after", b"1"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b"This process is shutting down. Send the request again."})


async def lifespan(receive: Receive, send: Send) -> None:
    """Start event processing with the server, and stop it with the server."""
    await receive()
    try:
        runner = await sync_to_async(serving.start)()
    except Exception as error:
        log.exception("start failed")
        await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
        return
    measuring = asyncio.create_task(loop_delay.measure())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    measuring.cancel()
    await sync_to_async(serving.stop)(runner)
    await send({"type": "lifespan.shutdown.complete"})
