"""Serving with a database that is not migrated: not ready, one clear log line, and ready once it is migrated."""

import json
import time

import pytest

from tests import split
from tests.serving import processes

pytestmark = pytest.mark.slow


def test_an_unmigrated_database_is_logged_once_until_it_is_migrated(tmp_path):
    port = split.free_port()
    variables = {
        "CONTEXTS": "orders",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'shop.sqlite3'}",
        "DRAIN_GRACE_SECONDS": "0",
        "PORT": str(port),
    }
    server = processes.manage("serve", **variables)
    try:
        processes.wait_until_alive(port, server)
        checks = processes.wait_until_not_ready(port)["checks"]
        assert checks["migrations"].endswith("missing: run manage.py migrate")
        time.sleep(3)
        printed = processes.output(server)
        assert printed.count("the database is not migrated") == 1
        assert 'run="manage.py migrate"' in printed
        assert "Traceback" not in printed
        migrating = processes.manage("migrate", **variables)
        assert migrating.wait(processes.TIMEOUT_SECONDS) == 0
        processes.wait_until_ready(port, server)
        assert json.loads(processes.request(port, "/readyz")[1])["checks"]["consumers"] == "ok"
    finally:
        processes.stop(server)
