"""`manage.py runserver`: Django's development server, with the bus running beside it."""

import atexit
from typing import Any

from django.contrib.staticfiles.management.commands import runserver

from thriftshop.events import bus


class Command(runserver.Command):
    """Django's own, in the process that serves (never in the one that watches for changed files)."""

    def inner_run(self, *args: Any, **options: Any) -> None:
        """Serves, moving projections and reactions as it goes."""
        runner = bus.Runner()
        runner.start()
        # The reloader ends the process without unwinding: the leases must be given back all the same.
        atexit.register(runner.stop)
        try:
            super().inner_run(*args, **options)
        finally:
            atexit.unregister(runner.stop)
            runner.stop()
