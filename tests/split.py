"""The shop as separate processes, for tests: each context and the gateway is served with a database of its own.

The databases are files of SQLite or, if the tests run on PostgreSQL, databases of the same server.
"""

import contextlib
import ctypes
import hashlib
import http.client
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from tests import postgres

ROOT = Path(__file__).resolve().parents[1]
CONTEXTS = tuple(name for name in settings.ALL_CONTEXTS if name != "registry")
# The limits only prevent a broken start from hanging.
START_SECONDS = 240
END_SECONDS = 120
ASK_SECONDS = 60


PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
PORTS = range(10_000, 32_000)
_given: set[int] = set()
# A system generator, because tests may seed the random module's own: no port must be used twice.
_chance = random.SystemRandom()


def _end_with_parent() -> None:
    """Run in a new process before it starts: make it end with the test process."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    """A free port, below the ephemeral ports; each is returned only once."""
    return free_ports(0)[0]


def free_ports(*distances: int) -> list[int]:
    """Free ports at these distances from a random one; each is returned only once.

    Parallel test processes have separate ranges, because a returned port may not be in use yet.
    """
    shares = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    share = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    size = len(PORTS) // shares
    own = PORTS[share * size : (share + 1) * size]
    for _ in range(10_000):
        base = _chance.choice(own)
        ports = [base + distance for distance in distances]
        if all(port in own and port not in _given and _is_free(port) for port in ports):
            _given.update(ports)
            return ports
    raise AssertionError(f"No ports are free from {own[0]} to {own[-1]} at the distances {distances}.")


def _is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.socket() as one:
        one.bind(("127.0.0.1", port))
        return True
    return False


@dataclass
class Process:
    """A process: the contexts it hosts (separated by commas; all of them if empty), its port, its files in `folder`."""

    contexts: str
    folder: Path
    variables: dict[str, str]
    name: str = ""
    root: Path = ROOT
    port: int = field(default_factory=free_port)
    running: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.name = self.name or self.contexts

    @property
    def address(self) -> str:
        """The URL of the process."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """The log file."""
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """Start the process; `wait` waits until it is ready."""
        if self.database_url.startswith("postgres"):
            postgres.create(self.database_url)
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--migrate"],
                cwd=self.root,
                env=self._environment(),
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - one call of the system, no Python state
            )

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            **({"CONTEXTS": self.contexts} if self.contexts else {}),
            "PORT": str(self.port),
            "WORKERS": "1",
            "DATABASE_URL": self.database_url,
            "MEDIA_ROOT": str(self.folder / "media"),
            **self.variables,
        }

    @property
    def database(self) -> Path:
        """The file of its SQLite database; replicas share it."""
        return self.folder / f"{self.contexts.replace(',', '-')}.sqlite3"

    @property
    def database_url(self) -> str:
        """The address of its database."""
        server, _, _ = os.environ.get("DATABASE_URL", "").rpartition("/")
        if not server.startswith("postgres"):
            return f"sqlite:///{self.database}"
        digest = hashlib.sha256(str(self.database).encode()).hexdigest()[:16]
        return f"{server}/{self.contexts[:40].replace(',', '_')}_{digest}"

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `manage.py` as this process would, beside it."""
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "manage.py", *command],
            cwd=self.root,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def query(self, statement: str, *values: object) -> Any:
        """The first column of a query's first row; None without one."""
        if self.database_url.startswith("postgres"):
            with psycopg.connect(self.database_url) as server:
                row = server.execute(statement.replace("?", "%s"), values).fetchone()
            return row[0] if row else None
        with contextlib.closing(sqlite3.connect(self.database, timeout=ASK_SECONDS)) as database:
            found = database.execute(statement, values).fetchone()
        return found[0] if found else None

    def wait(self) -> None:
        """Wait until it is ready."""
        until = time.monotonic() + START_SECONDS
        while not self.is_ready():
            assert self.running is not None, f"{self.name} was not started"
            ended = self.running.poll()
            assert ended is None, f"{self.name} ended with {ended}:\n{self.tail()}"
            assert time.monotonic() < until, f"{self.name} is not ready:\n{self.tail()}"
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """Whether `/readyz` answers 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ASK_SECONDS)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def send(self, number: int) -> None:
        """Send a signal: SIGSTOP freezes the process, SIGCONT continues it."""
        assert self.running is not None
        self.running.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Stop the process with a signal, by default gracefully, and wait until it has ended."""
        if self.running is None or self.running.poll() is not None:
            return
        # A frozen process does not handle other signals.
        self.send(signal.SIGCONT)
        self.send(number)
        try:
            self.running.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()
            raise

    def tail(self, lines: int = 40) -> str:
        """The end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""


class Split:
    """All processes of a split shop. `replicas` of each context share its database; of the gateway there may be more."""

    def __init__(self, folder: Path, replicas: int = 1, gateways: int = 0, **variables: str) -> None:
        self.folder = folder
        self.mails = folder / "mail"
        counts = dict.fromkeys(CONTEXTS, replicas) | {"gateway": gateways or replicas}
        self.processes = [
            Process(context, folder, {}, f"{context}-{number}" if count > 1 else context)
            for context, count in counts.items()
            for number in range(1, count + 1)
        ]
        common = self._variables() | variables
        for process in self.processes:
            process.variables = common

    def _variables(self) -> dict[str, str]:
        """The variables of all processes; they have the keys of the tests, which can sign any token."""
        return {
            "DJANGO_SETTINGS_MODULE": "settings.production",
            "SECURE_SSL_REDIRECT": "no",
            "SECRET_KEY": settings.SECRET_KEY,
            "VIEWER_KEYS": settings.VIEWER_KEYS[0],
            "SERVICE_KEYS": settings.SERVICE_KEYS[0],
            "SERVICES": " ".join(f"{context}={'|'.join(where)}" for context, where in self.services().items()),
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(self.mails),
            "DEADLINE_FACTOR": "100",
            "LOG_LEVEL": "INFO",
        }

    def services(self) -> dict[str, list[str]]:
        """The addresses of each context."""
        found: dict[str, list[str]] = {}
        for process in self.processes:
            found.setdefault(process.contexts, []).append(process.address)
        return found

    def of(self, context: str) -> list[Process]:
        """The processes that host a context."""
        return [process for process in self.processes if process.contexts == context]

    def start(self) -> None:
        """Start all processes; the first of each context migrates its database before the others start."""
        waves: dict[int, list[Process]] = {}
        for context in dict.fromkeys(process.contexts for process in self.processes):
            for number, process in enumerate(self.of(context)):
                waves.setdefault(number, []).append(process)
        for wave in waves.values():
            for process in wave:
                process.start()
            for process in wave:
                process.wait()

    def stop(self) -> None:
        """Stop all processes."""
        for process in self.processes:
            if process.running is not None and process.running.poll() is None:
                process.send(signal.SIGCONT)
                process.send(signal.SIGTERM)
        for process in self.processes:
            process.stop()

    def logs(self) -> str:
        """The end of each log."""
        return "\n".join(f"-- {process.name}\n{process.tail(15)}" for process in self.processes)
