"""The readiness of a served process, and waiting for it."""

import contextlib
import http.client
import json
import time

from tests import split

TIMEOUT_SECONDS = 120


def readiness(process: split.Process) -> tuple[int, dict]:
    """The status and the checks of /readyz."""
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=TIMEOUT_SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status, json.loads(response.read())["checks"]


def wait_for(condition, problem: str) -> None:
    """Wait until the condition holds; fail with the problem if it does not in time."""
    until = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < until, problem
        time.sleep(0.05)
