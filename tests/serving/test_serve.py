"""`manage.py serve`: three protocols on one port, probes, several workers, and a graceful shutdown."""

import base64
import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import split
from tests.serving import processes
from thriftshop.processes import server as shop_server

pytestmark = pytest.mark.slow

SWITCH = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
EMPTY_SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"


@pytest.fixture
def variables(tmp_path):
    """A service of its own, with a database that is migrated as it starts."""
    database = tmp_path / "shop.sqlite3"
    return {
        "CONTEXTS": "catalog",
        "DATABASE_URL": f"sqlite:///{database}",
        "DRAIN_GRACE_SECONDS": "0",
        "DRAIN_SECONDS": "120",
    }


@contextlib.contextmanager
def connected(port):
    with socket.create_connection(("127.0.0.1", port), timeout=processes.TIMEOUT_SECONDS) as connection:
        yield connection


def test_one_port_answers_http_1_and_2_and_takes_websockets(variables):
    port = split.free_port()
    with processes.serving(port, "--migrate", **variables):
        assert processes.request(port, "/livez")[0] == 200
        with connected(port) as connection:
            connection.sendall(SWITCH + EMPTY_SETTINGS)
            # The server's own SETTINGS: a frame of type 4 on stream 0.
            head = connection.recv(9)
            assert (head[3], head[5:9]) == (4, b"\x00\x00\x00\x00")
        with connected(port) as connection:
            key = base64.b64encode(os.urandom(16)).decode()
            connection.sendall(
                f"GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
            )
            # There are no subscriptions at this path: the handshake is understood and refused.
            assert connection.recv(64).startswith(b"HTTP/1.1 403")


def test_readiness_reports_missing_migrations_and_liveness_does_not(variables):
    port = split.free_port()
    server = processes.manage("serve", PORT=str(port), **variables)
    try:
        processes.wait_until_alive(port, server)
        status, body = processes.request(port, "/readyz")
        checks = json.loads(body)["checks"]
        assert (status, checks["database"]) == (503, "ok")
        assert "run manage.py migrate" in checks["migrations"]
        migrating = processes.manage("migrate", "--verbosity", "0", **variables)
        assert migrating.wait(processes.TIMEOUT_SECONDS) == 0
        processes.stop(migrating)
        processes.wait_until_ready(port, server)
        checks = json.loads(processes.request(port, "/readyz")[1])["checks"]
        assert checks == {"database": "ok", "migrations": "ok", "consumers": "ok", "shutdown": "ok"}
    finally:
        processes.stop(server)
    assert server.returncode == 0


def test_a_taken_port_is_refused_before_anything_starts(variables):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = processes.manage("serve", PORT=str(port), **variables)
        assert server.wait(processes.TIMEOUT_SECONDS) != 0
    printed = processes.output(server)
    processes.stop(server)
    assert f"Cannot serve on 127.0.0.1:{port}" in printed
    assert "Traceback" not in printed


def test_shutdown_finishes_requests_in_progress_and_refuses_new_ones(variables):
    port = split.free_port()
    with processes.serving(port, "--migrate", **variables) as server, connected(port) as connection:
        head = "POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
        connection.sendall(head.encode())
        # Sent once the application reads the body: from here on the request is in progress.
        assert connection.recv(64).startswith(b"HTTP/1.1 100")
        server.send_signal(signal.SIGTERM)
        shutting_down = processes.wait_until_not_ready(port)
        assert shutting_down["checks"]["shutdown"] == "begun, 1 requests in progress"
        assert processes.request(port, "/admin/")[0] == 503
        assert processes.request(port, "/livez")[0] == 200
        connection.sendall(b"a=bc")
        assert connection.recv(64).startswith(b"HTTP/1.1 403")  # refused without the form's token, but answered
        assert server.wait(processes.TIMEOUT_SECONDS) == 0


def test_new_requests_are_answered_during_the_grace_period(variables):
    port = split.free_port()
    with processes.serving(
        port, "--migrate", **variables | {"DRAIN_GRACE_SECONDS": "600", "DRAIN_SECONDS": "700"}
    ) as server:
        server.send_signal(signal.SIGTERM)
        assert processes.wait_until_not_ready(port)["checks"]["shutdown"] == "begun, 0 requests in progress"
        assert processes.request(port, "/admin/login/")[0] == 200
        server.send_signal(signal.SIGTERM)  # a second one ends the grace
        assert server.wait(processes.TIMEOUT_SECONDS) == 0


def test_requests_are_cut_off_at_the_drain_limit(variables):
    port = split.free_port()
    limits = {"DRAIN_SECONDS": "2"}
    with processes.serving(port, "--migrate", **variables | limits) as server, connected(port) as connection:
        head = "POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(64).startswith(b"HTTP/1.1 100")
        server.send_signal(signal.SIGTERM)
        assert server.wait(processes.TIMEOUT_SECONDS) == 0


def test_a_stopped_server_releases_its_leases(variables, tmp_path):
    port = split.free_port()
    with processes.serving(port, "--migrate", **variables | {"CONTEXTS": "inventory,cart"}) as server:
        pass
    assert server.returncode == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database:
        held = database.execute("SELECT count(*) FROM events_lease WHERE holder <> ''").fetchone()[0]
    assert held == 0


