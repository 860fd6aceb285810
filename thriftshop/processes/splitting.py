"""The shop as separate services on one machine: which processes, on which ports, with which variables."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from settings import variables as environment
from settings.variables import ROOT
from thriftshop import contexts

HOST = "127.0.0.1"
# Distance between the public port and those of the other contexts, and between replicas.
STEP = 100
# Each thread has a database connection with a cache.
THREADS = 3


class Process(NamedTuple):
    """One process: its name in the log, the context it hosts, and its port."""

    name: str
    context: str
    port: int

    @property
    def address(self) -> str:
        """The URL of the process."""
        return f"http://{HOST}:{self.port}"


def layout(port: int, replicas: int) -> list[Process]:
    """All processes: the public context on `port`, the others above it, further replicas above those."""
    return [
        Process(context if replicas == 1 else f"{context}-{replica}", context, _port(port, context, replica))
        for context in settings.ALL_CONTEXTS
        for replica in range(1, replicas + 1)
    ]


def _port(port: int, context: str, replica: int) -> int:
    if contexts.is_public(context):
        return port + STEP * (replica - 1) * 2
    others = [context for context in settings.ALL_CONTEXTS if not contexts.is_public(context)]
    return port + STEP * replica + 1 + others.index(context)


def variables(processes: list[Process], folder: Path) -> dict[str, str]:
    """The environment of all processes: the addresses of the others and of their admin pages."""
    where: dict[str, list[str]] = {}
    for process in processes:
        where.setdefault(process.context, []).append(process.address)
    configs = [contexts.get(context) for context in where]
    admins = [f"{config.label}={where[config.label][0]}/admin/" for config in configs if config.has_admin]
    declared = {
        name: value for config in configs for name, value in config.variables_for_all(where[config.label][0]).items()
    }
    return {
        "HOST": HOST,
        "WORKERS": "1",
        "SERVICES": " ".join(f"{context}={'|'.join(addresses)}" for context, addresses in where.items()),
        "ADMINS": " ".join(admins),
        **declared,
        "MEDIA_ROOT": str(folder / "media"),
        "EMAIL_FILE_PATH": str(folder / "mail"),
        # No load balancer needs time to notice that a process ends.
        "DRAIN_GRACE_SECONDS": "0",
        "DRAIN_SECONDS": "10",
        "RPC_THREADS": str(environment.number("RPC_THREADS", THREADS)),
        # As in the image: a shared arena takes a third less memory, and large blocks (password hashing) are freed at once.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "1048576",
    }


def own_variables(context: str, database: str, port: int = 0) -> dict[str, str]:
    """The environment that only the processes of one context or driver have: its database, which replicas share."""
    variables = {"CONTEXTS": context, "DATABASE_URL": database}
    return variables | ({"PORT": str(port)} if port else {})


def known_migrations() -> str:
    """A digest of all migrations: while it is the same, no database needs migrating."""
    digest = hashlib.sha256()
    for path in sorted(_migrations()):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _migrations() -> Iterator[Path]:
    for folder in ("apps", "thriftshop"):
        yield from (ROOT / folder).glob("*/migrations/*.py")
