"""`manage.py logs`: the log lines and events of one story, in their order."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thriftshop import contexts
from thriftshop.events import stories
from thriftshop.telemetry import log_files

TRACE_DIGITS = 32


class Command(BaseCommand):
    """Prints a story."""

    help = (
        "Prints the log lines and the events of a trace, or of all traces in which the events of a stream were recorded,"
        " oldest first. The lines are those in LOG_FOLDER, of all processes, or in the files that are named: JSON lines"
        " as the shop writes them. The events are those of the contexts in CONTEXTS."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which story, and where."""
        story = parser.add_mutually_exclusive_group(required=True)
        story.add_argument("--trace", help="the trace id: 32 hexadecimal digits, or a traceparent")
        story.add_argument("--stream", help="a topic and a stream: orders/<id of the order>")
        parser.add_argument("files", nargs="*", type=Path, help="files with log lines, in place of LOG_FOLDER's")

    def handle(self, *_: Any, trace: str | None, stream: str | None, files: list[Path], **__: Any) -> None:
        """Print the lines."""
        traces = [_trace_id(trace)] if trace else _traces_of(stream or "")
        story = stories.lines(traces, files or _files())
        for line in story:
            self.stdout.write(line)
        if not story:
            self.stderr.write(f"There are no log lines or events of {', '.join(traces) or 'any trace'} here.")


def _trace_id(text: str) -> str:
    trace = (text[3:35] if text.startswith("00-") else text).lower()
    if len(trace) != TRACE_DIGITS or set(trace) - set("0123456789abcdef"):
        raise CommandError(f"{text!r} is not a trace id: give its 32 hexadecimal digits.")
    return trace


def _traces_of(text: str) -> list[str]:
    topic, _, stream = text.partition("/")
    known = [config.topic for config in contexts.hosted() if config.topic]
    if topic not in known or not stream:
        raise CommandError(f"{text!r} is not a stream of this process: give a topic ({', '.join(known)}) and an id.")
    return list(stories.traces_of(topic, stream))


def _files() -> list[Path]:
    if not settings.LOG_FOLDER:
        raise CommandError("LOG_FOLDER is not set: name the files with the log lines.")
    return log_files.files(Path(settings.LOG_FOLDER))
