"""`manage.py migrate`: Django's command, on PostgreSQL without a statement timeout; grants the roles what they need."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from thriftshop.database import checks as database_checks
from thriftshop.database import roles


class Command(migrate.Command):
    """Reports an unreachable server in one line."""

    def check(self, *arguments: Any, **options: Any) -> None:
        """Run the checks of the database, if it answers."""
        for alias in options.get("databases") or ():
            if connections[alias].vendor == "postgresql" and (problem := database_checks.unreachable(alias)):
                raise CommandError(problem)
        super().check(*arguments, **options)

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Migrates."""
        with _without_statement_timeout(options["database"]):
            super().handle(*arguments, **options)
        if connections[options["database"]].vendor == "postgresql":
            roles.grant(options["database"])


@contextmanager
def _without_statement_timeout(alias: str) -> Iterator[None]:
    """Turn the statement timeout off: building an index on a large table may take hours."""
    connection = connections[alias]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        # The session goes back to the pool: `serve --migrate` uses it afterwards.
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
