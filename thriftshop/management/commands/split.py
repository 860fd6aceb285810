"""`manage.py split`: the shop as separate services: each context in its own process, under one process manager."""

import os
import subprocess
import sys
import threading
import time
from argparse import REMAINDER, ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from http import client
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from settings.variables import ROOT
from thriftshop import contexts
from thriftshop.processes import backbones, commands, manager, parent, real, server, splitting
from thriftshop.processes.backbones import Backbone
from thriftshop.processes.commands import MANAGE
from thriftshop.processes.splitting import Process

READY_SECONDS = 120.0
POSTGRESQL = "postgres://postgres@127.0.0.1:5433"  # that of `make services`


class Command(BaseCommand):
    """Starts the shop as separate services."""

    help = (
        "Runs each context as a process of its own, with its own database, until Ctrl-C. With --backbone real the databases"
        " are PostgreSQL's, streams are in Cassandra, and events are followed at Kafka (`make services` starts all three;"
        " KAFKA_SERVERS and CASSANDRA_HOSTS name others)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ports, replicas, where the data is, and whether to load the demo shop."""
        parser.add_argument("--port", type=int, default=settings.PORT, help="the public port (default: %(default)s)")
        parser.add_argument("--replicas", type=int, default=settings.REPLICAS, help="REPLICAS (now: %(default)s)")
        parser.add_argument("--folder", type=Path, default=ROOT / "var" / "split", help="where files are")
        parser.add_argument("--backbone", choices=("embedded", "real"), default="embedded", help="where the data is")
        name = (
            "with --backbone real: the keyspace, and how the names of databases and topics begin (default: %(default)s)"
        )
        parser.add_argument("--name", default="thriftshop", help=name)
        server_help = "with --backbone real: the server, as an administrator (default: %(default)s)"
        parser.add_argument("--postgresql", default=POSTGRESQL, metavar="URL", help=server_help)
        parser.add_argument("--no-demo", action="store_true", help="leave the shop empty")
        driver = "run a driver's command, such as `trade year.xlsx`, against the running services"
        parser.add_argument(
            "--driver", "--actor", nargs=REMAINDER, metavar="COMMAND", help=driver
        )  # formerly `--actor`
        run = "run a command as a process of a context would, such as `--run orders rebuild --check`"
        parser.add_argument("--run", nargs=REMAINDER, metavar="CONTEXT COMMAND", help=run)

    def handle(self, *_: Any, port: int, replicas: int, folder: Path, no_demo: bool, **options: Any) -> None:
        """Migrate, start all processes and manage them until it is stopped; the demo shop is loaded meanwhile."""
        if replicas < 1:
            raise CommandError(f"{replicas} replicas are not possible: set REPLICAS or --replicas to 1 or more.")
        processes = splitting.layout(port, replicas)
        folder = folder.resolve()
        backbone = _backbone(options.get("backbone"), options.get("name", ""), options.get("postgresql", ""), folder)
        environment = {**os.environ, **splitting.variables(processes, folder), **backbone.variables()}
        if (command := _command(options.get("driver"), options.get("run"))) is not None:
            self._replace(command, backbone, environment)
        _check_free([port - 1, *(process.port for process in processes)])
        loader = None if no_demo else contexts.loader()
        loaders = [loader.label] if loader else []
        environment |= parent.variables_for_children()
        self._prepare(backbone, [*settings.ALL_CONTEXTS, *loaders], environment)
        control = f"tcp://{splitting.HOST}:{port - 1}"
        arbiter = _arbiter(processes, backbone, environment, control)
        table = address_table(processes, backbone, folder, control)
        opening = _Opening(self, processes, table, _loading(loader, backbone, environment) if loader else None)
        opening.start()
        try:
            arbiter.start()
        finally:
            opening.end()
        with suppress(OSError):  # the terminal may have been closed
            self.stdout.write("All processes have ended.")

    def _replace(self, command: list[str], backbone: Backbone, environment: dict[str, str]) -> None:
        """Replace this process with a command of a driver, or of a context beside its processes."""
        name, *arguments = command
        if name in settings.ALL_DRIVERS:
            self._prepare(backbone, [name], environment | parent.variables_for_children())
        variables = {**environment, **splitting.own_variables(name, backbone.database(name))}
        os.execve(MANAGE[0], [*MANAGE, *arguments], variables)  # noqa: S606 - no shell, our own command line

    def _prepare(self, backbone: Backbone, names: list[str], environment: dict[str, str]) -> None:
        """Create what is missing, and migrate the databases that lack migrations."""
        try:
            if outdated := backbone.outdated(names):
                self.stdout.write(f"Migrating: {', '.join(outdated)}.")
            backbone.prepare(outdated, environment)
        except (backbones.Unavailable, commands.Failed) as error:
            raise CommandError(str(error)) from error


def _backbone(kind: str | None, name: str, server: str, folder: Path) -> Backbone:
    if kind != "real":
        return backbones.Embedded(folder)
    if not real.NAME.fullmatch(name):
        raise CommandError(f"--name {name!r} is not possible: a small letter, then small letters, digits and _.")
    return real.Real(name, server)


def _command(driver: list[str] | None, run: list[str] | None) -> list[str] | None:
    """The driver or context to run a command as, and the command; None to start the shop."""
    if driver is not None:
        name = driver[0] if driver else ""
        if name not in settings.ALL_DRIVERS:
            raise CommandError(f"{name!r} is not a driver; choose among: {', '.join(settings.ALL_DRIVERS)}.")
        return [name, *driver]
    if run is not None and (len(run) < 2 or run[0] not in settings.ALL_CONTEXTS):
        raise CommandError(f"--run needs a context and a command; the contexts: {', '.join(settings.ALL_CONTEXTS)}.")
    return run


def _check_free(ports: list[int]) -> None:
    """Check all ports before anything is started."""
    try:
        for port in ports:
            server.check_free(splitting.HOST, port)
    except server.PortInUse as error:
        raise CommandError(f"{error} Or stop that process, or choose another --port.") from error


def _arbiter(processes: list[Process], backbone: Backbone, environment: dict[str, str], control: str) -> Any:
    """The manager of these processes, each with its own variables."""

    def variables(process: Process) -> dict[str, str]:
        own = splitting.own_variables(process.context, backbone.database(process.context), process.port)
        return {**environment, **own}

    try:
        return manager.arbiter(processes, variables, control)
    except manager.Missing as error:
        raise CommandError(str(error)) from error


class _Opening(threading.Thread):
    """Waits until all processes are ready, loads the demo shop if it is missing, and prints the addresses."""

    def __init__(
        self,
        command: Command,
        processes: list[Process],
        table: Table,
        load: Callable[[], "subprocess.Popen[bytes]"] | None,
    ) -> None:
        super().__init__(name="opening", daemon=True)
        self._command, self._processes, self._table, self._load = command, processes, table, load
        self._ending = threading.Event()
        self._loading: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Run the thread."""
        until = time.monotonic() + READY_SECONDS
        while not all(_is_ready(process) for process in self._processes):
            if time.monotonic() > until:
                late = ", ".join(process.name for process in self._processes if not _is_ready(process))
                self._command.stderr.write(f"Not ready yet: {late}. The log above says why.")
                until = time.monotonic() + READY_SECONDS
            if self._ending.wait(0.2):
                return
        if self._load is not None:
            self._loading = self._load()
            if self._loading.wait() == 0:
                add_accounts(self._table)
            elif not self._ending.is_set():
                self._command.stderr.write("The demo shop is incomplete; start again to continue loading it.")
        if not self._ending.is_set():
            Console().print(self._table)

    def end(self) -> None:
        """Stop loading, which continues at the next start."""
        self._ending.set()
        if (loading := self._loading) is not None:
            with suppress(ProcessLookupError):
                loading.terminate()
        self.join(10)


def _loading(
    loader: contexts.DriverConfig, backbone: Backbone, environment: dict[str, str]
) -> Callable[[], "subprocess.Popen[bytes]"]:
    """Start the driver that fills a new shop, in a process that hosts nothing and calls the services as any client."""
    command = [*MANAGE, loader.startup_command, *([] if sys.stdout.isatty() else ["--quiet"])]
    variables = {**environment, **splitting.own_variables(loader.label, backbone.database(loader.label))}
    return lambda: subprocess.Popen(command, env=variables)  # noqa: S603 - our own command line


def _is_ready(process: Process) -> bool:
    connection = client.HTTPConnection(splitting.HOST, process.port, timeout=3)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, client.HTTPException):
        return False
    finally:
        connection.close()


def address_table(processes: list[Process], backbone: Backbone, folder: Path, control: str) -> Table:
    """The table of addresses."""
    title = "Thrift Shop is up as separate services (Ctrl-C stops all)"
    table = Table(title=title, show_header=False, title_style="bold")
    for process in processes:
        table.add_row(process.name, process.address + contexts.get(process.context).first_page)
    for row in backbone.rows:
        table.add_row(*row)
    table.add_row("E-mails", str(folder / "mail"))
    table.add_row("Stop one of them", f"circusctl --endpoint {control} stop {processes[0].name}; `start` restarts it")
    return table


def add_accounts(table: Table) -> None:
    """Add the demo shop's accounts."""
    for account in settings.DEMO_ACCOUNTS if settings.DEBUG else []:
        table.add_row(account["who"], f"{account['email']}  {account['password']}")
