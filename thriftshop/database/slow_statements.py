"""Spans of slow statements, by OpenTelemetry's conventions for databases: their text, never their parameters."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from thriftshop.telemetry import spans
from thriftshop.telemetry.spans import Description, Kind, Span

MAX_TEXT = 2_000


_slow_ns = 0


def watch() -> None:
    """Record the slow statements of every connection that is opened from now on."""
    global _slow_ns
    _slow_ns = round(settings.TRACES_SLOW_SQL_SECONDS * 1e9)
    connection_created.connect(_watch_connection, dispatch_uid="slow statements")


def _watch_connection(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _timed)


def _timed(run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    started = time.time_ns()
    try:
        return run(sql, params, many, context)
    finally:
        if time.time_ns() - started >= _slow_ns:
            _record(started, sql, context["connection"].vendor)


def _record(started: int, sql: str, vendor: str) -> None:
    span = spans.begin(STATEMENT, (sql, vendor))
    if span is not None and not span.is_root:  # what belongs to no trace is in the database's own log
        span.started = started
        span.end()


def _describe(span: Span) -> Description:
    sql, vendor = span.subject
    operation = sql.lstrip().partition(" ")[0].upper()
    return operation, {
        "db.system.name": vendor,
        "db.operation.name": operation,
        "db.query.text": sql[:MAX_TEXT],
    }


STATEMENT = Kind("CLIENT", _describe)
