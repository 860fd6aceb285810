"""What Django answers; `/graphql` is answered before Django (thriftshop/asgi.py)."""

import importlib.util

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

from thriftshop import health, landing
from thriftshop.graphql import endpoint

urlpatterns = [
    path("", landing.landing),
    # Where a server speaks ASGI this is answered before Django (thriftshop/asgi.py); `runserver` does not.
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
