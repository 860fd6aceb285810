"""Roles of PostgreSQL with the least privileges: `_migrate` owns the tables, `_run` works with them, `_read` reads them.

Their names begin with that of the database. The process that serves is no owner, so it cannot lift the append-only rule.
"""

from collections.abc import Callable
from typing import Any

from django.db import connections, transaction
from psycopg import sql

MIGRATE, RUN, READ = "_migrate", "_run", "_read"
APPEND_ONLY = "events_event"
HISTORY = "django_migrations"
CHANGE = sql.SQL("SELECT, INSERT, UPDATE, DELETE")
# Of tables with an identity column, the sequence belongs to the table and follows its owner.
OBJECTS = """
SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, oid::regclass::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S') AND NOT EXISTS (
  SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype IN ('a', 'i') AND classid = 'pg_class'::regclass)
UNION ALL SELECT 'FUNCTION', oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""

Execute = Callable[..., Any]


def create(alias: str) -> list[str]:
    """Create the roles that are missing, and give each what it needs; return their names. Needs CREATEROLE."""
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        return create_by(cursor.execute, str(connection.settings_dict["NAME"]))


def create_by(execute: Execute, name: str) -> list[str]:
    """As `create`, by a function that executes statements of one transaction in the database of this name."""
    for role in (MIGRATE, RUN, READ):
        if not _exists(execute, name + role):
            execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name + role)))
    _own(execute, name)
    _connect(execute, name)
    _grant(execute, name)
    return [name + role for role in (MIGRATE, RUN, READ)]


def grant(alias: str) -> None:
    """Give the roles, if they exist, what they need of the tables that there are; after each migration."""
    connection = connections[alias]
    name = str(connection.settings_dict["NAME"])
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        if _exists(cursor.execute, name + RUN):
            _grant(cursor.execute, name)


def _exists(execute: Execute, role: str) -> bool:
    return execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def _own(execute: Execute, name: str) -> None:
    """Make `_migrate` the owner of the schema and of everything in it."""
    owner = sql.Identifier(name + MIGRATE)
    execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
    execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(sql.Identifier(name), owner))
    execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
    for kind, object_name in execute(OBJECTS).fetchall():
        # The server has quoted the name, if that is necessary.
        execute(sql.SQL("ALTER {} {} OWNER TO {}").format(sql.SQL(kind), sql.SQL(object_name), owner))


def _connect(execute: Execute, name: str) -> None:
    """Revoke the access to the database and its schema from all other roles."""
    database = sql.Identifier(name)
    execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    execute(sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    for role in (MIGRATE, RUN, READ):
        identifier = sql.Identifier(name + role)
        execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, identifier))
        execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(identifier))


def _grant(execute: Execute, name: str) -> None:
    run, read = sql.Identifier(name + RUN), sql.Identifier(name + READ)
    everything = sql.SQL("ALL TABLES IN SCHEMA public")
    execute(sql.SQL("REVOKE ALL ON {} FROM {}, {}").format(everything, run, read))
    execute(sql.SQL("GRANT SELECT ON {} TO {}").format(everything, read))
    execute(sql.SQL("GRANT {} ON {} TO {}").format(CHANGE, everything, run))
    execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(run))
    for table, revoked in ((APPEND_ONLY, "UPDATE, DELETE"), (HISTORY, "INSERT, UPDATE, DELETE")):
        if execute("SELECT to_regclass(%s)", [table]).fetchone()[0] is not None:
            execute(sql.SQL("REVOKE {} ON {} FROM {}").format(sql.SQL(revoked), sql.Identifier(table), run))
