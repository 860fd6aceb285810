"""The frame of every page: navigation and breadcrumbs."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.registry import places
from thriftshop import contracts


class Crumb(NamedTuple):
    """A breadcrumb."""

    text: str
    href: str


class Link(NamedTuple):
    """A link of the sidebar; `here` marks the current page and its parents."""

    text: str
    href: str
    here: bool


def show(
    request: HttpRequest, template: str, trail: list[Crumb], context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page. The breadcrumbs start after the overview and end with the current page."""
    here = request.path
    sections = [
        ("Overview", places.overview()),
        ("Topics", reverse("registry:topics")),
        ("GraphQL", reverse("registry:graphql")),
        ("Running services", reverse("registry:running")),
        ("For machines", reverse("registry:machines")),
    ]
    listed = [(contract, places.contract(contract.name)) for contract in contracts.live()]
    around = {
        "sections": [Link(text, href, _is_at(here, href)) for text, href in sections],
        "modern": [
            Link(contract.name, href, _is_at(here, href)) for contract, href in listed if not contract.is_legacy
        ],
        "legacy": [Link(contract.context, href, _is_at(here, href)) for contract, href in listed if contract.is_legacy],
        "trail": trail[:-1],
        "title": trail[-1].text if trail else "",
    }
    return render(request, f"registry/{template}.html", context | {"frame": around}, status=status)


def missing(request: HttpRequest, problem: str) -> HttpResponse:
    """The page for unknown names, with status 404."""
    return show(request, "missing", [Crumb("Not found", "")], {"problem": problem}, status=404)


def _is_at(here: str, href: str) -> bool:
    return here == href or (href != places.overview() and here.startswith(f"{href}/"))
