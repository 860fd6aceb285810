"""A collector of the tests' own: receives OTLP over HTTP and keeps what arrives, decoded."""

import gzip
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Message

WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Span:
    """A span that was exported."""

    service: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    links: tuple[tuple[str, str], ...]  # traces and spans
    failed: bool


@dataclass
class Received:
    """All that was exported so far."""

    spans: list[Span] = field(default_factory=list)
    logs: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def trace(self, trace: str) -> list[Span]:
        """The spans of a trace."""
        return [span for span in list(self.spans) if span.trace == trace]

    def wait(self, is_complete: Callable[["Received"], Any], seconds: float = WAIT_SECONDS) -> Any:
        """Wait until enough has arrived; return what the condition returns."""
        until = time.monotonic() + seconds
        while not (value := is_complete(self)):
            if time.monotonic() > until:
                raise TimeoutError(f"{len(self.spans)} spans arrived, {sorted({span.name for span in self.spans})}")
            time.sleep(0.05)
        return value


class Receiver(ThreadingHTTPServer):
    """The server; `address` is what OTEL_EXPORTER_OTLP_ENDPOINT names."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received = Received()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Its URL."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        received = self.server.received
        received.bodies.append(body)
        if self.path == "/v1/traces":
            received.spans += _spans(body)
        elif self.path == "/v1/logs":
            received.logs += _logs(body)
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def _spans(body: bytes) -> list[Span]:
    request = ExportTraceServiceRequest.FromString(body)
    return [
        _span(span, _attributes(resource.resource.attributes)["service.name"])
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _span(span: Message, service: str) -> Span:
    return Span(
        service,
        span.name,
        Message.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        _attributes(span.attributes),
        tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
        span.status.code == 2,
    )


def _logs(body: bytes) -> list[dict[str, Any]]:
    return [
        {
            "message": _value(record.body),
            "level": record.severity_text,
            "trace": record.trace_id.hex(),
            "span": record.span_id.hex(),
            **_attributes(record.attributes),
        }
        for resource in ExportLogsServiceRequest.FromString(body).resource_logs
        for scope in resource.scope_logs
        for record in scope.log_records
    ]


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    return None if kind is None else getattr(value, kind)
