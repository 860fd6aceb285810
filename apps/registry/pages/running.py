"""Running processes as a page and as JSON."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from apps.registry import access, places
from apps.registry import running as watched
from apps.registry.pages import frame
from idl import platform
from thriftshop import clock, contracts

STATES = {
    "equal": "as registered",
    "older": "older than registered",
    "newer": "newer than registered",
    "different": "differs from what is registered",
    "missing": "unknown there",
    "unknown": "not registered",
}


@access.page
def page(request: HttpRequest) -> HttpResponse:
    """All processes: whether they answer, their versions, and contracts that differ from the registry."""
    processes = watched.processes()
    context = {
        "processes": [_context(process) for process in processes],
        "away": sum(not process.reachable for process in processes),
        "drifted": sum(bool(process.drifted) for process in processes),
        "count": len(processes),
    }
    return frame.show(request, "running", [frame.Crumb("Running services", reverse("registry:running"))], context)


def _context(process: watched.Process) -> dict[str, Any]:
    return {
        "process": process,
        "started_at": _moment(process),
        "drifted": [
            (each, STATES[each.state], places.contract(each.name) if each.name in contracts.live() else "")
            for each in process.drifted
        ],
        "equal": len(process.contracts) - len(process.drifted),
        "groups": [
            {"name": group.name, "topic": group.topic, "href": _topic(group.topic), "kind": _kind(group)}
            for group in process.groups
        ],
        "topics": [(name, _topic(name)) for name in process.topics],
    }


def _moment(process: watched.Process) -> datetime | None:
    return clock.datetime_of(process.started_at) if process.started_at is not None else None


def _topic(name: str) -> str:
    library = contracts.live()
    return places.topic(name) if name in library and library[name].event_union else ""


def _kind(group: platform.GroupDescription) -> str:
    return platform.GroupKind._VALUES_TO_NAMES.get(group.kind, "").lower()


@access.file
def document(request: HttpRequest) -> HttpResponse:
    """The same as JSON; `reachable` is false for processes that do not answer."""
    return JsonResponse(
        {"processes": [_as_data(process) for process in watched.processes()]}, json_dumps_params={"indent": 2}
    )


def _as_data(process: watched.Process) -> dict[str, Any]:
    return {
        "contexts": process.contexts,
        "reachable": process.reachable,
        "problem": process.problem or None,
        "version": process.version or None,
        "started_at": process.started_at,
        "drifted": bool(process.drifted),
        "contracts": [
            {
                "name": each.name,
                "state": each.state,
                "digest": each.digest or None,
                "lacking": each.by.lacking,
                "more": each.by.more,
                "otherwise": each.by.otherwise,
            }
            for each in process.contracts
        ],
        "topics": process.topics,
        "groups": [
            {"name": group.name, "topic": group.topic, "kind": _kind(group), "kinds": group.kinds}
            for group in process.groups
        ],
    }
