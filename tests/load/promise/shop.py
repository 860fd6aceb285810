"""The shop under load: real server processes over temporary databases, as one process or split by context."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from pathlib import Path

from django.conf import settings

from tests import split

SHAPES = ("monolith", "split")
LOG_TAIL_LINES = 40


def variables(folder: Path, overrides: dict[str, str]) -> dict[str, str]:
    """The servers' environment: production's settings, except that no proxy encrypts; e-mails are written to files."""
    return {
        "DJANGO_SETTINGS_MODULE": "settings.production",
        "SECURE_SSL_REDIRECT": "no",
        "SECRET_KEY": settings.SECRET_KEY,
        "VIEWER_KEYS": settings.VIEWER_KEYS[0],
        "SERVICE_KEYS": settings.SERVICE_KEYS[0],
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(folder / "mail"),
        "LOG_LEVEL": "INFO",
        "DRAIN_GRACE_SECONDS": "0",
        "DEADLINE_FACTOR": "1",
        **overrides,
    }


class Shop:
    """The processes of a shop; `folder` has its databases, media, e-mails and logs."""

    def __init__(self, shape: str, folder: Path, workers: int = 1, gateways: int = 1, **overrides: str) -> None:
        self.shape, self.folder = shape, folder
        environment = variables(folder, {"WORKERS": str(workers), **overrides})
        if shape == "monolith":
            environment["DATABASE_URL"] = f"sqlite:///{folder}/shop.sqlite3"
        self.split = split.Split(folder, gateways=gateways, **environment) if shape == "split" else None
        self.processes = (
            self.split.processes if self.split else [split.Process("", folder, environment, name="monolith")]
        )

    @property
    def gateway(self) -> split.Process:
        """The process that customers reach; the first of several."""
        return self.split.of("gateway")[0] if self.split else self.processes[0]

    @property
    def address(self) -> tuple[str, int]:
        """Where customers reach it."""
        return "127.0.0.1", self.gateway.port

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where customers reach it, with all replicas of the gateway."""
        gateways = self.split.of("gateway") if self.split else self.processes
        return [("127.0.0.1", process.port) for process in gateways]

    def services(self) -> dict[str, list[str]]:
        """The addresses of each context, for calls from outside."""
        if self.split:
            return self.split.services()
        return {context: [self.processes[0].address] for context in split.CONTEXTS}

    def start(self) -> None:
        """Start all processes and wait until they are ready. Calls from this process reach them from then on."""
        settings.SERVICES = self.services()
        if self.split:
            self.split.start()
        else:
            self.processes[0].start()
            self.processes[0].wait()
        (self.folder / "processes.json").write_text(json.dumps(self.pids()))

    def stop(self) -> None:
        """Stop all processes gracefully."""
        for process in self.processes:
            process.stop()

    def pids(self) -> dict[str, list[int]]:
        """The process ids by name, those of workers included."""
        parents = {process.name: process.running.pid for process in self.processes if process.running is not None}
        return {name: [pid, *children(pid)] for name, pid in parents.items()}

    def check_rebuilds(self, variables: dict[str, str]) -> list[str]:
        """What `manage.py rebuild --check` reports of projections that differ from a rebuild. All processes must be running."""
        problems = []
        for process in self.processes:
            process.variables = process.variables | variables
            result = process.manage("rebuild", "--check")
            if result.returncode:
                problems.append(f"{process.name}: {result.stderr.strip().splitlines()[-1]}")
        return problems

    def tail(self) -> str:
        """The end of each log."""
        return "\n".join(f"-- {process.name}\n{process.tail(LOG_TAIL_LINES)}" for process in self.processes)


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    pids = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path("/proc", name, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                pids.append(int(name))
    return sorted(pids)


def copy(source: Path, folder: Path) -> None:
    """Copy the databases and media of a shop that is not running."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.glob("*.sqlite3"):
        with contextlib.closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy2(file, folder / file.name)
    if (source / "media").is_dir():
        shutil.copytree(source / "media", folder / "media", dirs_exist_ok=True)
