"""`manage.py serve`: the server of a container: HTTP/1.1, h2c and WebSockets on one port, with a graceful shutdown on SIGTERM."""

import os
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.module_loading import import_string

from thriftshop.processes import server, serving

SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
METRICS_PREFIX = "thriftshop-metrics-"


class Command(BaseCommand):
    """Serves the contexts of this process."""

    help = "Serves the contexts in CONTEXTS. Options: HOST, PORT, WORKERS, DRAIN_SECONDS and DRAIN_GRACE_SECONDS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The settings as options."""
        parser.add_argument("--host", default=settings.HOST, help="HOST: the address to serve on (now: %(default)s)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="PORT (now: %(default)s)")
        parser.add_argument("--workers", type=int, default=settings.WORKERS, help="WORKERS (now: %(default)s)")
        parser.add_argument("--migrate", action="store_true", help="migrate the database first")

    def handle(self, *_: Any, host: str, port: int, workers: int, migrate: bool, **__: Any) -> None:
        """Load everything, serve, and exit."""
        _check(workers)
        try:
            server.check_free(host, port)
        except server.PortInUse as error:
            raise CommandError(str(error)) from error
        if workers > 1 and SHARED_METRICS not in os.environ:
            _start_again_with_shared_metrics()
        if migrate:
            call_command("migrate", verbosity=0)
        application = import_string(settings.ASGI_PATH.replace(":", "."))
        serving.warm()
        serving.freeze_loaded()
        _close_connections()
        hosted = ", ".join(settings.CONTEXTS)
        self.stdout.write(f"Serving {hosted} on http://{host}:{port} (process {os.getpid()}).")
        self.stdout.flush()
        code = server.serve(application, host, port, workers, settings.DRAIN_SECONDS, settings.DRAIN_GRACE_SECONDS)
        _remove_shared_metrics()
        server.exit_now(code)


def _check(workers: int) -> None:
    if not settings.CONTEXTS:
        raise CommandError(
            f"CONTEXTS names {', '.join(settings.DRIVERS)}, which is a driver and serves nothing: run"
            f" `manage.py {settings.DRIVERS[0]}`, or set CONTEXTS to one or more of: {', '.join(settings.ALL_CONTEXTS)}."
        )
    if workers < 1:
        raise CommandError(f"{workers} workers are not possible: set WORKERS or --workers to 1 or more.")


def _close_connections() -> None:
    """Close connections before workers are forked: processes can share neither connections nor the threads of a pool."""
    connections.close_all()
    for connection in connections.all():
        if connection.vendor == "postgresql":
            cast(Any, connection).close_pool()


def _start_again_with_shared_metrics() -> None:
    """Restart the process: the metrics library reads the shared folder from the environment when it is imported."""
    folder = tempfile.mkdtemp(prefix=METRICS_PREFIX)
    environment = {**os.environ, SHARED_METRICS: folder}
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)  # noqa: S606 - no shell, our own command line


def _remove_shared_metrics() -> None:
    """Remove the folder, if this command made it."""
    folder = Path(os.environ.get(SHARED_METRICS, ""))
    if folder.name.startswith(METRICS_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
