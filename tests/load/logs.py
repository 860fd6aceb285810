"""What a log line costs: `python -m tests.load.logs`. A request that succeeds writes none.

CPU time of a warning with two details within a call, as JSON, as text, and passed on by OTLP to a collector that accepts
everything; each in a loop of this process, the threads that export included.
"""

import argparse
import io
import logging
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
# So many lines wait for the exporter at most, and later ones would be dropped.
LINES_AT_ONCE, PAUSE_SECONDS = 2_000, 1.5


class _Accepting(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Accept anything."""
        self.rfile.read(int(self.headers.get("content-length", "0")))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_details: object) -> None:
        """Print nothing."""


@contextmanager
def collector() -> Iterator[str]:
    """The address of a collector that accepts everything; a process of its own, so that its time is not counted."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Accepting)
    child = os.fork()
    if child == 0:
        server.serve_forever()
    server.server_close()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def measure(log: logging.Logger, rounds: int) -> float:
    """Microseconds of CPU time a line."""
    used = 0.0
    for _ in range(rounds):
        began = time.process_time()
        for number in range(LINES_AT_ONCE):
            log.warning("delivery refused", extra={"order": f"R-{number}", "attempt": 3})
        time.sleep(PAUSE_SECONDS)
        used += time.process_time() - began
    return used / rounds / LINES_AT_ONCE * 1e6


def main() -> None:
    """Measure each format."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help=f"of {LINES_AT_ONCE:,} lines")
    rounds = parser.parse_args().rounds
    with collector() as address:
        django.setup()
        settings.OTEL_EXPORTER_OTLP_ENDPOINT = address
        from thriftshop import call_context
        from thriftshop.telemetry import logs, otlp, tracing

        log, handler = logging.getLogger("thriftshop.measured"), logging.StreamHandler(io.StringIO())
        log.propagate, log.handlers = False, [handler]
        handler.addFilter(logs.AddCallContext())
        with call_context.using(caller="gateway", traceparent=tracing.child(""), operation="measured"):
            for name, formatter in (("JSON", logs.JsonFormatter()), ("text", logs.TextFormatter())):
                handler.setFormatter(formatter)
                print(f"{name:5} {measure(log, rounds):6.1f} us a line")  # noqa: T201
            otlp.start()
            log.handlers = logging.getLogger().handlers[-1:]
            print(f"OTLP  {measure(log, rounds):6.1f} us a line, beside the console's")  # noqa: T201
            otlp.stop()


if __name__ == "__main__":
    main()
