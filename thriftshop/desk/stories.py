"""From an object to its story: links to its traces, its events and its log lines, and the page that tells a trace."""

from itertools import islice
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from thriftshop.events import stories
from thriftshop.telemetry import log_files
from thriftshop.telemetry.checks import TRACE

MAX_TRACES = 10
PAGE = "admin:events_event_story"


def links(topic: str, stream: str) -> list[tuple[str, str]]:
    """Links with their texts to the latest traces of a stream: their events and log lines, and where a trace is shown."""
    found = []
    for trace, is_sampled in islice(stories.traces_of(topic, stream).items(), MAX_TRACES):
        found.append((f"Events and log lines of trace {trace[:8]}", reverse(PAGE, args=[trace])))
        if settings.TRACES_URL:
            words = f"Trace {trace[:8]}" if is_sampled else f"Trace {trace[:8]}, if it was slow or failed"
            found.append((words, _url(trace)))
    return found


def _url(trace: str) -> str:
    """Where a trace is shown; other braces of the address, as in those of Grafana Explore, stay as they are."""
    return str(settings.TRACES_URL.replace(TRACE, trace))


def page(request: HttpRequest, trace: str, context: dict[str, object]) -> HttpResponse:
    """The events and log lines of a trace. The log lines are those of this machine."""
    if len(trace) != 32 or not trace.isalnum():
        raise Http404("There is no such trace.")
    files = log_files.files(Path(settings.LOG_FOLDER)) if settings.LOG_FOLDER else []
    content = {
        "title": f"Trace {trace}",
        "lines": stories.lines([trace], files),
        "has_files": bool(settings.LOG_FOLDER),
        "trace_url": _url(trace),
    }
    return TemplateResponse(request, "admin/events/story.html", {**context, **content})
