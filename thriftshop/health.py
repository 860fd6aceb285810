"""Whether this process lives, and whether it is ready: its own needs, with details."""

import time

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from thriftshop.events.models import DeadLetter

_started = time.monotonic()


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """It answers, so it lives."""
    return JsonResponse({"status": "ok", "uptime_seconds": round(time.monotonic() - _started)})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is migrated, 503 with the reasons otherwise."""
    checks = {"database": _database()}
    if checks["database"] == "ok":
        checks["migrations"] = _migrations()
    ready = all(state == "ok" for state in checks.values())
    details = {"dead_letters": DeadLetter.objects.filter(replayed_at=None).count()} if ready else {}
    body = {"status": "ok" if ready else "unavailable", "contexts": settings.CONTEXTS, "checks": checks, **details}
    return JsonResponse(body, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        return f"does not answer: {type(error).__name__}"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} missing: run manage.py migrate" if missing else "ok"
