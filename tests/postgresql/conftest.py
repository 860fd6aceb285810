"""A PostgreSQL server for the tests of this folder, whatever database the other tests run on."""

import os
import subprocess
import sys
import uuid

import pytest

from tests import postgres


def require_postgresql():
    """Skips the test where PostgreSQL is not installed; fails it in CI, which installs it."""
    if postgres.programs() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(postgres.MISSING)


@pytest.fixture(scope="session")
def server():
    """A server for as long as the tests of this worker run; they are skipped where PostgreSQL is not installed."""
    require_postgresql()
    with postgres.server() as one:
        yield one


@pytest.fixture
def database(server):
    """The DATABASE_URL of an empty database."""
    return server.create(f"shop_{uuid.uuid4().hex[:12]}")


@pytest.fixture
def manage(database):
    """Runs `manage.py` on that database, or on another."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.development", "DATABASE_URL": database}
        return subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "manage.py", *arguments],
            env=environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
