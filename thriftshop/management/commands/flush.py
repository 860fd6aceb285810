"""`manage.py flush`: Django's command, which the append-only rule refuses, with what to do instead."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush

REFUSED = (
    "flush would empty the log of events, which is append-only: nothing was changed. To begin anew, delete the database and"
    " migrate: on SQLite the file (var/shop.sqlite3), on PostgreSQL DROP DATABASE and CREATE DATABASE (docs/postgresql.md)."
)


class Command(flush.Command):
    """Says why it is refused."""

    def handle(self, **options: Any) -> None:
        """Flush, which only tests can."""
        try:
            super().handle(**options)
        except CommandError as error:
            if "append-only" in str(error.__cause__):
                raise CommandError(REFUSED) from error
            raise
