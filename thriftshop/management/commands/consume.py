"""`manage.py consume`: processes the events of a context's groups without serving requests."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from thriftshop.events import groups, workers
from thriftshop.events.relay import Relay
from thriftshop.processes import draining, probe_server, serving

STOP_SECONDS = 20.0


class Command(BaseCommand):
    """Runs consumers."""

    help = (
        "Runs the projections and reactions of a hosted context until SIGTERM, beside the processes that serve it:"
        " Kafka's groups, or leases, divide the partitions. With CONSUMERS=apart the serving processes leave them to it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The context, and where metrics are served."""
        parser.add_argument("context", help="the context whose groups are run")
        parser.add_argument(
            "--metrics-port", type=int, default=0, help="serve /livez, /readyz and /metrics on this port"
        )

    def handle(self, *_: Any, context: str, metrics_port: int, **__: Any) -> None:
        """Run the groups."""
        members = [
            group
            for group in groups.hosted()
            if groups.context_of(group.name) == context and not isinstance(group, Relay)
        ]
        if not members:
            raise CommandError(f"{context} has no consumer groups in this process (CONTEXTS).")
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        runner = workers.Supervisor(members, is_server=False)
        runner.start()
        serving.watch(runner)
        if metrics_port:
            probe_server.start(metrics_port)
        self.stdout.write(f"Processing {', '.join(group.name for group in members)}.")
        self.stdout.flush()
        stopped.wait()
        draining.begin()
        runner.stop(STOP_SECONDS)
