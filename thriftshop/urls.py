"""What Django answers; `/thrift` and `/graphql` are answered before Django (thriftshop/asgi.py)."""

import importlib.util

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, include, path, re_path
from django.views.generic import RedirectView

from thriftshop import health, landing
from thriftshop.rpc.http import endpoint as thrift


def _graphql() -> list[URLPattern]:
    """Where the gateway is; the others have no use for what it loads."""
    if not settings.GRAPHQL_GATEWAY:
        return []
    from thriftshop.graphql import endpoint

    return [path(one.removeprefix("/"), endpoint.view) for one in endpoint.PATHS]


urlpatterns = [
    path("", thrift.posted_or(landing.landing)),
    # Where a server speaks ASGI these are answered before Django (thriftshop/asgi.py); `runserver` does not.
    re_path("^thrift(?:/.*)?$", thrift.view),
    *_graphql(),
    # Where nothing is hosted that the staff look after, the landing page says where their doors are.
    path("admin/", admin.site.urls if landing.has_admin() else RedirectView.as_view(url="/")),
    # Browsers ask for it where what they show is no page that could name it.
    path("favicon.ico", landing.favicon),
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("", include("django_prometheus.urls")),
    *(
        path("", include(f"apps.{name}.urls"))
        for name in settings.CONTEXTS
        if importlib.util.find_spec(f"apps.{name}.urls")
    ),
]

handler500 = "thriftshop.disk.server_error"
