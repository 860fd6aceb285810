"""`manage.py create_roles`: creates PostgreSQL's roles with the least privileges for migrating, running and reading."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from thriftshop.database import roles


class Command(BaseCommand):
    """Creates the roles."""

    help = (
        "Creates the roles <database>_migrate, <database>_run and <database>_read, which may log in and have no password"
        " yet, and makes the first the owner of the tables. Run it with the DATABASE_URL of an administrator; `migrate`"
        " grants what later tables need."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the database."""
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)

    def handle(self, *_: Any, database: str, **__: Any) -> None:
        """Create what is missing, and print the names."""
        if connections[database].vendor != "postgresql":
            raise CommandError("DATABASE_URL names a file of SQLite, which has no roles.")
        try:
            names = roles.create(database)
        except DatabaseError as error:
            raise CommandError(
                f"{str(error).strip()}. DATABASE_URL must name a superuser, or the database's owner with CREATEROLE."
            ) from error
        self.stdout.write(f"The roles {', '.join(names)} are ready. Set their passwords in psql: \\password {names[0]}")
