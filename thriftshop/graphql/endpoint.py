"""The endpoint: from a request to its answer, the same for every server; with the ASGI and the Django way in."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from thriftshop import circumstances, origin
from thriftshop.graphql import cost, explorer, http, media_types
from thriftshop.graphql.errors import BAD_REQUEST, RequestRefused
from thriftshop.graphql.execution import Engine
from thriftshop.graphql.http import Response
from thriftshop.graphql.requests import Context, Incoming
from thriftshop.telemetry import tracing

Identify = Callable[[Context], Awaitable[None]]
PATH = "/graphql"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A schema to serve: its engine, how it is found out whose a request is, and examples for the explorer."""

    engine: Engine
    identify: Identify
    examples: Sequence[explorer.Example] = ()


@lru_cache(maxsize=1)
def gateway() -> Gateway:
    """What the setting GRAPHQL_GATEWAY names."""
    found: Gateway = import_string(settings.GRAPHQL_GATEWAY)
    return found


async def handle(incoming: Incoming) -> Response:
    """Answers a request, whatever it is."""
    here = {
        "caller": "gateway",
        "viewer": "",
        "traceparent": tracing.child(incoming.headers.get("traceparent", "")),
        "deadline": time.monotonic() + settings.GRAPHQL_DEADLINE_SECONDS * settings.DEADLINE_FACTOR,
    }
    answer_in = media_types.JSON
    with circumstances.using(**here):
        try:
            answer_in = http.media_type(incoming)
            if answer_in == media_types.HTML:
                return explorer.page(gateway().examples)
            return await _run(incoming, answer_in)
        except RequestRefused as refusal:
            return http.refused(refusal, answer_in)


async def _run(incoming: Incoming, answer_in: str) -> Response:
    asked = http.read(incoming, answer_in)
    engine = gateway().engine
    ready = [engine.prepare(operation) for operation in asked.operations]
    cost.check(sum(one.cost for one in ready))
    if incoming.method == "GET" and ready[0].is_mutation:
        raise RequestRefused(BAD_REQUEST, "A mutation is never a GET; send a POST.", status=405)
    context = Context(incoming)
    with context.stack:
        await gateway().identify(context)
        if any(one.is_mutation for one in ready):
            context.require_known()
        answers = [await engine.run(one, context) for one in ready]
    return http.answered(answers if asked.batched else answers[0], answer_in)


# -- ASGI -----------------------------------------------------------------------------------------
async def asgi(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """The ASGI application of this endpoint."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    body = await _body(receive)
    client = scope.get("client") or ("", 0)
    query = scope.get("query_string", b"").decode("latin-1")
    response = await handle(Incoming(scope["method"], headers, query, body, origin.client_address(headers, client[0])))
    length = [(b"content-length", str(len(response.body)).encode())]
    sent = [(name.encode(), value.encode()) for name, value in response.headers.items()] + length
    await send({"type": "http.response.start", "status": response.status, "headers": sent})
    await send({"type": "http.response.body", "body": response.body})


async def _body(receive: Callable[[], Awaitable[Any]]) -> bytes:
    """The body, as far as it is read: one byte more than is allowed tells that it is too large."""
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        if size <= settings.GRAPHQL_MAX_BODY:
            parts.append(part)
        size += len(part)
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(parts)[: settings.GRAPHQL_MAX_BODY + 1]


# -- Django ---------------------------------------------------------------------------------------
@csrf_exempt  # the token is a header, never a cookie: no other site's page can send it
def view(request: HttpRequest) -> HttpResponse:
    """The same endpoint as a Django view, for servers that do not speak ASGI."""
    if not settings.GRAPHQL_GATEWAY:
        raise Http404("This process hosts no gateway.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    incoming = Incoming(
        request.method or "GET",
        headers,
        request.META.get("QUERY_STRING", ""),
        request.read(settings.GRAPHQL_MAX_BODY + 1),
        origin.client_address(headers, request.META.get("REMOTE_ADDR", "")),
    )
    response = async_to_sync(handle)(incoming)
    answer = HttpResponse(response.body, status=response.status)
    for name, value in response.headers.items():
        answer[name] = value
    return answer
