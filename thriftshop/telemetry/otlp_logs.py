"""Log lines by OTLP, with the same fields as on the console."""

import logging
from typing import TYPE_CHECKING

from thriftshop.telemetry import logs

if TYPE_CHECKING:
    from opentelemetry._logs import Logger
    from opentelemetry.sdk._logs import LogRecordProcessor
    from opentelemetry.sdk.resources import Resource

# What the export itself logs must not be exported.
_OWN = ("opentelemetry", "urllib3", "requests")


_logger: "Logger | None" = None
_context = logs.AddCallContext()


def start(processor: "LogRecordProcessor", resource: "Resource") -> None:
    """Pass all log records to a processor of the SDK as well."""
    global _logger
    from opentelemetry.sdk._logs import LoggerProvider

    provider = LoggerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_log_record_processor(processor)
    _logger = provider.get_logger("thriftshop")


def stop() -> None:
    """Pass on no more records."""
    global _logger
    _logger = None


class Handler(logging.Handler):
    """Converts records to those of the SDK, while there is a processor for them.

    It is in LOGGING, because every `django.setup()` (`get_asgi_application` calls it again) removes all other handlers.
    """

    def __init__(self) -> None:
        super().__init__()
        self._exceptions = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on."""
        logger = _logger
        if logger is None or record.name.startswith(_OWN):
            return
        try:
            _context.filter(record)
            self._pass(record, logger)
        except Exception:
            self.handleError(record)

    def _pass(self, record: logging.LogRecord, logger: "Logger") -> None:
        from opentelemetry._logs import LogRecord, SeverityNumber
        from opentelemetry.trace import TraceFlags

        fields = {"logger": record.name, **logs.details(record), **logs.context_of(record)}
        if record.exc_info and record.exc_info[0]:
            fields["exception.type"] = record.exc_info[0].__name__
            fields["exception.stacktrace"] = logs.scrubbed(self._exceptions.formatException(record.exc_info))
        trace, span = fields.pop("trace_id", ""), fields.pop("span_id", "")
        logger.emit(
            LogRecord(
                timestamp=round(record.created * 1e9),
                trace_id=int(trace or "0", 16),
                span_id=int(span or "0", 16),
                trace_flags=TraceFlags(TraceFlags.SAMPLED if trace else TraceFlags.DEFAULT),
                severity_text=record.levelname,
                severity_number=SeverityNumber(max(1, min(24, record.levelno // 10 * 4 + 1))),
                body=logs.scrubbed(record.getMessage()),
                attributes={name: _plain(value) for name, value in fields.items()},
            )
        )


def _plain(value: object) -> str | bool | int | float:
    return value if isinstance(value, str | bool | int | float) else str(value)
