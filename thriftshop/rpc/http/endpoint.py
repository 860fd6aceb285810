"""The endpoint of Thrift over HTTP: POST to `/thrift/<Service>/<method>`, `/thrift/<Service>`, `/thrift` or `/`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from thriftshop.rpc import hosting, metadata, thread_pool
from thriftshop.rpc.errors import DeadlineExceeded, MalformedCall, Unavailable
from thriftshop.rpc.http import server, sizes
from thriftshop.rpc.http.server import PATH, Refused
from thriftshop.web import hosts, request_body

METHOD_NOT_ALLOWED, TOO_LARGE, INVALID_HOST = "METHOD_NOT_ALLOWED", "TOO_LARGE", "INVALID_HOST"
UNSUPPORTED_ENCODING = "UNSUPPORTED_ENCODING"
BODY_SECONDS = 10.0
# How long the server may take to report a disconnected client after the body has arrived.
DISCONNECT_SECONDS = 0.05


def is_call(method: str, path: str) -> bool:
    """Whether a request is for this endpoint; the clients of 2018 POST to `/`."""
    return path == PATH or path.startswith(PATH + "/") or (path == "/" and method == "POST")


# -- ASGI -----------------------------------------------------------------------------------------
async def asgi(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """The ASGI application of this endpoint."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        _check_accepts(scope["method"], headers)
        _check_host(headers)
        body = await _body(headers, receive, scope["path"])
        if metadata.may_be_late(headers) and await _is_disconnected(receive):
            raise Refused(504, DeadlineExceeded.code, "The caller disconnected before the call was begun.")
        response = await thread_pool.run(server.answer, scope["path"], headers, body, size=len(body))
    except thread_pool.Overloaded:
        overloaded = Refused(
            503, Unavailable.code, "Too many calls are waiting in this process.", (b"retry-after", b"1")
        )
        response = server.refuse(headers, overloaded)
    except Refused as refusal:
        response = server.refuse(headers, refusal)
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    await send({"type": "http.response.body", "body": response.body})


def _check_host(headers: Mapping[str, str]) -> None:
    if problem := hosts.problem(headers, of_services=True):
        raise Refused(400, INVALID_HOST, problem)


def _check_accepts(method: str, headers: Mapping[str, str]) -> None:
    if method != "POST":
        raise Refused(405, METHOD_NOT_ALLOWED, "A Thrift message is sent by POST.", (b"allow", b"POST"))
    if request_body.is_encoded(headers):
        raise Refused(415, UNSUPPORTED_ENCODING, request_body.ENCODED, (b"accept-encoding", b"identity"))
    if hosting.is_draining():
        message = "This process is shutting down. Call another one, or again in a moment."
        raise Refused(503, Unavailable.code, message, (b"retry-after", b"1"))


async def _body(headers: Mapping[str, str], receive: Callable[[], Awaitable[Any]], path: str) -> bytes:
    limit = sizes.largest_body(path)
    try:
        return await request_body.read(headers, receive, limit=limit, seconds=BODY_SECONDS)
    except request_body.TooLarge:
        raise _too_large(limit) from None
    except request_body.TooSlow:
        raise Refused(408, MalformedCall.code, f"The body did not arrive within {BODY_SECONDS:g} s.") from None
    except request_body.Incomplete:
        raise Refused(400, MalformedCall.code, "The body is incomplete.") from None


async def _is_disconnected(receive: Callable[[], Awaitable[Any]]) -> bool:
    """Whether the client has disconnected, for instance while this process was frozen."""
    try:
        async with asyncio.timeout(DISCONNECT_SECONDS):
            while (await receive())["type"] == "http.request":
                pass
    except TimeoutError:
        return False
    return True


def _too_large(limit: int) -> Refused:
    return Refused(413, TOO_LARGE, f"A message has {limit} bytes at most here.")


# -- Django ---------------------------------------------------------------------------------------
@csrf_exempt  # the caller is authenticated by a header, never by a cookie: pages of other sites cannot send it
def view(request: HttpRequest) -> HttpResponse:
    """The same endpoint as a Django view, for servers that do not speak ASGI."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        _check_accepts(request.method or "GET", headers)
        limit = sizes.largest_body(request.path)
        body = request.read(limit + 1)
        if len(body) > limit:
            raise _too_large(limit)
        response = server.answer(request.path, headers, body)
    except Refused as refusal:
        response = server.refuse(headers, refusal)
    django_response = HttpResponse(response.body, status=response.status)
    for name, value in response.headers:
        django_response[name.decode()] = value.decode()
    return django_response


def posted_or(page: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A view for `/`: a POST is a call of a client of 2018, everything else is answered by `page`."""

    @csrf_exempt
    def page_or_call(request: HttpRequest) -> HttpResponse:
        return view(request) if request.method == "POST" else page(request)

    return page_or_call
