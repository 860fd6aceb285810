"""The landing page: what this server has, and where."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

LINKS = [
    {
        "name": "GraphQL",
        "href": "/graphql",
        "about": "The public API: browse, buy, watch, return. An explorer in development.",
    },
    {
        "name": "Admin",
        "href": "/admin/",
        "about": "The staff's door: products, stock, orders, customers, dead letters.",
    },
    {"name": "Readiness", "href": "/readyz", "about": "Whether this process is ready, with reasons where it is not."},
    {"name": "Metrics", "href": "/metrics", "about": "What Prometheus reads: calls, events, lag, requests."},
]


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What is where, and in development the accounts to try."""
    contexts = [name for name in settings.CONTEXTS if name != "gateway"]
    accounts = settings.DEMO_ACCOUNTS if settings.DEBUG else []
    return render(request, "landing.html", {"links": LINKS, "contexts": contexts, "accounts": accounts})
