"""What `manage.py check` says of PostgreSQL: whether it answers, the pool is large enough, and text is sorted by code point."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

from settings import databases

# Names are listed by code point, as Python and SQLite sort them: cursors of pages depend on it.
SORTS_BY_CODE_POINT = "'B' < 'a' AND 'z' < 'é'"
# Capitals of all scripts are recognised, for searches that ignore case.
KNOWS_CAPITALS = "upper('é') = 'É'"
HINT = "Create it with: CREATE DATABASE shop TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'."


@register
def pool_fits(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """The settings of the pool, held against the threads of the process."""
    return list(_pool())


def _pool() -> Iterator[CheckMessage]:
    most, needed = settings.DATABASE_POOL_MAX, databases.pool_needed(settings.RPC_THREADS)
    if most < needed:
        hint = f"Use {needed} or more: RPC_THREADS={settings.RPC_THREADS} and the background threads hold one each."
        yield _wrong("DATABASE_POOL_MAX", f"{most} connections are too few.", hint)
    if not 0 <= settings.DATABASE_POOL_MIN <= most:
        hint = f"Use 0 to DATABASE_POOL_MAX, which is {most}."
        yield _wrong("DATABASE_POOL_MIN", f"{settings.DATABASE_POOL_MIN} is out of range.", hint)
    if not settings.DATABASE_POOL_SECONDS > 0:
        yield _wrong("DATABASE_POOL_SECONDS", f"{settings.DATABASE_POOL_SECONDS} lets no thread wait.", "Use 2.0.")
    if settings.DATABASE_STATEMENT_SECONDS < 0:
        problem = f"{settings.DATABASE_STATEMENT_SECONDS} is not a time."
        yield _wrong("DATABASE_STATEMENT_SECONDS", problem, "Use 30, or 0 for no limit.")


@register(Tags.database)
def server_is_usable(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Whether each database sorts as pages need it. The commands `check` and `migrate` have found that it answers."""
    return [message for alias in databases or () for message in _server(alias)]


def unreachable(alias: str) -> str:
    """Why the server of a database does not let this process in; empty where it does."""
    try:
        with _connected(alias):
            return ""
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        return f"DATABASE_URL: {reason}. Start PostgreSQL, or correct the address: postgres://user:password@host/name."


def _connected(alias: str) -> Any:
    """A connection of its own: the pool waits, and does not say why it has none."""
    connection: Any = connections[alias]
    with connection.wrap_database_errors:
        return connection.Database.connect(**connection.get_connection_params())


def _server(alias: str) -> Iterator[CheckMessage]:
    if connections[alias].vendor != "postgresql":
        return
    with _connected(alias) as server:
        sorts, has_capitals = server.execute(f"SELECT {SORTS_BY_CODE_POINT}, {KNOWS_CAPITALS}").fetchone()
    if not sorts:
        yield _wrong("DATABASE_URL", "the database does not sort text by code point.", HINT)
    if not has_capitals:
        yield _wrong("DATABASE_URL", "the database knows no capitals beyond ASCII.", HINT)


def _wrong(variable: str, problem: str, hint: str) -> Error:
    return Error(f"{variable}: {problem}", hint=hint, id=f"thriftshop.E_{variable}")
