"""`manage.py runserver`: Django's development server, with the bus running beside it."""

from typing import Any

from django.contrib.staticfiles.management.commands import runserver

from thriftshop.processes import serving


class Command(runserver.Command):
    """Django's own, in the process that serves (never in the one that watches for changed files)."""

    def inner_run(self, *args: Any, **options: Any) -> None:
        """Serves, moving projections and reactions as it goes."""
        runner = serving.start()
        try:
            super().inner_run(*args, **options)
        finally:
            serving.stop(runner)
