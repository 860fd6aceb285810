"""A split shop on PostgreSQL, Cassandra and Kafka for tests: `manage.py split --backbone real` with data of its own."""

import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg import sql

from tests import split
from tests.services import postgresql
from tests.serving import processes
from thriftshop import contexts
from thriftshop.processes import splitting

OPENING_SECONDS = 600
STARTED = "is up as separate services"


class RealShop:
    """A shop that `start` starts, and the databases, topics and streams of which `remove` removes, except streams."""

    def __init__(self, folder: Path, keyspace: str = "tests") -> None:
        self.folder = folder
        self.name = f"t{uuid.uuid4().hex[:8]}"
        self.port = split.free_ports(0, -1, *(process.port - 9_000 for process in splitting.layout(9_000, 1)))[0]
        self.layout = splitting.layout(self.port, 1)
        self.variables = {
            "SECRET_KEY": settings.SECRET_KEY,
            "VIEWER_KEYS": settings.VIEWER_KEYS[0],
            "SERVICE_KEYS": settings.SERVICE_KEYS[0],
            "DEADLINE_FACTOR": "100",
            # Creating a keyspace takes seconds, creating a topic has a price for each partition.
            "CASSANDRA_KEYSPACE": keyspace,
            "CASSANDRA_PREFIX": f"{self.name}.",
            "KAFKA_PARTITIONS": "2",
        }

    @property
    def options(self) -> list[str]:
        """The options of `manage.py split` for this shop."""
        folder = ["--folder", str(self.folder), "--port", str(self.port)]
        return ["--backbone", "real", "--name", self.name, "--postgresql", postgresql.ADDRESS, *folder]

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.manager = processes.manage("split", *self.options, "--no-demo", **self.variables)
        until = time.monotonic() + OPENING_SECONDS
        while STARTED not in (output := processes.output(self.manager)):
            assert self.manager.poll() is None, output
            assert time.monotonic() < until, output
            time.sleep(0.1)

    def services(self) -> dict[str, list[str]]:
        """The addresses of each context."""
        return {process.context: [process.address] for process in self.layout}

    def run(self, context: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a process of a context would."""
        command = (sys.executable, "manage.py", "split", *self.options, "--run", context, *command)
        environment = processes.environment(**self.variables)
        return subprocess.run(  # noqa: S603 - our own command line
            command, cwd=processes.ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def query(self, context: str, statement: str, role: str = "postgres") -> list[tuple]:
        """The rows of a statement in the database of a context."""
        address = postgresql.ADDRESS.replace("postgres@", f"{role}@")
        with psycopg.connect(f"{address}/{self.name}_{context}", autocommit=True) as connection:
            return connection.execute(statement).fetchall()

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self.manager.poll() is None:
            self.manager.send_signal(signal.SIGINT)
            self.manager.wait(processes.TIMEOUT_SECONDS)

    def remove(self) -> None:
        """Stop it, and remove its databases, roles and topics."""
        self.stop()
        processes.stop(self.manager)
        self.lose_databases()
        self.lose_topics()

    def lose_databases(self) -> None:
        """Remove its databases and roles."""
        with psycopg.connect(f"{postgresql.ADDRESS}/postgres", autocommit=True) as connection:
            names = "SELECT datname FROM pg_database WHERE datname LIKE %s"
            for (name,) in connection.execute(names, [f"{self.name}%"]).fetchall():
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            roles = "SELECT rolname FROM pg_roles WHERE rolname LIKE %s"
            for (name,) in connection.execute(roles, [f"{self.name}%"]).fetchall():
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))

    def lose_topics(self) -> None:
        """Remove its topics."""
        from thriftshop.events.feed.kafka import topics

        plans = [plan.name for context in RECORDING for plan in topics.plans(context)]
        topics.delete(topics.describe([f"{self.name}.{name}" for name in plans]))
        topics.forget()


RECORDING = tuple(config.label for config in contexts.all_contexts() if config.event_store)
