"""`manage.py split`: the shop as separate services, each context a process of its own, under one process manager."""

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
AGAIN_SECONDS = 0.1
_dead: set[str] = set()  # the names of processes that died and were not started again yet
MANAGE = [sys.executable, str(ROOT / "manage.py")]


class Command(BaseCommand):
    """Brings the shop up as separate services."""

    help = "Runs each context as a process of its own, with its own database, until Ctrl-C ends all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ports, replicas, folder, and whether to load the demo shop."""
        parser.add_argument("--port", type=int, default=settings.PORT, help="the public port (default: %(default)s)")
        parser.add_argument("--replicas", type=int, default=settings.REPLICAS, help="REPLICAS (now: %(default)s)")
        parser.add_argument("--folder", type=Path, default=ROOT / "var" / "split", help="where the databases are")
        parser.add_argument("--no-demo", action="store_true", help="leave the shop empty")
        actor = "run an actor's command, such as `trade year.xlsx`, against the split shop that is up"
        parser.add_argument("--actor", nargs=REMAINDER, metavar="COMMAND", help=actor)

    def handle(self, *_: Any, port: int, replicas: int, folder: Path, no_demo: bool, **options: Any) -> None:
        """Migrates, starts all, and stays until it is told to end; what loads the shop runs beside it."""
        if replicas < 1:
            raise CommandError(f"{replicas} of each are none: set REPLICAS or --replicas to 1 or more.")
        processes = splitting.layout(port, replicas)
        folder = folder.resolve()
        environment = {**os.environ, **splitting.variables(processes, folder)}
        if options["actor"] is not None:
            self._become(options["actor"], folder, environment)
        _refuse_taken([port - 1, *(process.port for process in processes)])
        loader = None if no_demo else contexts.loader()
        loaders = [loader.label] if loader else []
        self._migrate(folder, environment | parent.as_parent(), [*settings.ALL_CONTEXTS, *loaders])
        environment |= parent.as_parent()
        control = f"tcp://{splitting.HOST}:{port - 1}"
        arbiter = _arbiter(processes, folder, environment, control)
        table = whats_where(processes, folder, control)
        opening = _Opening(self, processes, table, _loading(loader, folder, environment) if loader else None)
        opening.start()
        try:
            arbiter.start()
        finally:
            opening.end()
        with suppress(OSError):  # the terminal may have been closed
            self.stdout.write("All of it has ended.")

    def _become(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        """Becomes an actor, which hosts nothing and calls the services as any client would."""
        actor = command[0] if command else ""
        if actor not in settings.ALL_ACTORS:
            raise CommandError(f"{actor!r} is no actor; there are: {', '.join(settings.ALL_ACTORS)}.")
        self._migrate(folder, environment | parent.as_parent(), [actor])
        own = {**environment, **splitting.own_variables(actor, folder)}
        os.execve(MANAGE[0], [*MANAGE, *command], own)  # noqa: S606 - no shell, our own command line

    def _migrate(self, folder: Path, environment: dict[str, str], wanted: list[str]) -> None:
        """Migrates the databases of these, where migrations were added since."""
        known = splitting.known_migrations()
        due = [context for context in wanted if _noted(folder / context) != known]
        if due:
            self.stdout.write(f"Migrating: {', '.join(due)}.")
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for context, said in pool.map(lambda one: (one, _migrated(one, folder, environment)), due):
                if said:
                    raise CommandError(f"{context} cannot be migrated:\n{said}")
                (folder / context / "migrated").write_text(known)


def _noted(folder: Path) -> str:
    with suppress(FileNotFoundError):
        return (folder / "migrated").read_text() if (folder / "shop.sqlite3").exists() else ""
    return ""


def _migrated(context: str, folder: Path, environment: dict[str, str]) -> str:
    """Migrates one context's database; gives what went wrong, or nothing."""
    (folder / context).mkdir(parents=True, exist_ok=True)
    own = splitting.own_variables(context, folder)
    ended = subprocess.run(  # noqa: S603 - our own command line
        [*MANAGE, "migrate", "--verbosity", "0"],
        env={**environment, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stderr[-2000:] if ended.returncode else ""


def _refuse_taken(ports: list[int]) -> None:
    """Nothing is started where a port is taken, by the shop of an hour ago for instance."""
    try:
        for port in ports:
            server.refuse_taken(splitting.HOST, port)
    except server.PortTaken as error:
        raise CommandError(f"{error} Or end what runs there, or choose another --port.") from error


class NamedStream:
    """Writes what a process says to the one log, each line under the process's name."""

    lock = threading.Lock()

    def __init__(self, name: str, width: int) -> None:
        self._prefix, self._rest = f"{name:<{width}} | ", b""

    def __call__(self, data: dict[str, Any]) -> None:
        """Takes what the manager read; a line that has not ended waits for its end."""
        *lines, self._rest = (self._rest + data["data"]).split(b"\n")
        with self.lock, suppress(OSError):  # where the terminal was closed, nobody reads it any more
            for line in lines:
                sys.stdout.write(f"{self._prefix}{line.decode(errors='replace')}\n")
            sys.stdout.flush()

    def close(self) -> None:
        """Nothing is held open."""


def _arbiter(processes: list[Process], folder: Path, environment: dict[str, str], control: str) -> Any:
    """The manager of these processes; it answers `circusctl` at the address `control`."""
    try:
        from circus.arbiter import Arbiter
        from circus.watcher import Watcher
    except ImportError as error:
        raise CommandError("The process manager is missing: pip install -r requirements-dev.txt") from error
    width = max(len(process.name) for process in processes)
    watchers = [Watcher.load_from_config(_watched(one, width, folder, environment)) for one in processes]
    for watcher in watchers:
        watcher.hooks |= {"after_reap": _ended, "after_spawn": _started}
    logging.getLogger("circus").setLevel(logging.ERROR)
    # Looking after processes while they are being ended is refused by the manager to itself, at the top of its voice.
    logging.getLogger("tornado.application").addFilter(lambda record: not _is_conflict(record))
    # Where nohup had it ignore that its terminal is closed, it goes on.
    stays = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    # Nothing outside of this machine is told of it, so there is no multicast endpoint.
    arbiter = Arbiter(watchers, control, "inproc://events")
    # The manager refuses to end while it starts or looks after something, and forgets that it was told to.
    signals = arbiter.ctrl.sys_hdl
    signals.quit = lambda: arbiter.loop.add_callback_from_signal(_stop, arbiter)
    signals.handle_hup = (lambda: None) if stays else signals.quit
    return arbiter


def _ended(watcher: Any, process_pid: int, exit_code: int, **_: Any) -> None:
    """Logs that a process has ended; a warning where nobody had told it to."""
    wanted = watcher.is_stopping() or watcher.is_stopped() or watcher.arbiter._stopping
    about = {"service": watcher.name, "pid": process_pid, **server.how_ended(exit_code)}
    log.log(logging.INFO if wanted else logging.WARNING, "process ended" if wanted else "process died", extra=about)
    _dead.update(() if wanted else (watcher.name,))


def _started(watcher: Any, pid: int, **_: Any) -> bool:
    """Logs that a process that had died was started again."""
    if watcher.name in _dead:
        _dead.discard(watcher.name)
        log.warning("process started again", extra={"service": watcher.name, "pid": pid})
    return True


def _watched(process: Process, width: int, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """What the manager is told of one process."""
    stream = {"stream": NamedStream(process.name, width)}
    own = splitting.own_variables(process.context, folder, process.port)
    return {
        "name": process.name,
        "cmd": MANAGE[0],
        "args": [*MANAGE[1:], "serve"],
        "env": {**environment, **own, "PYTHONUNBUFFERED": "1"},
        "working_dir": str(ROOT),
        "graceful_timeout": 15,
        "stdout_stream": stream,
        "stderr_stream": stream,
    }


def _stop(arbiter: Any) -> None:
    """Ends the manager, as soon as it lets itself be ended."""
    from circus.exc import ConflictError

    try:
        arbiter.stop()
    except ConflictError:
        arbiter.loop.call_later(AGAIN_SECONDS, _stop, arbiter)


def _is_conflict(record: logging.LogRecord) -> bool:
    return record.exc_info is not None and getattr(record.exc_info[0], "__name__", "") == "ConflictError"


class _Opening(threading.Thread):
    """Waits for all to be ready, loads the demo shop through them where it is not there, and says what is where."""

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
        """Opens the shop."""
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
                self._command.stderr.write("The demo shop is not loaded to its end; start again to go on.")
        if not self._ending.is_set():
            Console().print(self._table)

    def end(self) -> None:
        """Ends the loading, which goes on at the next start."""
        self._ending.set()
        if (loading := self._loading) is not None:
            with suppress(ProcessLookupError):
                loading.terminate()
        self.join(10)


def _loading(
    loader: contexts.ActorConfig, folder: Path, environment: dict[str, str]
) -> Callable[[], "subprocess.Popen[bytes]"]:
    """Starts the actor that fills a new shop, in a process that hosts nothing and calls the services as any client."""
    command = [*MANAGE, loader.startup_command, *([] if sys.stdout.isatty() else ["--quiet"])]
    own = {**environment, **splitting.own_variables(loader.label, folder)}
    return lambda: subprocess.Popen(command, env=own)  # noqa: S603 - our own command line


def _is_ready(process: Process) -> bool:
    connection = client.HTTPConnection(splitting.HOST, process.port, timeout=3)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, client.HTTPException):
        return False
    finally:
        connection.close()


def whats_where(processes: list[Process], folder: Path, control: str) -> Table:
    """The table that tells where everything is."""
    title = "Thrift Shop is up as separate services (Ctrl-C ends all)"
    table = Table(title=title, show_header=False, title_style="bold")
    for process in processes:
        table.add_row(process.name, process.address + contexts.get(process.context).first_page)
    table.add_row("Databases, e-mails", str(folder))
    table.add_row("End one of them", f"circusctl --endpoint {control} stop {processes[0].name}; start brings it back")
    return table


def add_accounts(table: Table) -> None:
    """Adds how to get in, once the demo shop's accounts are there."""
    for account in settings.DEMO_ACCOUNTS if settings.DEBUG else []:
        table.add_row(account["who"], f"{account['email']}  {account['password']}")
