"""Real processes for tests: `manage.py serve` started on a free port, asked over sockets, and always ended."""

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
PATIENCE = 180.0  # only keeps a broken test from hanging: machines may be busy
_logs: dict[int, IO[str]] = {}


def ask(port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    """Status and body of one request over HTTP/1.1."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def wait_until_ready(port: int, server: subprocess.Popen[str]) -> None:
    """Waits for `/readyz` to answer 200; fails with what the server said where it ends instead."""
    _wait_for(port, "/readyz", server)


def wait_until_alive(port: int, server: subprocess.Popen[str]) -> None:
    """Waits for `/livez` to answer 200."""
    _wait_for(port, "/livez", server)


def _wait_for(port: int, path: str, server: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    last: object = "nothing"
    while time.monotonic() < until:
        if server.poll() is not None:
            raise AssertionError(f"The server ended with {server.returncode}: {said(server)}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, last = ask(port, path)
            if status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"No 200 after {PATIENCE:g} s; {path} said {last!r}")


def until_not_ready(port: int) -> Any:
    """Waits for `/readyz` to answer 503; gives what it says."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        status, body = ask(port, "/readyz")
        if status == 503:
            return json.loads(body)
        time.sleep(0.01)
    raise AssertionError(f"Still ready after {PATIENCE:g} s")


def manage(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Starts `manage.py`, in a process group of its own; `said` gives what it says."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.development", **variables}
    # A pipe that nobody reads would stop the process once it is full.
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
    started = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    _logs[started.pid] = log
    return started


def said(server: subprocess.Popen[str]) -> str:
    """What a process has said by now."""
    if server.pid not in _logs:
        return server.communicate()[0]
    _logs[server.pid].seek(0)
    return _logs[server.pid].read()


@contextlib.contextmanager
def serving(port: int, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A server that is ready, and is gone afterwards."""
    server = manage("serve", *arguments, PORT=str(port), **variables)
    try:
        wait_until_ready(port, server)
        yield server
    finally:
        end(server)


def end(server: subprocess.Popen[str]) -> None:
    """Ends a server, in good order where it does as it is told."""
    if server.poll() is None:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(PATIENCE)
    if server.poll() is None:
        server.kill()
    server.wait()
    _logs.pop(server.pid).close()
