"""The landing page: what this server has, and where."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thriftshop.graphql import documents


class Link(NamedTuple):
    """A place of this server."""

    name: str
    href: str
    about: str


ADMIN = Link("Admin", "/admin/", "The staff's door: orders, products, stock, people, dead letters.")
READINESS = Link("Readiness", "/readyz", "Whether this process is ready, with reasons where it is not.")
METRICS = Link("Metrics", "/metrics", "What Prometheus reads: calls, events, lag, requests.")


def links() -> list[Link]:
    """What is served here; GraphQL only where this process hosts the gateway."""
    inner = [ADMIN, *_registry(), READINESS, METRICS]
    if not settings.GRAPHQL_GATEWAY:
        return inner
    about = "The public API: browse, buy, watch, return."
    if documents.is_open():
        about += " Its explorer has examples and the schema."
    return [Link("GraphQL", "/graphql", about), *inner]


def _registry() -> list[Link]:
    about = "Every contract: services, types, events, the GraphQL schema; and what runs now."
    return [Link("Registry", settings.REGISTRY_URL, about)] if settings.REGISTRY_URL else []


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What is where, and in development the accounts to try."""
    shown = {
        "links": links(),
        "hosted": ", ".join(settings.CONTEXTS),
        "accounts": settings.DEMO_ACCOUNTS if settings.DEBUG else [],
    }
    return render(request, "landing.html", shown)
