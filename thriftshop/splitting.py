"""The shop as separate services on one machine: which processes, on which ports, with which variables."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from settings import variables as given
from settings.variables import ROOT

HOST = "127.0.0.1"
PUBLIC = "gateway"
# Each context has a port of its own above the public one; each further replica is so much further up.
STEP = 100
LOADER = "demo"


class Process(NamedTuple):
    """One process: its name in the log, the context it hosts, and its port."""

    name: str
    context: str
    port: int

    @property
    def address(self) -> str:
        """Where it serves."""
        return f"http://{HOST}:{self.port}"


def layout(port: int, replicas: int) -> list[Process]:
    """All processes: the gateway on `port`, the contexts above it, the replicas of each above those."""
    return [
        Process(context if replicas == 1 else f"{context}-{replica}", context, _port(port, context, replica))
        for context in settings.ALL_CONTEXTS
        for replica in range(1, replicas + 1)
    ]


def _port(port: int, context: str, replica: int) -> int:
    if context == PUBLIC:
        return port + STEP * (replica - 1) * 2
    others = [one for one in settings.ALL_CONTEXTS if one != PUBLIC]
    return port + STEP * replica + 1 + others.index(context)


def variables(processes: list[Process], folder: Path) -> dict[str, str]:
    """What all processes are told: where the others are, and where the staff's doors are."""
    where: dict[str, list[str]] = {}
    for process in processes:
        where.setdefault(process.context, []).append(process.address)
    doors = {context: f"{found[0]}/admin/" for context, found in where.items() if _has_door(context)}
    return {
        "HOST": HOST,
        "WORKERS": "1",
        "SERVICES": " ".join(f"{context}={'|'.join(found)}" for context, found in where.items()),
        "ADMINS": " ".join(f"{context}={door}" for context, door in doors.items()),
        "PUBLIC_URL": where[PUBLIC][0],
        "REGISTRY_URL": f"{where['registry'][0]}/registry",
        "MEDIA_ROOT": str(folder / "media"),
        "EMAIL_FILE_PATH": str(folder / "mail"),
        # Nobody but the others here finds this process: there is no balancer that must hear of its end first.
        "DRAIN_GRACE_SECONDS": "0",
        "DRAIN_SECONDS": "10",
        # Each thread has a connection to the database, with what that remembers.
        "RPC_THREADS": str(given.number("RPC_THREADS", 3)),
        # As in the image: threads that share their memory take a third less of it; what is large, as when passwords are
        # hashed, goes back at once.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "1048576",
    }


def own_variables(context: str, folder: Path, port: int = 0) -> dict[str, str]:
    """What the processes of one context are told beside that; replicas share a database."""
    own = {"CONTEXTS": context, "DATABASE_URL": f"sqlite:///{folder / context / 'shop.sqlite3'}"}
    return own | ({"PORT": str(port)} if port else {})


def shown_at(context: str) -> str:
    """The page of a context's process to look at first."""
    if context == "registry":
        return "/registry"
    return "/admin/" if _has_door(context) else "/"


def _has_door(context: str) -> bool:
    return bool(list((ROOT / "apps" / context).glob("admin*")))


def known_migrations() -> str:
    """A digest of all migrations that there are: as long as it stays, no database needs to be looked at."""
    digest = hashlib.sha256()
    for path in sorted(_migrations()):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _migrations() -> Iterator[Path]:
    for folder in ("apps", "thriftshop"):
        yield from (ROOT / folder).glob("*/migrations/*.py")
