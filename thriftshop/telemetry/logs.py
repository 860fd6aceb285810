"""Structured logs, as JSON or as text: one line per record, with the fields of `extra`; never personal data."""

import datetime
import hmac
import json
import logging
import re
from functools import lru_cache
from typing import Any

from django.conf import settings

import idl
from thriftshop import call_context, identity
from thriftshop.telemetry import tracing

_PERSONAL = re.compile(r"(\w+)\s*\([^()]*\bpii\s*=")
MASK = "***"
_EMAIL = re.compile(r"[^\s<>\"'=,;:()]+@[^\s<>\"'=,;:()]+\.[^\s<>\"'=,;:().]+")
# PostgreSQL's errors show the row, or its key, that a constraint refuses.
_ROW = re.compile(r"(\bDETAIL:\s+(?:Failing row contains|Key) ).*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL)
# Values that need no quotes in a line of text.
_BARE = re.compile(r"[^\s\"'=\\]+")


CONTEXT = ("caller", "operation", "viewer", "trace_id", "span_id")
"""What every line says about the call in which it was logged, if it is known."""
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", *CONTEXT}


class AddCallContext(logging.Filter):
    """Adds the trace and the span, the caller, a pseudonym of the viewer, and the operation to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add, drop nothing."""
        here = call_context.current()
        record.trace_id = tracing.trace_id(here.traceparent)
        record.span_id = tracing.span_id(here.traceparent)
        record.caller = here.caller
        record.viewer = _pseudonym(here.viewer) if here.viewer else ""
        record.operation = str(here.operation)
        return True


def _pseudonym(token: str) -> str:
    """A name for the viewer of a token that only the shop can relate to an account: a keyed digest of their id."""
    try:
        viewer = identity.verify(token)
    except identity.InvalidIdentityToken:
        return ""
    return hmac.digest(settings.VIEWER_KEYS[0].encode(), f"viewer {viewer.id}".encode(), "sha256").hex()[:16]


def context_of(record: logging.LogRecord) -> dict[str, str]:
    """What a record says about its call."""
    known = {name: str(getattr(record, name, "")) for name in CONTEXT}
    return {name: value for name, value in known.items() if value}


def details(record: logging.LogRecord) -> dict[str, Any]:
    """What a record has beside its message: its `extra`, personal data masked."""
    return {name: masked(name, value) for name, value in vars(record).items() if name not in _PLAIN}


@lru_cache(maxsize=1)
def personal() -> frozenset[str]:
    """The names of all fields and arguments that the contracts mark `pii`: read from their text, so that nothing is loaded."""
    texts = (file.read_text("utf-8") for file in idl.ROOT.rglob("*.thrift"))
    return frozenset(name for text in texts for name in _PERSONAL.findall(text))


def masked(name: str, value: Any) -> Any:
    """A detail as it is shown."""
    if name in personal() and value:
        return MASK
    if name == "request" and hasattr(value, "path"):
        return f"{value.method} {value.path}"  # Django's own; its query may hold the token of a link
    return _cleared(value)


def _cleared(value: Any) -> Any:
    """A value without personal data, in all of its parts. What JSON does not know becomes text here, so that it is scrubbed."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {scrubbed(str(name)): masked(str(name), part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleared(part) for part in value]
    return scrubbed(str(value))


def scrubbed(text: str) -> str:
    """A text without e-mail addresses, the personal fields of structs that are shown in it, and the rows of database errors."""
    return _ROW.sub(rf"\1{MASK}", _fields().sub(rf"\1{MASK}", _EMAIL.sub(MASK, text)))


@lru_cache(maxsize=1)
def _fields() -> re.Pattern[str]:
    """A personal field and its value as `repr` and JSON show them: `token='...'`, `lines=['...']`, `"name":"..."`."""
    quoted = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
    collected = rf"""[\[({{](?:{quoted}|[^'"\[\](){{}}])*[\])}}]"""
    return re.compile(rf"""(\b(?:{"|".join(sorted(personal()))})['"]?(?:=|:\s?))(?:b?(?:{quoted})|{collected})""")


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON, with the fields of `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.datetime.fromtimestamp(record.created, tz=datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
            "trace_id": "",
            "caller": "",
            **context_of(record),
        }
        line |= details(record)
        if record.exc_info:
            line["exception"] = scrubbed(self.formatException(record.exc_info))
        return json.dumps(line, default=str, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """A record as readable text: the message, its details as `key=value`, and a traceback on further lines."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line and the traceback."""
        return scrubbed(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the standard library's name
        """The line without the traceback."""
        fields = details(record) | context_of(record)
        return " ".join(
            [super().formatMessage(record), *(f"{name}={_quoted(value)}" for name, value in fields.items())]
        )


def _quoted(value: Any) -> str:
    text = str(value)
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
