"""Liveness, readiness and metrics of this process. Readiness never depends on another service.

They are answered before Django: probes use plain HTTP and an IP address as the host, and must be answered under full load.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from thriftshop.database import disk, migrating
from thriftshop.event_store.models import Checkpoint, DeadLetter
from thriftshop.events import groups, lags
from thriftshop.processes import draining, serving
from thriftshop.rpc import recent_failures
from thriftshop.telemetry import exposition, sampling
from thriftshop.web import csp

PROBE_TIMEOUT_SECONDS = 2.0
JSON = "application/json"
_started = time.monotonic()
_probe_thread = ThreadPoolExecutor(1, thread_name_prefix="probes")


class Response(NamedTuple):
    """The response to a probe."""

    status: int
    body: bytes
    content_type: str = JSON


def liveness() -> Response:
    """200 whenever the event loop can answer."""
    return Response(200, orjson.dumps({"status": "ok", "uptime_seconds": round(time.monotonic() - _started)}))


def readiness() -> Response:
    """200 if this process can answer requests; 503 with the failed checks otherwise."""
    checks = _checks()
    ready = all(state == "ok" for state in checks.values())
    stalls = serving.stalled()
    if stalls and checks["consumers"] == "ok":
        # Every replica sees a stalled group: if all became unready, no request could be answered.
        checks["consumers"] = f"stalled: {', '.join(f'{stall.group} for {stall.seconds} s' for stall in stalls)}"
    token_failures = recent_failures.recent()
    if token_failures:
        # Degraded only: the other side's keys or clock may be wrong, and a stranger's token must not make a replica unready.
        checks["tokens"] = token_failures
    details: dict[str, Any] = {"groups": len(groups.hosted()), "stalled": [stall._asdict() for stall in stalls]}
    if checks.get("migrations") == "ok":
        details["dead_letters"] = DeadLetter.objects.filter(replayed_at=None).count()
        details["waiting_for"] = dict(Checkpoint.objects.exclude(waiting_for="").values_list("group", "waiting_for"))
    status = "unavailable" if not ready else "degraded" if stalls or token_failures else "ok"
    content = {"status": status, "contexts": settings.CONTEXTS, "checks": checks, **details}
    return Response(200 if ready else 503, orjson.dumps(content))


def _checks() -> dict[str, str]:
    checks = {"database": _database()}
    if checks["database"] == "ok":
        checks["migrations"] = _migrations()
    checks["consumers"] = serving.consumers()
    if full := disk.problem():
        checks["disk"] = full
    checks["shutdown"] = f"begun, {draining.count()} requests in progress" if draining.is_shutting_down() else "ok"
    return checks


def metrics(accept: str = "") -> Response:
    """The metrics of all workers of this server, in the format that the Accept header prefers."""
    lags.update()
    sampling.sample_all()
    return Response(200, *exposition.render(accept))


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        return f"does not answer: {type(error).__name__}"
    return "ok"


def _migrations() -> str:
    missing = migrating.missing()
    return f"{len(missing)} missing: run manage.py migrate" if missing else "ok"


PROBES = ("/livez", "/readyz", "/metrics")


async def asgi(scope: dict[str, Any], send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """Answer a probe. Liveness tests the event loop; the others run on their own thread, with a timeout."""
    if scope["method"] not in ("GET", "HEAD"):
        response = Response(405, b'{"status": "use GET"}')
    elif scope["path"] == "/livez":
        response = liveness()
    elif scope["path"] == "/metrics":
        response = await _in_time(partial(metrics, _accept(scope)))
    else:
        response = await _in_time(readiness)
    headers = [
        (b"content-type", response.content_type.encode()),
        (b"content-length", str(len(response.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", csp.NOTHING.encode()),
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body if scope["method"] == "GET" else b""})


def _accept(scope: Mapping[str, Any]) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept"), "")


async def _in_time(probe: Callable[[], Response]) -> Response:
    running = asyncio.get_running_loop().run_in_executor(_probe_thread, _with_fresh_connection, probe)
    try:
        return await asyncio.wait_for(running, PROBE_TIMEOUT_SECONDS)
    except TimeoutError:
        problem = f"does not answer within {PROBE_TIMEOUT_SECONDS:g} s"
        return Response(503, orjson.dumps({"status": "unavailable", "checks": {"database": problem}}))


def _with_fresh_connection(probe: Callable[[], Response]) -> Response:
    close_old_connections()
    try:
        return probe()
    finally:
        close_old_connections()


def _http_response(response: Response) -> HttpResponse:
    return HttpResponse(response.body, status=response.status, content_type=response.content_type)


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The probe as a Django view, for servers that do not speak ASGI."""
    return _http_response(liveness())


@require_safe
def metrics_view(request: HttpRequest) -> HttpResponse:
    """The metrics as a Django view, for servers that do not speak ASGI."""
    return _http_response(metrics(request.headers.get("accept", "")))


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The probe as a Django view, for servers that do not speak ASGI."""
    return _http_response(readiness())
