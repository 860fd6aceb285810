"""PostgreSQL on port 5433, which waits for the disk at each commit, unlike that of tests/postgres.py."""

import socket

from tests import postgres
from tests.services import FOLDER

PORT = 5433
ADDRESS = f"postgres://postgres@127.0.0.1:{PORT}"
SETTINGS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_connections": "500"}


def start() -> None:
    """Start the server unless it runs."""
    server = _server()
    if not server.is_running():
        server.start()


def stop() -> None:
    """Stop the server, if it runs."""
    if (FOLDER / "postgresql").exists() and (server := _server()).is_running():
        server.stop()


def is_running() -> bool:
    """Whether a server accepts connections, also one that was not started from here."""
    try:
        socket.create_connection(("127.0.0.1", PORT), 2).close()
    except OSError:
        return False
    return True


def _server() -> postgres.Server:
    folder = FOLDER / "postgresql"
    folder.mkdir(parents=True, exist_ok=True)
    return postgres.Server(folder, SETTINGS, PORT)
