"""The command of a consumer's container: it answers the probes of its manifest, and ends by SIGTERM."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests import split
from tests.kubernetes import rendering

SECONDS = 60


@pytest.fixture(scope="module")
def container():
    return rendering.container_of(rendering.get(rendering.overlay("production"), "Deployment", "inventory-consumer"))


@pytest.fixture(scope="module")
def consumer(container, tmp_path_factory):
    """The process, and the address of its port."""
    port = str(split.free_port())
    variables = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "settings.development",
        "DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('consumer') / 'shop.sqlite3'}",
        "LOG_FOLDER": "",
        **{item["name"]: item["value"] for item in container["env"] if item["name"] == "CONTEXTS"},
    }
    command = [port if part == "8000" else part for part in container["command"]]
    process = subprocess.Popen([sys.executable, *command[1:]], cwd=split.ROOT, env=variables)  # noqa: S603 - our own program
    yield process, f"http://127.0.0.1:{port}", variables
    process.kill()
    process.wait()


def ask(address, path):
    try:
        with urllib.request.urlopen(address + path, timeout=10) as answer:  # noqa: S310 - this machine
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def until(address, path, status):
    limit = time.monotonic() + SECONDS
    while True:
        try:
            answer = ask(address, path)
        except OSError:
            answer = (0, "")
        if answer[0] == status:
            return answer[1]
        assert time.monotonic() < limit, answer
        time.sleep(0.1)


def test_it_is_ready_once_its_database_is_migrated_and_stops_by_sigterm(consumer, container):
    process, address, variables = consumer
    until(address, container["startupProbe"]["httpGet"]["path"], 200)
    unready = json.loads(until(address, container["readinessProbe"]["httpGet"]["path"], 503))
    assert "missing" in unready["checks"]["migrations"]
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=split.ROOT, env=variables, check=True)  # noqa: S603 - our own program
    ready = json.loads(until(address, "/readyz", 200))
    assert ready["contexts"] == ["inventory"]
    assert ask(address, container["livenessProbe"]["httpGet"]["path"])[0] == 200
    assert "thriftshop_" in ask(address, "/metrics")[1]
    assert ask(address, "/other")[0] == 404
    process.send_signal(signal.SIGTERM)
    assert process.wait(SECONDS) == 0
