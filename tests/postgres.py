"""A throw-away PostgreSQL for tests: `python -m tests.postgres COMMAND` runs a command with DATABASE_URL naming its database.

One server for all that the command starts; it lives in a temporary folder, is reached by a Unix socket there and by a free
port, and ends with the command. Nothing it writes survives, so it does not wait for the disk.
"""

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

FOLDERS = "/usr/lib/postgresql"
MISSING = "PostgreSQL is not installed: the tests on it are left out. On Debian: apt-get install postgresql."
# As root the server refuses to run; Debian's package makes this user.
SYSTEM_USER = "postgres"
# Sorted by code point, as SQLite and Python do, while the letters of all scripts have their capitals (docs/postgresql.md).
INITDB = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--no-sync"]
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "jit": "off",
    "random_page_cost": "1.1",
}
WAIT_SECONDS = 60


def programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, of the newest version that is installed."""
    found = sorted(Path(FOLDERS).glob("*/bin/pg_ctl"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    in_path = shutil.which("pg_ctl")
    return Path(in_path).resolve().parent if in_path else None


class Server:
    """A server of its own in a folder; `start` after `stop` continues with the same data on the same port."""

    def __init__(self, folder: Path, settings: dict[str, str] | None = None, port: int = 0) -> None:
        installed = programs()
        if installed is None:
            raise FileNotFoundError(MISSING)
        self._programs, self._folder, self._settings = installed, folder, SETTINGS | (settings or {})
        self.port = port or _free_port()
        self._run_as = SYSTEM_USER if os.geteuid() == 0 else getpass.getuser()
        if os.geteuid() == 0:
            shutil.chown(folder, SYSTEM_USER, SYSTEM_USER)
        if not (folder / "data").exists():
            self._run("initdb", *INITDB, "-D", self._data)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [f"-c {name}={value}" for name, value in self._settings.items()]
        options += [f"-p {self.port}", "-c listen_addresses=127.0.0.1", f"-c unix_socket_directories={self._folder}"]
        log = str(self._folder / "log")
        self._run(
            "pg_ctl", "start", "-w", "-t", str(WAIT_SECONDS), "-D", self._data, "-l", log, "-o", " ".join(options)
        )

    def is_running(self) -> bool:
        """Whether the server of the folder runs."""
        try:
            self._run("pg_ctl", "status", "-D", self._data)
        except RuntimeError:
            return False
        return True

    def stop(self, mode: str = "fast") -> None:
        """End it: `fast` rolls back what is open and closes all connections, `immediate` is a crash."""
        self._run("pg_ctl", "stop", "-w", "-t", str(WAIT_SECONDS), "-D", self._data, "-m", mode)

    def url(self, database: str) -> str:
        """The DATABASE_URL of one of its databases."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, options: str = "") -> str:
        """Make a database; give its DATABASE_URL."""
        return create(self.url(database), options)

    def _run(self, program: str, *arguments: str) -> None:
        # A process group of its own: Ctrl-C in a terminal ends the command first, and then the server in good order.
        ended = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [str(self._programs / program), *arguments],
            user=self._run_as if os.geteuid() == 0 else None,
            group=SYSTEM_USER if os.geteuid() == 0 else None,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            log = self._folder / "log"
            raise RuntimeError(f"{program} failed: {ended.stderr}{log.read_text() if log.exists() else ''}")


def create(url: str, options: str = "") -> str:
    """Make the database that a DATABASE_URL names, if its server has none of that name; give the DATABASE_URL."""
    server, _, database = url.rpartition("/")
    with (
        psycopg.connect(f"{server}/postgres", autocommit=True) as connection,
        contextlib.suppress(psycopg.errors.DuplicateDatabase),
    ):
        connection.execute(f'CREATE DATABASE "{database}" {options}')
    return url


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextlib.contextmanager
def server(**settings: str) -> Iterator[Server]:
    """A running server, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="thriftshop-postgres-"))
    try:
        one = Server(folder, settings)
        one.start()
        try:
            yield one
        finally:
            one.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run the command with a server; give its exit code."""
    if programs() is None:
        sys.stderr.write(f"{MISSING}\n")
        return 1 if os.environ.get("CI") else 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server() as one:
        environment = os.environ | {"DATABASE_URL": one.create("shop")}
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - as typed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
