"""The GraphQL endpoint: from a request to its response, independent of the server; called by ASGI or by Django."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from thriftshop.graphql import (
    compression,
    cost,
    errors,
    explorer,
    headers,
    http,
    limits,
    media_types,
    operation_metrics,
    operation_spans,
    rates,
)
from thriftshop.graphql.errors import BAD_REQUEST, RequestRefused
from thriftshop.graphql.execution import Operation, Ready
from thriftshop.graphql.gateways import Gateway, gateway
from thriftshop.graphql.http import Response
from thriftshop.graphql.requests import Context, Incoming
from thriftshop.graphql.responses import Answer
from thriftshop.web import hosts, origin, request_body

__all__ = ["PATHS", "Gateway", "asgi", "check_host", "gateway", "handle", "incoming_of", "read_body", "view"]

# Many clients are configured with a trailing slash; a redirect would lose the body of their POST.
PATHS = ("/graphql", "/graphql/")
BODY_SECONDS = 30


async def handle(incoming: Incoming) -> Response:
    """Answer any request."""
    return headers.complete(headers.preflight(incoming) or await _respond(incoming), incoming)


async def _respond(incoming: Incoming) -> Response:
    deadline = time.monotonic() + settings.GRAPHQL_DEADLINE_SECONDS * settings.DEADLINE_FACTOR
    media_type = media_types.JSON
    with operation_spans.operation(incoming.headers.get("traceparent", ""), gateway().caller, deadline):
        try:
            media_type = http.media_type(incoming)
            if settings.SECURE_SSL_REDIRECT and not incoming.secure:
                # A redirect would hide from the client that it sends its token over plain HTTP.
                raise RequestRefused("HTTPS_REQUIRED", "HTTPS is required.", status=403)
            if media_type == media_types.HTML:
                return explorer.page(gateway().examples)
            return await _run(incoming, media_type)
        except RequestRefused as refusal:
            return http.refusal_response(refusal, media_type)
        except Exception as error:
            return http.refusal_response(errors.internal(error), media_type)


async def _run(incoming: Incoming, media_type: str) -> Response:
    rates.check_refused(incoming)
    request = http.read(incoming, media_type)
    prepared = [_prepared(operation, incoming) for operation in request.operations]
    if not request.batched and isinstance(prepared[0], RequestRefused):
        raise prepared[0]
    ready = _within_limits(prepared, incoming)
    new = sum(operation.is_new for operation in ready if isinstance(operation, Ready))
    context = Context(incoming)
    with context.stack:
        await _identify(context, new)
        rates.charge(context, sum(operation.cost for operation in ready if isinstance(operation, Ready)), new)
        if not request.batched and isinstance(ready[0], Ready) and ready[0].is_mutation:
            context.require_verified_viewer()
        if request.batched:
            return http.json_response([await _result(operation, context) for operation in ready], media_type)
        return http.answer(await _answer(ready[0], context), media_type)


def _prepared(operation: Operation | RequestRefused, incoming: Incoming) -> Ready | RequestRefused:
    if isinstance(operation, RequestRefused):
        return operation
    try:
        ready = gateway().engine.prepare(operation)
        _check_kind(ready, incoming)
    except RequestRefused as refusal:
        rates.charge_refused(incoming)
        return refusal
    operation_spans.note(ready)
    return ready


def _check_kind(ready: Ready, incoming: Incoming) -> None:
    """Refuse a subscription, which needs a stream, and a mutation in a GET."""
    if ready.is_subscription:
        message = "Subscribe over a WebSocket (graphql-transport-ws), or accept text/event-stream."
        raise RequestRefused("SUBSCRIPTION_NEEDS_STREAM", message)
    if incoming.method == "GET" and ready.is_mutation:
        raise RequestRefused(BAD_REQUEST, "Mutations require POST.", status=405)


async def _identify(context: Context, new: int) -> None:
    """Identify the viewer; if the token is invalid, the documents that were read for it count as refused."""
    try:
        await gateway().identify(context)
    except RequestRefused:
        rates.charge_refused(context.incoming, new)
        raise


def _within_limits(ready: Sequence[Ready | RequestRefused], incoming: Incoming) -> list[Ready | RequestRefused]:
    """The operations, or the same refusal for each of them if the whole batch is too large or costs too much."""
    valid = [operation for operation in ready if isinstance(operation, Ready)]
    templates = {id(operation.document.template): operation.document.template for operation in valid}
    try:
        limits.check_batch_tokens(sum(template.tokens for template in templates.values()))
        cost.check(sum(operation.cost for operation in valid))
    except RequestRefused as refusal:
        rates.charge_refused(incoming, len(ready))
        return [refusal if isinstance(operation, Ready) else operation for operation in ready]
    return list(ready)


async def _answer(prepared: Ready | RequestRefused, context: Context) -> Answer:
    """The response to the only operation of a request."""
    if isinstance(prepared, Ready):
        return await gateway().engine.answer(prepared, context)
    return Answer(orjson.dumps(await _result(prepared, context)))


async def _result(prepared: Ready | RequestRefused, context: Context) -> dict[str, Any]:
    """The result of an operation of a batch. A mutation is not executed if its viewer cannot be verified."""
    if isinstance(prepared, Ready) and prepared.is_mutation and context.viewer_error is not None:
        prepared = context.viewer_error
    if isinstance(prepared, RequestRefused):
        formatted = errors.formatted(prepared.errors)
        operation_metrics.refused(formatted)
        return {"errors": formatted}
    return await gateway().engine.run(prepared, context)


# -- ASGI -----------------------------------------------------------------------------------------
async def asgi(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """The ASGI application of this endpoint."""
    incoming = incoming_of(scope)
    try:
        check_host(incoming)
        response = await handle(incoming.with_body(await read_body(incoming, receive)))
    except RequestRefused as refusal:
        response = headers.complete(http.refusal_response(refusal, media_types.JSON), incoming)
    response = compression.compressed(response, incoming)
    length = [(b"content-length", str(len(response.body)).encode())]
    response_headers = [(name.encode(), value.encode()) for name, value in response.headers.items()] + length
    await send({"type": "http.response.start", "status": response.status, "headers": response_headers})
    await send({"type": "http.response.body", "body": response.body})


def incoming_of(scope: Mapping[str, Any]) -> Incoming:
    """The request without its body."""
    received = _headers(scope.get("headers", ()))
    client = scope.get("client") or ("", 0)
    return Incoming(
        scope["method"],
        received,
        scope.get("query_string", b"").decode("latin-1"),
        address=origin.client_address(received, client[0]),
        secure=headers.is_secure(scope.get("scheme", "http"), received),
    )


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by name; repeated ones are joined in order, as HTTP defines it."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def check_host(incoming: Incoming) -> None:
    """Raise RequestRefused for an invalid Host header."""
    if problem := hosts.problem(incoming.headers):
        raise RequestRefused(BAD_REQUEST, problem)


async def read_body(incoming: Incoming, receive: Callable[[], Awaitable[Any]]) -> bytes:
    """The body. Raises RequestRefused for one that is too large, too slow or incomplete."""
    limit = settings.GRAPHQL_MAX_BODY
    try:
        return await request_body.read(incoming.headers, receive, limit=limit, seconds=BODY_SECONDS)
    except request_body.TooLarge:
        raise limits.body_refusal() from None
    except request_body.TooSlow:
        message = f"The body did not arrive within {BODY_SECONDS} seconds."
        raise RequestRefused(BAD_REQUEST, message, status=408) from None
    except request_body.Incomplete:
        raise RequestRefused(BAD_REQUEST, "The body ended before it was complete.") from None


# -- Django ---------------------------------------------------------------------------------------
@csrf_exempt  # the token is a header, never a cookie: no other site's page can send it
def view(request: HttpRequest) -> HttpResponse:
    """The same endpoint as a Django view, for servers that do not speak ASGI."""
    if not settings.GRAPHQL_GATEWAY:
        raise Http404("This process hosts no gateway.")
    received = {name.lower(): value for name, value in request.headers.items()}
    incoming = Incoming(
        request.method or "GET",
        received,
        request.META.get("QUERY_STRING", ""),
        request.read(settings.GRAPHQL_MAX_BODY + 1),
        origin.client_address(received, request.META.get("REMOTE_ADDR", "")),
        request.is_secure(),
    )
    response = async_to_sync(handle)(incoming)
    django_response = HttpResponse(response.body, status=response.status)
    for name, value in response.headers.items():
        django_response[name] = value
    return django_response
