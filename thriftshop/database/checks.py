"""System checks of PostgreSQL: the connection, the size of the pool, and the collation by code point."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

from settings import databases

# Text must be sorted by code point, as Python and SQLite sort it: the cursors of pages depend on it.
SORTS_BY_CODE_POINT = "'B' < 'a' AND 'z' < 'é'"
# Case must be converted in all scripts, for case-insensitive searches.
CONVERTS_CASE = "upper('é') = 'É'"
HINT = "Create it with: CREATE DATABASE shop TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'."


@register
def pool_fits(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """The pool must have a connection for each thread of the process."""
    return list(_pool())


def _pool() -> Iterator[CheckMessage]:
    size, needed = settings.DATABASE_POOL_MAX, databases.pool_needed(settings.RPC_THREADS, len(settings.CONTEXTS))
    if size < needed:
        hint = (
            f"Use {needed} or more: RPC_THREADS={settings.RPC_THREADS} and the threads of the contexts hold one each."
        )
        yield _error("DATABASE_POOL_MAX", f"{size} connections are too few.", hint)
    if not 0 <= settings.DATABASE_POOL_MIN <= size:
        hint = f"Use 0 to DATABASE_POOL_MAX, which is {size}."
        yield _error("DATABASE_POOL_MIN", f"{settings.DATABASE_POOL_MIN} is out of range.", hint)
    if not settings.DATABASE_POOL_SECONDS > 0:
        yield _error(
            "DATABASE_POOL_SECONDS", f"{settings.DATABASE_POOL_SECONDS} is not a positive duration.", "Use 2.0."
        )
    if settings.DATABASE_STATEMENT_SECONDS < 0:
        problem = f"{settings.DATABASE_STATEMENT_SECONDS} is negative."
        yield _error("DATABASE_STATEMENT_SECONDS", problem, "Use 30, or 0 for no limit.")


@register(Tags.database)
def server_is_usable(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Each database must sort by code point. The commands `check` and `migrate` have checked the connection before."""
    return [message for alias in databases or () for message in _server(alias)]


def unreachable(alias: str) -> str:
    """Why no connection to a database can be opened; empty if one can."""
    try:
        with _connected(alias):
            return ""
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        return f"DATABASE_URL: {reason}. Start PostgreSQL, or correct the address: postgres://user:password@host/name."


def _connected(alias: str) -> Any:
    """A connection outside of the pool, which would wait and hide the reason of a failure."""
    connection: Any = connections[alias]
    with connection.wrap_database_errors:
        return connection.Database.connect(**connection.get_connection_params())


def _server(alias: str) -> Iterator[CheckMessage]:
    if connections[alias].vendor != "postgresql":
        return
    with _connected(alias) as server:
        sorts_by_code_point, converts_case = server.execute(f"SELECT {SORTS_BY_CODE_POINT}, {CONVERTS_CASE}").fetchone()
    if not sorts_by_code_point:
        yield _error("DATABASE_URL", "the database does not sort text by code point.", HINT)
    if not converts_case:
        yield _error("DATABASE_URL", "the database converts the case of ASCII letters only.", HINT)


def _error(variable: str, problem: str, hint: str) -> Error:
    return Error(f"{variable}: {problem}", hint=hint, id=f"thriftshop.E_{variable}")
