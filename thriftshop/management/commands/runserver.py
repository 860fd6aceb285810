"""`manage.py runserver`: Django's development server, which also processes events."""

from typing import Any

from django.contrib.staticfiles.management.commands import runserver

from thriftshop.processes import serving


class Command(runserver.Command):
    """Processes events in the process that serves, not in the autoreloader."""

    def inner_run(self, *args: Any, **options: Any) -> None:
        """Serve, and process events meanwhile."""
        runner = serving.start()
        try:
            super().inner_run(*args, **options)
        finally:
            serving.stop(runner)