def test_workers_share_a_port_and_their_metrics_and_stop_together(variables, tmp_path):
    port = split.free_port()
    with processes.serving(port, "--migrate", **variables, WORKERS="2", TMPDIR=str(tmp_path)) as server:
        workers = children(server.pid)
        assert len(workers) == 2
        for _ in range(8):
            assert processes.request(port, "/admin/login/")[0] == 200
        counted = processes.request(port, "/metrics")[1].decode()
        assert 'django_http_responses_total_by_status_total{status="200"} 8.0' in counted
        server.send_signal(signal.SIGTERM)
        assert server.wait(processes.TIMEOUT_SECONDS) == 0
    assert [pid for pid in workers if alive(pid)] == []
    assert list(tmp_path.glob("thriftshop-metrics-*")) == []


def test_a_worker_that_died_is_replaced(variables):
    port = split.free_port()
    with processes.serving(port, "--migrate", **variables, WORKERS="2") as server:
        time.sleep(shop_server.MIN_WORKER_SECONDS)
        victim, other = children(server.pid)
        os.kill(victim, signal.SIGKILL)
        until = time.monotonic() + processes.TIMEOUT_SECONDS
        while len(now := set(children(server.pid)) - {victim}) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        assert len(now) == 2
        assert other in now
        server.send_signal(signal.SIGTERM)
        assert server.wait(processes.TIMEOUT_SECONDS) == 0


def test_workers_do_not_outlive_the_process_that_forked_them(variables):
    port = split.free_port()
    with processes.serving(port, "--migrate", **variables, WORKERS="2") as server:
        workers = children(server.pid)
        server.kill()
        server.wait(processes.TIMEOUT_SECONDS)
        until = time.monotonic() + processes.TIMEOUT_SECONDS
        while any(alive(pid) for pid in workers) and time.monotonic() < until:
            time.sleep(0.1)
        assert [pid for pid in workers if alive(pid)] == []


@pytest.mark.parametrize("workers", ["1", "2"])
def test_closing_the_terminal_shuts_the_server_down(variables, workers):
    port = split.free_port()
    with processes.serving(port, "--migrate", **variables | {"DRAIN_GRACE_SECONDS": "100"}, WORKERS=workers) as server:
        told = [server.pid, *children(server.pid)]
        server.send_signal(signal.SIGHUP)
        assert server.wait(processes.TIMEOUT_SECONDS) == 0
    assert [pid for pid in told[1:] if alive(pid)] == []


def test_the_server_ends_with_its_parent_process(variables):
    port = split.free_port()
    told = "os.environ | {'END_WITH_PROCESS': str(os.getpid())}"
    starter = f"import os, subprocess, sys, time; subprocess.Popen(sys.argv[1:], env={told}); time.sleep(600)"
    command = [sys.executable, "manage.py", "serve", "--migrate"]
    own = {"PORT": str(port), "WORKERS": "1", "DJANGO_SETTINGS_MODULE": "settings.development"}
    environment = {**os.environ, **variables, **own}
    between = subprocess.Popen([sys.executable, "-c", starter, *command], env=environment, cwd=processes.ROOT)  # noqa: S603
    try:
        processes.wait_until_ready(port, between)
        (server,) = children(between.pid)
    finally:
        between.kill()
        between.wait()
    until = time.monotonic() + processes.TIMEOUT_SECONDS
    while alive(server) and time.monotonic() < until:
        time.sleep(0.1)
    assert not alive(server)


def test_the_next_start_names_the_process_that_holds_the_port(variables):
    port = split.free_port()
    with processes.serving(port, "--migrate", **variables) as server:
        second = processes.manage("serve", PORT=str(port), **variables)
        assert second.wait(processes.TIMEOUT_SECONDS) == 1
        assert f"Process {server.pid} listens there" in processes.output(second)
        assert "manage.py serve" in processes.output(second)
        assert f"`kill {server.pid}` ends it" in processes.output(second)
        processes.stop(second)


def children(pid: int) -> list[int]:
    """The child processes of a process."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def alive(pid: int) -> bool:
    """Whether a process is still running."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_requests_are_answered_beside_more_than_a_thousand_open_connections(variables):
    port = split.free_port()
    with contextlib.ExitStack() as stack:
        stack.enter_context(processes.serving(port, "--migrate", **variables))
        for _ in range(1_100):
            connection = stack.enter_context(connected(port))
            connection.settimeout(15)  # less than the server lets an idle connection stay open
            connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        assert processes.request(port, "/livez")[0] == 200


@pytest.mark.parametrize("path", ["/thrift", "/graphql"])
def test_a_too_large_body_closes_the_connection(variables, path):
    """With HTTP/1.1 the rest of the body would be taken for the next request."""
    port = split.free_port()
    with (
        processes.serving(port, "--migrate", **variables | {"CONTEXTS": "catalog,gateway"}),
        connected(port) as connection,
    ):
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99000000\r\n\r\n"
        connection.sendall(head.encode() + b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        printed = b""
        while part := connection.recv(65_536):
            printed += part
    assert printed.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in printed.lower()
    assert printed.count(b"HTTP/1.1") == 1
