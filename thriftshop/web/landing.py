"""The landing page: links to everything that this server offers."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from thriftshop import contexts
from thriftshop.contexts import Link

ADMIN = Link("Admin", "/admin/", "For staff: orders, products, stock, people, dead letters.")
READINESS = Link("Readiness", "/readyz", "Whether this process is ready, and the failed checks if it is not.")
METRICS = Link("Metrics", "/metrics", "For Prometheus: calls, events, lag, requests.")


def links() -> list[Link]:
    """The links of public contexts, the admin pages, the links of other contexts, the probes."""
    public: list[Link] = []
    internal: list[Link] = []
    for config in contexts.all_contexts():
        (public if config.is_public else internal).extend(config.landing_links())
    return [*public, *admins(), *internal, READINESS, METRICS]


def admins() -> list[Link]:
    """The admin of this process, and those of the processes that ADMINS names."""
    addresses = [ADMIN] if has_admin() else []
    return [*addresses, *(_admin_of(contexts.get(name), href) for name, href in settings.ADMINS.items())]


@lru_cache(maxsize=1)
def has_admin() -> bool:
    """Whether this process hosts a context that staff work with."""
    return any(config.has_admin for config in contexts.hosted())


def _admin_of(config: contexts.ContextConfig, href: str) -> Link:
    return Link(f"Admin: {str(config.verbose_name).lower()}", href, config.description or "Pages for staff.")


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The links and, in development, the demo accounts."""
    context = {
        "links": links(),
        "hosted": ", ".join(settings.CONTEXTS),
        "accounts": settings.DEMO_ACCOUNTS if settings.DEBUG else [],
    }
    return render(request, "landing.html", context)


@require_safe
def favicon(_: HttpRequest) -> HttpResponse:
    """Redirect to the shop's mark: browsers request this path for documents that cannot name an icon."""
    return redirect(static("thriftshop/mark.svg"))
