"""The landing page: what this server has, and where."""

from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from thriftshop import contexts


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
    inner = [*doors(), *_registry(), READINESS, METRICS]
    if not settings.GRAPHQL_GATEWAY:
        return inner
    from thriftshop.graphql import documents

    about = "The public API: browse, buy, watch, return."
    if documents.is_open():
        about += " Its explorer has examples and the schema."
    return [Link("GraphQL", "/graphql", about), *inner]


def doors() -> list[Link]:
    """The staff's doors: the one here, and those of the processes that ADMINS names."""
    own = [ADMIN] if has_admin() else []
    return [*own, *(_admin_of(contexts.get(name), href) for name, href in settings.ADMINS.items())]


@lru_cache(maxsize=1)
def has_admin() -> bool:
    """Whether this process hosts a context that staff work with."""
    return any(config.has_admin for config in contexts.hosted())


def _admin_of(config: contexts.ContextConfig, href: str) -> Link:
    return Link(f"Admin: {str(config.verbose_name).lower()}", href, config.description or "Pages for staff.")


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


@require_safe
def favicon(_: HttpRequest) -> HttpResponse:
    """Where the shop's mark is: browsers ask here where what they show is no page that could name it."""
    return redirect(static("thriftshop/mark.svg"))
