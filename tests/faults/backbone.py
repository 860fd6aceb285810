"""PostgreSQL, Kafka and Cassandra of the test's own: each on a small disk, behind a proxy, and free to be killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.services import kafka, processes
from tests.services.cassandra.clusters import Cluster
from tests.services.proxy import Proxy

BROKER = 5
NETWORK = "127.0.2"
MEBIBYTE = 1_048_576
DISK_MEBIBYTES = {"postgresql": 320, "kafka": 256, "cassandra": 512}
POSTGRESQL_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
}
FILLER = "filler"


@dataclass(slots=True)
class Part:
    """One of the three. `stop` takes the signal: SIGKILL for a crash, SIGTERM for a proper end."""

    name: str
    folder: Path
    proxy: Proxy
    start: Callable[[], object]
    stop: Callable[[signal.Signals], object]
    is_running: Callable[[], bool]
    has_own_disk: bool

    def restart(self) -> None:
        """Start it, whatever state it is in: what has lost its disk may still run without working."""
        _end(self)
        self.start()

    def fill_disk(self) -> None:
        """Leave no room on its disk."""
        with (self.folder / FILLER).open("wb") as file:
            size = MEBIBYTE
            while size >= 4096:
                try:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), size)
                except OSError:
                    size //= 4

    def free_disk(self) -> None:
        """Make room again."""
        (self.folder / FILLER).unlink()


@dataclass(slots=True)
class Backbone:
    """The three parts; `variables` are the settings of a shop that runs on them."""

    postgresql: Part
    kafka: Part
    cassandra: Part
    database_url: str

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """All parts."""
        return self.postgresql, self.kafka, self.cassandra

    def variables(self, prefix: str) -> dict[str, str]:
        """The settings of a shop with tables and topics of its own."""
        store = "thriftshop.events.streams.cassandra.CassandraStreams"
        return {
            "DATABASE_URL": f"{self.database_url}/{prefix}",
            "EVENT_STORE": store,
            "EVENT_FEED": "thriftshop.events.feed.kafka.KafkaFeed",
            "CASSANDRA_HOSTS": f"{NETWORK}.1",
            "CASSANDRA_PORT": str(self.cassandra.proxy.port),
            "CASSANDRA_KEYSPACE": "faults",
            "CASSANDRA_PREFIX": f"{prefix}.",
            "CASSANDRA_REPLICAS": "1",
            "CASSANDRA_SHARDS": "2",
            "KAFKA_SERVERS": f"{kafka.address(BROKER)}:{self.kafka.proxy.port}",
            "KAFKA_PREFIX": f"{prefix}.",
            "KAFKA_PARTITIONS": "2",
            "KAFKA_REPLICAS": "1",
            "KAFKA_MIN_IN_SYNC": "1",
        }


@contextlib.contextmanager
def started() -> Iterator[Backbone]:
    """All three, running until the block ends."""
    with contextlib.ExitStack() as stack:
        root = Path(tempfile.mkdtemp(prefix="thriftshop-faults-"))
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        root.chmod(0o755)
        parts = [make(stack, root / make.__name__.strip("_")) for make in (_postgresql, _kafka, _cassandra)]
        for part in parts:
            stack.callback(_end, part)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda part: part.start(), parts))
        yield Backbone(parts[0], parts[1], parts[2], f"postgres://postgres@127.0.0.1:{parts[0].proxy.port}")


def _end(part: Part) -> None:
    if part.is_running():
        part.stop(signal.SIGKILL)


def _postgresql(stack: contextlib.ExitStack, folder: Path) -> Part:
    has_own_disk = _mount(stack, folder)
    server = postgres.Server(folder, POSTGRESQL_SETTINGS)
    proxy = stack.enter_context(Proxy(server.port))

    def stop(sent: signal.Signals) -> None:
        server.stop("immediate" if sent == signal.SIGKILL else "fast")

    return Part("postgresql", folder, proxy, server.start, stop, server.is_running, has_own_disk)


def _kafka(stack: contextlib.ExitStack, folder: Path) -> Part:
    has_own_disk = _mount(stack, folder)
    proxy = stack.enter_context(Proxy(9092, kafka.address(BROKER)))

    def start() -> None:
        kafka.start_apart(BROKER, folder, proxy.port)

    def stop(sent: signal.Signals) -> None:
        processes.stop(folder, sent)

    return Part("kafka", folder, proxy, start, stop, lambda: bool(processes.pid(folder)), has_own_disk)


def _cassandra(stack: contextlib.ExitStack, folder: Path) -> Part:
    has_own_disk = _mount(stack, folder)
    cluster = Cluster(folder, 1, network=NETWORK)
    proxy = stack.enter_context(Proxy(9042, cluster.address(1)))
    own = cluster.node_folder(1)

    def stop(sent: signal.Signals) -> None:
        processes.stop(own, sent)

    return Part(
        "cassandra", folder, proxy, lambda: cluster.start_node(1), stop, lambda: bool(processes.pid(own)), has_own_disk
    )


def _mount(stack: contextlib.ExitStack, folder: Path) -> bool:
    """Put a folder on a small disk of its own, if this user may."""
    folder.mkdir()
    size = DISK_MEBIBYTES[folder.name] * MEBIBYTE
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603 - constants
        return False
    stack.callback(subprocess.run, ["umount", "--lazy", str(folder)], check=True)
    folder.chmod(0o755)
    return True
