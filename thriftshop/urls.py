"""What Django answers; `/thrift` and `/graphql` are answered before Django (thriftshop/asgi.py)."""

import importlib.util

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path, re_path

from thriftshop import health, landing
from thriftshop.graphql import endpoint
from thriftshop.rpc.http import endpoint as thrift

urlpatterns = [
    path("", thrift.posted_or(landing.landing)),
    # Where a server speaks ASGI these are answered before Django (thriftshop/asgi.py); `runserver` does not.
    re_path("^thrift(?:/.*)?$", thrift.view),
    path("graphql", endpoint.view),
    path("admin/", admin.site.urls),
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("", include("django_prometheus.urls")),
    *(
        path("", include(f"apps.{name}.urls"))
        for name in settings.CONTEXTS
        if importlib.util.find_spec(f"apps.{name}.urls")
    ),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
