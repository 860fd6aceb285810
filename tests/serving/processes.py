"""Real processes for tests: `manage.py serve` on a free port, called over sockets, and always stopped."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 180.0  # only prevents a broken test from hanging: machines may be busy
_logs: dict[int, IO[str]] = {}


def request(port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    """The status and body of the response to a request over HTTP/1.1."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    with contextlib.closing(connection):
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()


def wait_until_ready(port: int, server: subprocess.Popen[str]) -> None:
    """Wait until `/readyz` answers 200; fail with the server's output if it exits instead."""
    _wait_for(port, "/readyz", server)


def wait_until_alive(port: int, server: subprocess.Popen[str]) -> None:
    """Wait until `/livez` answers 200."""
    _wait_for(port, "/livez", server)


def _wait_for(port: int, path: str, server: subprocess.Popen[str]) -> None:
    until = time.monotonic() + TIMEOUT_SECONDS
    last: object = "nothing"
    while time.monotonic() < until:
        if server.poll() is not None:
            raise AssertionError(f"The server ended with {server.returncode}: {output(server)}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, last = request(port, path)
            if status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"No 200 after {TIMEOUT_SECONDS:g} s; the last response of {path} was {last!r}")


def wait_until_not_ready(port: int) -> Any:
    """Wait until `/readyz` answers 503; return its content."""
    until = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < until:
        status, body = request(port, "/readyz")
        if status == 503:
            return json.loads(body)
        time.sleep(0.01)
    raise AssertionError(f"Still ready after {TIMEOUT_SECONDS:g} s")


def environment(**variables: str) -> dict[str, str]:
    """The environment of a process in development."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.development", "WORKERS": "1", **variables}


def manage(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start `manage.py`, in a process group of its own; see `output`."""
    # A pipe that nobody reads would stop the process once it is full.
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(**variables),
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    _logs[process.pid] = log
    return process


def output(server: subprocess.Popen[str]) -> str:
    """The output of a process so far."""
    if server.pid not in _logs:
        return server.communicate()[0]
    _logs[server.pid].seek(0)
    return _logs[server.pid].read()


@contextlib.contextmanager
def serving(port: int, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A server that is ready; it is stopped afterwards."""
    server = manage("serve", *arguments, PORT=str(port), **variables)
    try:
        wait_until_ready(port, server)
        yield server
    finally:
        stop(server)


def stop(server: subprocess.Popen[str]) -> None:
    """Stop a server with SIGTERM; kill it if it does not stop."""
    if server.poll() is None:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(TIMEOUT_SECONDS)
    if server.poll() is None:
        server.kill()
    server.wait()
    _logs.pop(server.pid).close()
