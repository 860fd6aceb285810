"""What every page has: the ways through the registry, where one is, and the trail that led there."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.registry import places
from thriftshop import contracts


class Crumb(NamedTuple):
    """A step of the trail."""

    text: str
    href: str


class Way(NamedTuple):
    """A link of the sidebar; `here` is whether the page at hand is it, or below it."""

    text: str
    href: str
    here: bool


def show(
    request: HttpRequest, template: str, trail: list[Crumb], shown: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page in its frame. The trail starts after the registry's first page and ends with the page at hand."""
    here = request.path
    sections = [
        ("Overview", places.overview()),
        ("Topics", reverse("registry:topics")),
        ("GraphQL", reverse("registry:graphql")),
        ("Running now", reverse("registry:running")),
        ("For machines", reverse("registry:machines")),
    ]
    listed = [(one, places.contract(one.name)) for one in contracts.live()]
    around = {
        "sections": [Way(text, href, _is_at(here, href)) for text, href in sections],
        "modern": [Way(one.name, href, _is_at(here, href)) for one, href in listed if not one.is_legacy],
        "legacy": [Way(one.context, href, _is_at(here, href)) for one, href in listed if one.is_legacy],
        "trail": trail[:-1],
        "title": trail[-1].text if trail else "",
    }
    return render(request, f"registry/{template}.html", shown | {"frame": around}, status=status)


def missing(request: HttpRequest, problem: str) -> HttpResponse:
    """What is said where a name is unknown: what is not there, and how to find what is."""
    return show(request, "missing", [Crumb("Not found", "")], {"problem": problem}, status=404)


def _is_at(here: str, href: str) -> bool:
    return here == href or (href != places.overview() and here.startswith(f"{href}/"))
