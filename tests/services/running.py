"""The services that tests need: started by the first that needs one, and stopped at the end of the run that started it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from tests import postgres
from tests.services import FOLDER, cassandra, influxdb, java, kafka, postgresql

SERVICES: dict[str, ModuleType] = {
    "cassandra": cassandra,
    "kafka": kafka,
    "postgresql": postgresql,
    "influxdb": influxdb,
}
RUN_VARIABLE = "PYTEST_RUN"
"""The process id of the test run, for its workers: a run stops what it has started itself."""


def need_cassandra() -> None:
    """Start Cassandra unless it runs; skip the test on a machine without Java, except in CI."""
    _need("cassandra", cassandra)


def need_kafka() -> None:
    """Start Kafka unless it runs; skip the test on a machine without Java, except in CI."""
    _need("kafka", kafka)


def need_postgresql() -> None:
    """Start PostgreSQL unless it runs; skip the test on a machine without it, except in CI."""
    require(postgres.programs() is not None, postgres.MISSING)
    _start("postgresql", postgresql)


def need_influxdb() -> None:
    """Start InfluxDB unless it runs; skip the test on a machine without it, except in CI."""
    require(influxdb.is_installed(), influxdb.MISSING)
    _start("influxdb", influxdb)


def require(is_installed: bool, missing: str) -> None:
    """Skip the test on a machine without a program, and fail it in CI."""
    if not is_installed:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)


def _need(name: str, service: ModuleType) -> None:
    java.require()
    _start(name, service)


def _start(name: str, service: ModuleType) -> None:
    with lock():
        if not service.is_running():
            with _started().open("a") as file:
                file.write(f"{name}\n")
            service.start()


def stop() -> None:
    """Stop what a run of tests has started."""
    if _started().exists():
        names = _started().read_text().split()
        for name, service in SERVICES.items():
            if name in names:
                service.stop()
        _started().unlink()


def _started() -> Path:
    """The file with the names of the services that this run has started."""
    return FOLDER / f"started-by-{os.environ.setdefault(RUN_VARIABLE, str(os.getpid()))}"


@contextmanager
def lock(name: str = "lock") -> Iterator[None]:
    """One process of the test run at a time: for starting services, or for those that a test stops (`name`)."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
