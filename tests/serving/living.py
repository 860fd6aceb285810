"""Real processes for tests: `manage.py serve` started on a free port, asked over sockets, and always ended."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def ask(port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    """Status and body of one request over HTTP/1.1."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def wait_until_ready(port: int, server: subprocess.Popen[str]) -> None:
    """Waits for `/readyz` to answer 200; fails with what the server said where it ends instead."""
    until = time.monotonic() + PATIENCE
    said: object = "nothing"
    while time.monotonic() < until:
        if server.poll() is not None:
            raise AssertionError(f"The server ended with {server.returncode}: {server.communicate()[0]}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, said = ask(port, "/readyz")
            if status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"Not ready after {PATIENCE:g} s; /readyz said {said!r}")


def manage(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Starts `manage.py`, in a process group of its own."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.development", **variables}
    return subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextlib.contextmanager
def serving(port: int, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A server that is ready, and is gone afterwards."""
    server = manage("serve", *arguments, PORT=str(port), **variables)
    try:
        wait_until_ready(port, server)
        yield server
    finally:
        if server.poll() is None:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(30)
        if server.poll() is None:
            server.kill()
        server.communicate()
