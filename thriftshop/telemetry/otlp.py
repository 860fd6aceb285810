"""Export by OpenTelemetry's SDK: to the collector at OTEL_EXPORTER_OTLP_ENDPOINT, by threads of its own.

A collector that does not answer delays no request: what waits for it is bounded, and dropped beyond that.
"""

import atexit
import logging
import os
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings

from thriftshop.telemetry import otlp_logs, spans, tracing
from thriftshop.telemetry.allowances import Allowance
from thriftshop.telemetry.spans import Recorder, Span

if TYPE_CHECKING:  # the SDK takes long to import, and most processes on a laptop do not need it
    from opentelemetry.sdk._logs import LogRecordProcessor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import SpanProcessor

log = logging.getLogger("thriftshop.telemetry")

SERVICE = "thriftshop"
SEND_SECONDS = 10.0
STOP_SECONDS = 2.0
# How many spans, and log lines, wait for the collector: the oldest are dropped. How many are sent at a time, and how often.
LIMITS: dict[str, Any] = {"max_queue_size": 4_096, "max_export_batch_size": 512, "schedule_delay_millis": 1_000.0}

_processors: list[Any] = []
_converters: list[Any] = []
_log_processors: list[Any] = []


def start() -> bool:
    """Start to record and to export, if OTEL_EXPORTER_OTLP_ENDPOINT is set; return whether it is."""
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT or _processors:
        return bool(_processors)
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    start_with(BatchSpanProcessor(OTLPSpanExporter(address("traces"), timeout=SEND_SECONDS), **LIMITS))
    start_logs_with(BatchLogRecordProcessor(OTLPLogExporter(address("logs"), timeout=SEND_SECONDS), **LIMITS))
    atexit.register(stop)
    return True


def start_with(processor: "SpanProcessor") -> None:
    """Record spans, and pass those of kept traces to a processor of the SDK."""
    from thriftshop.telemetry import readable

    _processors.append(processor)
    tracing.sample(settings.OTEL_TRACES_SAMPLER_ARG)
    convert = readable.Converter(resource())
    _converters.append(convert)

    def export(ended: Sequence[Span]) -> None:
        for span in ended:
            try:
                processor.on_end(convert(span))
            except Exception:
                log.exception("span not exported")

    slow_ns = round(settings.TRACES_SLOW_SECONDS * 1e9)
    kept, requested = Allowance(settings.TRACES_KEPT_PER_SECOND), Allowance(settings.TRACES_REQUESTED_PER_SECOND)
    spans.record(Recorder(export, slow_ns, kept, requested))


def start_logs_with(processor: "LogRecordProcessor") -> None:
    """Pass log lines to a processor of the SDK, beside the console."""
    _processors.append(processor)
    _log_processors.append(processor)
    otlp_logs.start(processor, resource())


def stop() -> None:
    """Stop recording; export what waits, for a moment at most."""
    spans.record(None)
    tracing.sample(0.0)
    _converters.clear()
    _log_processors.clear()
    otlp_logs.stop()
    while _processors:
        processor = _processors.pop()
        # The SDK would wait for half a minute, and its public method takes no timeout.
        batches = getattr(processor, "_batch_processor", None)
        if batches is None:
            processor.shutdown()
        else:
            batches.shutdown(STOP_SECONDS * 1000)


def _describe_worker() -> None:
    """Give a worker that was just forked an instance id of its own."""
    for converter in _converters:
        converter.resource = resource()
    for processor in _log_processors:
        otlp_logs.start(processor, resource())


os.register_at_fork(after_in_child=_describe_worker)


def address(signal: str) -> str:
    """Where the collector takes a signal: `traces` or `logs`."""
    return f"{settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip('/')}/v1/{signal}"


def resource() -> "Resource":
    """What describes this process in all that it exports."""
    from opentelemetry.sdk.resources import Resource

    contexts = tuple(settings.CONTEXTS)
    return Resource(
        {
            "service.name": settings.OTEL_SERVICE_NAME or (contexts[0] if len(contexts) == 1 else SERVICE),
            "service.namespace": SERVICE,
            "service.version": settings.VERSION,
            "service.instance.id": f"{socket.gethostname()}-{os.getpid()}",
            "telemetry.sdk.language": "python",
            "telemetry.sdk.name": "opentelemetry",
        }
    )
