"""What Django answers; `/thrift` and `/graphql` are answered before Django (thriftshop/asgi.py)."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, include, path, re_path
from django.views.generic import RedirectView

from thriftshop import contexts
from thriftshop.processes import health
from thriftshop.rpc.http import endpoint as thrift
from thriftshop.web import landing


def _graphql() -> list[URLPattern]:
    """GraphQL where a schema is served; other processes do not load it."""
    if not settings.GRAPHQL_GATEWAY:
        return []
    from thriftshop.graphql import endpoint

    return [path(address.removeprefix("/"), endpoint.view) for address in endpoint.PATHS]


urlpatterns = [
    path("", thrift.posted_or(landing.landing)),
    # An ASGI server answers these before Django (thriftshop/asgi.py); `runserver` does not.
    re_path("^thrift(?:/.*)?$", thrift.view),
    *_graphql(),
    # Without an admin here, the landing page links to those of other processes.
    path("admin/", admin.site.urls if landing.has_admin() else RedirectView.as_view(url="/")),
    path("favicon.ico", landing.favicon),
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", health.metrics_view),
    *(path("", include(f"{config.name}.urls")) for config in contexts.hosted() if config.has("urls")),
]

handler500 = "thriftshop.database.disk.server_error"
