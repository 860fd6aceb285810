"""Whether this process lives, whether it is ready (its own needs, never another service's), and its metrics.

The three are answered ahead of Django: a probe comes by address, in clear, and must be answered while everything else is busy.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_prometheus import exports

from thriftshop import call_context
from thriftshop.database import disk, migrating
from thriftshop.event_store.models import Checkpoint, DeadLetter
from thriftshop.events import groups, progress
from thriftshop.processes import draining, serving
from thriftshop.rpc import recent_failures
from thriftshop.telemetry import metrics as telemetry
from thriftshop.web import csp

PATIENCE_SECONDS = 2.0
# The timeout for the logs of other processes, which may be unreachable.
LAGS_SECONDS = 0.5
JSON = "application/json"
_started = time.monotonic()
_prober = ThreadPoolExecutor(1, thread_name_prefix="probes")


class Said(NamedTuple):
    """An answer to a probe."""

    status: int
    body: bytes
    content_type: str = JSON


def liveness() -> Said:
    """It answers, so it lives."""
    return Said(200, orjson.dumps({"status": "ok", "uptime_seconds": round(time.monotonic() - _started)}))


def readiness() -> Said:
    """200 when this process has all that it needs itself; 503 with the reasons otherwise."""
    checks = {"database": _database()}
    if checks["database"] == "ok":
        checks["migrations"] = _migrations()
    checks["consumers"] = serving.consumers()
    if full := disk.problem():
        checks["disk"] = full
    checks["leaving"] = f"yes, {draining.count()} under way" if draining.is_leaving() else "ok"
    ready = all(state == "ok" for state in checks.values())
    stalls = serving.stalled()
    if stalls and checks["consumers"] == "ok":
        # Every replica sees a stalled group: if all became unready, no request could be answered.
        checks["consumers"] = f"stalled: {', '.join(f'{one.group} for {one.seconds} s' for one in stalls)}"
    between = recent_failures.recent()
    if between:  # nobody can tell here whose clock or keys are wrong; a stranger's statement must end nothing either
        checks["statements"] = between
    details: dict[str, Any] = {"groups": len(groups.hosted()), "stalled": [stall._asdict() for stall in stalls]}
    if checks.get("migrations") == "ok":
        details["dead_letters"] = DeadLetter.objects.filter(replayed_at=None).count()
        details["waiting_for"] = dict(Checkpoint.objects.exclude(waiting_for="").values_list("group", "waiting_for"))
    status = "unavailable" if not ready else "degraded" if stalls or between else "ok"
    said = {"status": status, "contexts": settings.CONTEXTS, "checks": checks, **details}
    return Said(200 if ready else 503, orjson.dumps(said))


def metrics() -> Said:
    """What Prometheus reads; of all workers together where there are several."""
    _look_at_lags()
    answer = exports.ExportToDjangoView(HttpRequest())
    return Said(200, answer.content, answer["Content-Type"])


def _look_at_lags() -> None:
    """Updates the lag of each group of this process, if its topic answers in time; other metrics do not depend on it."""
    until = time.monotonic() + LAGS_SECONDS
    for group in groups.hosted():
        lag = telemetry.CONSUMER_LAG.labels(group.name)
        try:
            with call_context.using(deadline=until):
                lag.set(progress.lag(group))
        except Exception:
            lag.set(math.nan)  # unknown now


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


PROBES: dict[str, Callable[[], Said]] = {"/livez": liveness, "/readyz": readiness, "/metrics": metrics}


async def asgi(scope: dict[str, Any], send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """Answers a probe. Liveness says that the event loop turns; the others have a thread of their own, and little time."""
    if scope["method"] not in ("GET", "HEAD"):
        said = Said(405, b'{"status": "ask with GET"}')
    elif scope["path"] == "/livez":
        said = liveness()
    else:
        said = await _in_time(PROBES[scope["path"]])
    headers = [
        (b"content-type", said.content_type.encode()),
        (b"content-length", str(len(said.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", csp.NOTHING.encode()),
    ]
    await send({"type": "http.response.start", "status": said.status, "headers": headers})
    await send({"type": "http.response.body", "body": said.body if scope["method"] == "GET" else b""})


async def _in_time(probe: Callable[[], Said]) -> Said:
    asked = asyncio.get_running_loop().run_in_executor(_prober, _with_fresh_connection, probe)
    try:
        return await asyncio.wait_for(asked, PATIENCE_SECONDS)
    except TimeoutError:
        problem = f"does not answer within {PATIENCE_SECONDS:g} s"
        return Said(503, orjson.dumps({"status": "unavailable", "checks": {"database": problem}}))


def _with_fresh_connection(probe: Callable[[], Said]) -> Said:
    close_old_connections()
    try:
        return probe()
    finally:
        close_old_connections()


def _answered(said: Said) -> HttpResponse:
    return HttpResponse(said.body, status=said.status, content_type=said.content_type)


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The same for a server that does not speak ASGI."""
    return _answered(liveness())


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The same for a server that does not speak ASGI."""
    return _answered(readiness())
