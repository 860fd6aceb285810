"""`manage.py check`: Django's checks, with those of PostgreSQL."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import check
from django.db import DEFAULT_DB_ALIAS, connection

from thriftshop.database import checks as database_checks


class Command(check.Command):
    """Includes the database, which Django checks only with `--database`, and reports an unreachable server in one line."""

    def handle(self, *app_labels: Any, **options: Any) -> None:
        """Run the checks."""
        if connection.vendor == "postgresql":
            options["databases"] = options["databases"] or [DEFAULT_DB_ALIAS]
            if problem := database_checks.unreachable(DEFAULT_DB_ALIAS):
                raise CommandError(problem)
        super().handle(*app_labels, **options)
