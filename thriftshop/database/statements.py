"""Statements in plain SQL, with `%s` for their parameters, for the reads and writes of every request.

On SQLite the driver's own connection executes them: Django's cursor takes several times as long as most statements. What
Django does for a statement is still done: its exceptions, `execute_wrappers`, the check for a broken transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import lru_cache, partial
from sqlite3 import Cursor, Error
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Row = tuple[Any, ...]
Parameters = Sequence[Any]


def fetch(sql: str, parameters: Parameters = (), using: str = DEFAULT_DB_ALIAS) -> list[Row]:
    """Execute a statement; return its rows."""
    connection: Any = connections[using]
    if not _has_driver(connection):
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[Row] = cursor.fetchall()
            return rows
    try:
        return _executed(connection, sql, parameters).fetchall()
    except Error:
        with connection.wrap_database_errors:
            raise


def execute(sql: str, parameters: Parameters = (), using: str = DEFAULT_DB_ALIAS) -> int:
    """Execute a statement; return the number of rows that it changed."""
    connection: Any = connections[using]
    if not _has_driver(connection):
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)
    try:
        return _executed(connection, sql, parameters).rowcount
    except Error:
        with connection.wrap_database_errors:
            raise


def execute_many(sql: str, rows: Iterable[Parameters], using: str = DEFAULT_DB_ALIAS) -> int:
    """Execute a statement for each of the rows; return the number of rows that it changed."""
    connection: Any = connections[using]
    if not _has_driver(connection):
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)
            return int(cursor.rowcount)
    try:
        return _executed(connection, sql, rows, many=True).rowcount
    except Error:
        with connection.wrap_database_errors:
            raise


def _has_driver(connection: BaseDatabaseWrapper) -> bool:
    """Whether SQLite's driver can execute statements: the connection is open, and Django does not log its queries."""
    return connection.vendor == "sqlite" and connection.connection is not None and not connection.queries_logged


def _executed(connection: BaseDatabaseWrapper, sql: str, parameters: Any, *, many: bool = False) -> Cursor:
    connection.validate_no_broken_transaction()
    if not connection.execute_wrappers:
        return _execute(connection, sql, parameters, many)
    run = partial(_execute, connection)
    for wrapper in reversed(connection.execute_wrappers):
        run = partial(wrapper, run)
    return run(sql, parameters, many, {"connection": connection})


def _execute(connection: Any, sql: str, parameters: Any, many: bool, _: object = None) -> Cursor:
    execute: Callable[[str, Any], Cursor] = connection.connection.executemany if many else connection.connection.execute
    with connection.write_lock() if connection.writes_alone(sql) else nullcontext():
        return execute(_with_question_marks(sql), parameters)


@lru_cache(maxsize=2048)
def _with_question_marks(sql: str) -> str:
    """The statement in SQLite's notation."""
    return sql.replace("%%", "\0").replace("%s", "?").replace("\0", "%")
