"""The endpoint of Thrift over HTTP: POST to `/thrift/<Service>/<method>`, `/thrift/<Service>`, `/thrift` or `/`; two ways in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from thriftshop import hosts
from thriftshop.rpc import hosting, metadata
from thriftshop.rpc.errors import DeadlineExceeded, MalformedCall, Unavailable
from thriftshop.rpc.http import answering, sizes, threads
from thriftshop.rpc.http.answering import PATH, Refused

METHOD_NOT_ALLOWED, TOO_LARGE, INVALID_HOST = "METHOD_NOT_ALLOWED", "TOO_LARGE", "INVALID_HOST"
# So long a body may take to arrive.
BODY_SECONDS = 10.0
# So long the word of a client that gave up may take from the server's threads to here, where both have arrived.
GONE_SECONDS = 0.05
# So much of a body that is too large is read for the sake of its sender; beyond, the connection is closed.
LARGEST_DISCARDED = 16 * 1024 * 1024


def is_ours(method: str, path: str) -> bool:
    """Whether a request is for this endpoint: 2018's clients POST to `/`."""
    return path == PATH or path.startswith(PATH + "/") or (path == "/" and method == "POST")


# -- ASGI -----------------------------------------------------------------------------------------
async def asgi(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """The ASGI application of this endpoint."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        _check_door(scope["method"])
        _check_host(headers)
        body = await _body(headers, receive, sizes.largest_body(scope["path"]))
        if metadata.may_be_late(headers) and await _is_gone(receive):
            raise Refused(504, DeadlineExceeded.code, "The caller gave up before the call was begun.")
        response = await threads.run(answering.answer, scope["path"], headers, body, size=len(body))
    except threads.Overloaded:
        overloaded = Refused(503, Unavailable.code, "Too many calls wait here already.", (b"retry-after", b"1"))
        response = answering.refuse(headers, overloaded)
    except Refused as refusal:
        response = answering.refuse(headers, refusal)
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    await send({"type": "http.response.body", "body": response.body})


def _check_host(headers: Mapping[str, str]) -> None:
    if problem := hosts.problem(headers, of_services=True):
        raise Refused(400, INVALID_HOST, problem)


def _check_door(method: str) -> None:
    if method != "POST":
        raise Refused(405, METHOD_NOT_ALLOWED, "A Thrift message is sent by POST.", (b"allow", b"POST"))
    if hosting.is_draining():
        message = "This process is about to end. Call another one, or again in a moment."
        raise Refused(503, Unavailable.code, message, (b"retry-after", b"1"))


async def _body(headers: Mapping[str, str], receive: Callable[[], Awaitable[Any]], most: int) -> bytes:
    """The body, of so many bytes at most. Of one that is too large nothing is kept."""
    announced = headers.get("content-length", "")
    known = int(announced) if announced.isdigit() and len(announced) < 20 else 0
    if known > LARGEST_DISCARDED:
        raise _too_large(most)
    message = await _next(receive, BODY_SECONDS)
    body: bytes = message.get("body", b"")
    if message["type"] == "http.request" and message.get("more_body"):
        body, message = await _rest(body, receive, most)
    if message["type"] != "http.request":
        # The client may have gone; or it still listens, and only its body was broken.
        raise Refused(400, MalformedCall.code, "The body ended before it was complete.")
    if len(body) > most:
        raise _too_large(most)
    return body


async def _is_gone(receive: Callable[[], Awaitable[Any]]) -> bool:
    """Whether the client has taken its call back: so it does before this process, having stood still, reads either."""
    try:
        async with asyncio.timeout(GONE_SECONDS):
            while (await receive())["type"] == "http.request":
                pass
    except TimeoutError:
        return False
    return True


async def _rest(first: bytes, receive: Callable[[], Awaitable[Any]], most: int) -> tuple[bytes, dict[str, Any]]:
    """All of a body that comes in parts, and the last message about it.

    One that is too large is read on for a while: clients that still send do not see an answer.
    """
    parts, size = [first], len(first)
    until = asyncio.get_running_loop().time() + BODY_SECONDS
    while True:
        message = await _next(receive, until - asyncio.get_running_loop().time())
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        ended = message["type"] != "http.request" or not message.get("more_body")
        if size > LARGEST_DISCARDED or (ended and size > most):
            raise _too_large(most)
        if size > most:
            parts.clear()
        if ended:
            return b"".join(parts), message


async def _next(receive: Callable[[], Awaitable[Any]], seconds: float) -> dict[str, Any]:
    try:
        async with asyncio.timeout(seconds):
            message: dict[str, Any] = await receive()
            return message
    except TimeoutError:
        raise Refused(400, MalformedCall.code, f"The body did not arrive within {BODY_SECONDS:g} s.") from None


def _too_large(most: int) -> Refused:
    return Refused(413, TOO_LARGE, f"A message has {most} bytes at most here.")


# -- Django ---------------------------------------------------------------------------------------
@csrf_exempt  # who calls is said by a signed header, never by a cookie: no other site's page can send it
def view(request: HttpRequest) -> HttpResponse:
    """The same endpoint as a Django view, for servers that do not speak ASGI."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        _check_door(request.method or "GET")
        most = sizes.largest_body(request.path)
        body = request.read(most + 1)
        if len(body) > most:
            raise _too_large(most)
        response = answering.answer(request.path, headers, body)
    except Refused as refusal:
        response = answering.refuse(headers, refusal)
    found = HttpResponse(response.body, status=response.status)
    for name, value in response.headers:
        found[name.decode()] = value.decode()
    return found


def posted_or(page: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A view for `/`: a POST is a call of 2018, everything else is for that page."""

    @csrf_exempt
    def page_or_call(request: HttpRequest) -> HttpResponse:
        return view(request) if request.method == "POST" else page(request)

    return page_or_call
