"""`manage.py split`: the shop as separate services: each context in its own process, under one process manager."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from argparse import REMAINDER, ArgumentParser
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
from thriftshop.processes import parent, server, splitting
from thriftshop.processes.splitting import Process

log = logging.getLogger("thriftshop.split")

READY_SECONDS = 120.0
RETRY_SECONDS = 0.1
_dead: set[str] = set()  # the names of processes that died and have not been restarted
MANAGE = [sys.executable, str(ROOT / "manage.py")]


class Command(BaseCommand):
    """Starts the shop as separate services."""

    help = "Runs each context as a process of its own, with its own database, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ports, replicas, folder, and whether to load the demo shop."""
        parser.add_argument("--port", type=int, default=settings.PORT, help="the public port (default: %(default)s)")
        parser.add_argument("--replicas", type=int, default=settings.REPLICAS, help="REPLICAS (now: %(default)s)")
        parser.add_argument("--folder", type=Path, default=ROOT / "var" / "split", help="where the databases are")
        parser.add_argument("--no-demo", action="store_true", help="leave the shop empty")
        driver = "run a driver's command, such as `trade year.xlsx`, against the running services"
        parser.add_argument(
            "--driver", "--actor", nargs=REMAINDER, metavar="COMMAND", help=driver
        )  # formerly `--actor`

    def handle(self, *_: Any, port: int, replicas: int, folder: Path, no_demo: bool, **options: Any) -> None:
        """Migrate, start all processes and manage them until it is stopped; the demo shop is loaded meanwhile."""
        if replicas < 1:
            raise CommandError(f"{replicas} replicas are not possible: set REPLICAS or --replicas to 1 or more.")
        processes = splitting.layout(port, replicas)
        folder = folder.resolve()
        environment = {**os.environ, **splitting.variables(processes, folder)}
        if options["driver"] is not None:
            self._run_driver(options["driver"], folder, environment)
        _check_free([port - 1, *(process.port for process in processes)])
        loader = None if no_demo else contexts.loader()
        loaders = [loader.label] if loader else []
        self._migrate(folder, environment | parent.variables_for_children(), [*settings.ALL_CONTEXTS, *loaders])
        environment |= parent.variables_for_children()
        control = f"tcp://{splitting.HOST}:{port - 1}"
        arbiter = _arbiter(processes, folder, environment, control)
        table = address_table(processes, folder, control)
        opening = _Opening(self, processes, table, _loading(loader, folder, environment) if loader else None)
        opening.start()
        try:
            arbiter.start()
        finally:
            opening.end()
        with suppress(OSError):  # the terminal may have been closed
            self.stdout.write("All processes have ended.")

    def _run_driver(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        """Replace this process with a driver, which hosts nothing and calls the services as a client."""
        driver = command[0] if command else ""
        if driver not in settings.ALL_DRIVERS:
            raise CommandError(f"{driver!r} is not a driver; choose among: {', '.join(settings.ALL_DRIVERS)}.")
        self._migrate(folder, environment | parent.variables_for_children(), [driver])
        variables = {**environment, **splitting.own_variables(driver, folder)}
        os.execve(MANAGE[0], [*MANAGE, *command], variables)  # noqa: S606 - no shell, our own command line

    def _migrate(self, folder: Path, environment: dict[str, str], names: list[str]) -> None:
        """Migrate the databases that lack migrations."""
        migrations = splitting.known_migrations()
        due = [context for context in names if _migrated_to(folder / context) != migrations]
        if due:
            self.stdout.write(f"Migrating: {', '.join(due)}.")
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for context, problem in pool.map(lambda context: (context, _migrated(context, folder, environment)), due):
                if problem:
                    raise CommandError(f"{context} cannot be migrated:\n{problem}")
                (folder / context / "migrated").write_text(migrations)


def _migrated_to(folder: Path) -> str:
    with suppress(FileNotFoundError):
        return (folder / "migrated").read_text() if (folder / "shop.sqlite3").exists() else ""
    return ""


def _migrated(context: str, folder: Path, environment: dict[str, str]) -> str:
    """Migrate one context's database; return the error, empty if it succeeded."""
    (folder / context).mkdir(parents=True, exist_ok=True)
    variables = splitting.own_variables(context, folder)
    result = subprocess.run(  # noqa: S603 - our own command line
        [*MANAGE, "migrate", "--verbosity", "0"],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stderr[-2000:] if result.returncode else ""


def _check_free(ports: list[int]) -> None:
    """Check all ports before anything is started."""
    try:
        for port in ports:
            server.check_free(splitting.HOST, port)
    except server.PortInUse as error:
        raise CommandError(f"{error} Or stop that process, or choose another --port.") from error


class NamedStream:
    """Writes a process's output to the common log, each line with the process's name."""

    lock = threading.Lock()

    def __init__(self, name: str, width: int) -> None:
        self._prefix, self._rest = f"{name:<{width}} | ", b""

    def __call__(self, data: dict[str, Any]) -> None:
        """Write the complete lines of the data; an incomplete line waits for its end."""
        *lines, self._rest = (self._rest + data["data"]).split(b"\n")
        with self.lock, suppress(OSError):  # the terminal may have been closed
            for line in lines:
                sys.stdout.write(f"{self._prefix}{line.decode(errors='replace')}\n")
            sys.stdout.flush()

    def close(self) -> None:
        """Do nothing: no file is open."""


def _arbiter(processes: list[Process], folder: Path, environment: dict[str, str], control: str) -> Any:
    """The manager of these processes; it answers `circusctl` at the address `control`."""
    try:
        from circus.arbiter import Arbiter
        from circus.watcher import Watcher
    except ImportError as error:
        raise CommandError("The process manager is missing: pip install -r requirements-dev.txt") from error
    width = max(len(process.name) for process in processes)
    watchers = [Watcher.load_from_config(_watcher_config(process, width, folder, environment)) for process in processes]
    for watcher in watchers:
        watcher.hooks |= {"after_reap": _ended, "after_spawn": _started}
    logging.getLogger("circus").setLevel(logging.ERROR)
    # While processes are being stopped, circus logs a traceback for each of its periodic checks, which it refuses itself.
    logging.getLogger("tornado.application").addFilter(lambda record: not _is_conflict(record))
    # Under nohup the process ignores that its terminal is closed.
    ignores_hangup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    # No multicast endpoint: nothing is announced outside of this machine.
    arbiter = Arbiter(watchers, control, "inproc://events")
    # Circus refuses to stop while it starts or checks processes, and does not try again.
    signals = arbiter.ctrl.sys_hdl
    signals.quit = lambda: arbiter.loop.add_callback_from_signal(_stop, arbiter)
    signals.handle_hup = (lambda: None) if ignores_hangup else signals.quit
    return arbiter


def _ended(watcher: Any, process_pid: int, exit_code: int, **_: Any) -> None:
    """Log that a process has ended; as a warning if it was not stopped on purpose."""
    intended = watcher.is_stopping() or watcher.is_stopped() or watcher.arbiter._stopping
    details = {"service": watcher.name, "pid": process_pid, **server.exit_details(exit_code)}
    log.log(
        logging.INFO if intended else logging.WARNING, "process ended" if intended else "process died", extra=details
    )
    _dead.update(() if intended else (watcher.name,))


def _started(watcher: Any, pid: int, **_: Any) -> bool:
    """Log that a process that had died was restarted."""
    if watcher.name in _dead:
        _dead.discard(watcher.name)
        log.warning("process restarted", extra={"service": watcher.name, "pid": pid})
    return True


def _watcher_config(process: Process, width: int, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """The configuration of one process for circus."""
    stream = {"stream": NamedStream(process.name, width)}
    variables = splitting.own_variables(process.context, folder, process.port)
    return {
        "name": process.name,
        "cmd": MANAGE[0],
        "args": [*MANAGE[1:], "serve"],
        "env": {**environment, **variables, "PYTHONUNBUFFERED": "1"},
        "working_dir": str(ROOT),
        "graceful_timeout": 15,
        "stdout_stream": stream,
        "stderr_stream": stream,
    }


def _stop(arbiter: Any) -> None:
    """Stop circus, as soon as it accepts it."""
    from circus.exc import ConflictError

    try:
        arbiter.stop()
    except ConflictError:
        arbiter.loop.call_later(RETRY_SECONDS, _stop, arbiter)


def _is_conflict(record: logging.LogRecord) -> bool:
    return record.exc_info is not None and getattr(record.exc_info[0], "__name__", "") == "ConflictError"


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
    loader: contexts.DriverConfig, folder: Path, environment: dict[str, str]
) -> Callable[[], "subprocess.Popen[bytes]"]:
    """Start the driver that fills a new shop, in a process that hosts nothing and calls the services as any client."""
    command = [*MANAGE, loader.startup_command, *([] if sys.stdout.isatty() else ["--quiet"])]
    variables = {**environment, **splitting.own_variables(loader.label, folder)}
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


def address_table(processes: list[Process], folder: Path, control: str) -> Table:
    """The table of addresses."""
    title = "Thrift Shop is up as separate services (Ctrl-C stops all)"
    table = Table(title=title, show_header=False, title_style="bold")
    for process in processes:
        table.add_row(process.name, process.address + contexts.get(process.context).first_page)
    table.add_row("Databases, e-mails", str(folder))
    table.add_row("Stop one of them", f"circusctl --endpoint {control} stop {processes[0].name}; `start` restarts it")
    return table


def add_accounts(table: Table) -> None:
    """Add the demo shop's accounts."""
    for account in settings.DEMO_ACCOUNTS if settings.DEBUG else []:
        table.add_row(account["who"], f"{account['email']}  {account['password']}")
