"""Probes and metrics of a process that serves no requests, such as `manage.py consume`, on a port of their own."""

from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import orjson
from django.db import connections

from thriftshop.processes import health, serving


def start(port: int, host: str = "") -> ThreadingHTTPServer:
    """Answer `/livez`, `/readyz` and `/metrics` in a thread; close the result at the end."""
    server = ThreadingHTTPServer((host, port), _Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="probes", daemon=True).start()
    return server


def _liveness() -> health.Response:
    """503 once the thread that supervises the consumers has died: the process cannot recover."""
    state = serving.consumers()
    return health.liveness() if state == "ok" else health.Response(503, orjson.dumps({"status": state}))


class _Handler(BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self) -> None:
        probes: dict[str, Callable[[], health.Response]] = {
            "/livez": _liveness,
            "/readyz": health.readiness,
            "/metrics": partial(health.metrics, self.headers.get("accept", "")),
        }
        probe = probes.get(self.path.partition("?")[0])
        try:
            response = probe() if probe else health.Response(404, b'{"status": "unknown path"}')
        finally:
            connections.close_all()  # each connection has a thread of its own
        self.send_response(response.status)
        self.send_header("content-type", response.content_type)
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Log nothing: probes come every other second."""
