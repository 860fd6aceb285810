"""Structured logs: one JSON object a line, with the trace and the caller; never personal data."""

import datetime
import json
import logging
from typing import Any

from thriftshop import circumstances
from thriftshop.telemetry import tracing

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "trace_id", "caller", "taskName"}


class AddCircumstances(logging.Filter):
    """Gives every record the trace id and the caller in force."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Adds, drops nothing."""
        here = circumstances.current()
        record.trace_id = tracing.trace_id(here.traceparent)
        record.caller = here.caller
        return True


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON, with what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.datetime.fromtimestamp(record.created, tz=datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "trace_id": getattr(record, "trace_id", ""),
            "caller": getattr(record, "caller", ""),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _PLAIN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)
