"""Structured logs, as JSON or as text: one line per record, with the fields of `extra`; never personal data."""

import datetime
import json
import logging
import re
from functools import lru_cache
from typing import Any

import idl
from thriftshop import call_context
from thriftshop.telemetry import tracing

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "trace_id", "caller", "taskName"}
_PERSONAL = re.compile(r"(\w+)\s*\([^()]*\bpii\s*=")
MASK = "***"
_EMAIL = re.compile(r"[^\s<>\"'=,;:()]+@[^\s<>\"'=,;:()]+\.[^\s<>\"'=,;:().]+")
# Values that need no quotes in a line of text.
_BARE = re.compile(r"[^\s\"'=\\]+")


class AddCallContext(logging.Filter):
    """Adds the current trace id and caller to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add, drop nothing."""
        here = call_context.current()
        record.trace_id = tracing.trace_id(here.traceparent)
        record.caller = here.caller
        return True


def details(record: logging.LogRecord) -> dict[str, Any]:
    """What a record has beside its message: its `extra`, personal data masked."""
    return {name: _masked(name, value) for name, value in vars(record).items() if name not in _PLAIN}


@lru_cache(maxsize=1)
def personal() -> frozenset[str]:
    """The names of all fields and arguments that the contracts mark `pii`: read from their text, so that nothing is loaded."""
    texts = (file.read_text("utf-8") for file in idl.ROOT.rglob("*.thrift"))
    return frozenset(name for text in texts for name in _PERSONAL.findall(text))


def _masked(name: str, value: Any) -> Any:
    if name in personal() and value:
        return MASK
    if name == "request" and hasattr(value, "path"):
        return f"{value.method} {value.path}"  # Django's own; its query may hold the token of a link
    return _EMAIL.sub(MASK, value) if isinstance(value, str) else value


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON, with the fields of `extra`."""

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
        line |= details(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """A record as readable text: the message, its details as `key=value`, and a traceback on further lines."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the standard library's name
        """The line without the traceback."""
        fields = {"caller": getattr(record, "caller", ""), "trace_id": getattr(record, "trace_id", "")}
        fields = details(record) | {name: value for name, value in fields.items() if value}
        return " ".join(
            [super().formatMessage(record), *(f"{name}={_quoted(value)}" for name, value in fields.items())]
        )


def _quoted(value: Any) -> str:
    text = str(value)
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
