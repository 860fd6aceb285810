"""A shop on PostgreSQL, Cassandra and Kafka: what must exist before it starts, and the services' processes."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence

from tests import split
from tests.load.promise import shop
from tests.load.promise.processes import Pids
from tests.services import FOLDER, postgresql
from tests.services import __main__ as services
from tests.services import processes as started
from thriftshop.database import roles
from thriftshop.processes import real


def start() -> real.Real:
    """Start those services that do not run, for a shop with a name of its own."""
    services.up(services.SERVICES, 1, 1)
    return real.Real(f"p{uuid.uuid4().hex[:8]}", postgresql.ADDRESS)


def prepare(backbone: real.Real, processes: Sequence[split.Process]) -> None:
    """Create databases, streams and topics, and tell each process its database."""
    if outdated := backbone.outdated(sorted({process.contexts for process in processes})):
        backbone.prepare(outdated, {**os.environ, **processes[0].variables})
    for process in processes:
        # The processes migrate when they start, so they need the role that may.
        address = backbone.database(process.contexts).replace(f"{roles.RUN}@", f"{roles.MIGRATE}@")
        process.variables = {**process.variables, "DATABASE_URL": address}


def pids() -> dict[str, Pids]:
    """The process ids by service, for those that were started from here."""
    return {"Kafka": _of("kafka-1"), "Cassandra": _of("cassandra-1"), "PostgreSQL": _of_postgresql}


def _of(cluster: str) -> list[int]:
    return [pid for folder in (FOLDER / cluster).glob("[0-9]") if (pid := started.pid(folder))]


def _of_postgresql() -> list[int]:
    """The server and its processes for the connections that are open now."""
    server = int((FOLDER / "postgresql" / "data" / "postmaster.pid").read_text().split()[0])
    return [server, *shop.children(server)]
