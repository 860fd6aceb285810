"""A PostgreSQL server for the tests of this folder, whatever database the other tests run on."""

import contextlib
import functools
import os
import subprocess
import sys
import uuid

import pytest

from tests import conftest, postgres, split
from thriftshop.rpc.http import sync_connections


def require_postgresql():
    """Skip the test if PostgreSQL is not installed; fails it in CI."""
    if postgres.programs() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(postgres.MISSING)


@pytest.fixture(scope="module")
def server():
    """A server for the tests of a file, which are skipped if PostgreSQL is not installed."""
    require_postgresql()
    with postgres.server() as one:
        yield one


@pytest.fixture
def database(server):
    """The DATABASE_URL of an empty database."""
    return server.create(f"shop_{uuid.uuid4().hex[:12]}")


def run_command(database: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` on a database."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.development", "DATABASE_URL": database}
    return subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "manage.py", *arguments],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def manage(database):
    """Run `manage.py` on that database, or on another."""
    return functools.partial(run_command, database)


@pytest.fixture
def serve(tmp_path, settings):
    """Serve the inventory on a database, by two workers of a process of its own; this process calls it."""
    with contextlib.ExitStack() as stack:

        def start(database: str) -> split.Process:
            variables = {
                "DJANGO_SETTINGS_MODULE": "settings.production",
                "SECURE_SSL_REDIRECT": "no",
                "SECRET_KEY": settings.SECRET_KEY,
                "VIEWER_KEYS": settings.VIEWER_KEYS[0],
                "SERVICE_KEYS": settings.SERVICE_KEYS[0],
                "DATABASE_URL": database,
                "WORKERS": "2",
            }
            process = split.Process("inventory", tmp_path, variables)
            settings.CONTEXTS, settings.SERVICES = [], {"inventory": [process.address]}
            conftest.forget()
            stack.callback(process.stop)
            stack.callback(sync_connections.close)
            process.start()
            process.wait()
            return process

        yield start
