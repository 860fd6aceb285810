"""Access to the registry: everybody with REGISTRY_OPEN (the default in development), otherwise staff who are logged in."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]
REFUSAL = "The registry is open to staff who are logged in at /admin/, and to all where REGISTRY_OPEN=yes.\n"


def is_open() -> bool:
    """Whether the registry is public: REGISTRY_OPEN, or DEBUG where that is not set."""
    return settings.DEBUG if settings.REGISTRY_OPEN is None else settings.REGISTRY_OPEN


def page(view: View) -> View:
    """A page for people: others are sent to log in."""
    return _guarded(view, lambda request: redirect_to_login(request.get_full_path(), "/admin/login/"))


def file(view: View) -> View:
    """A file for machines: others are refused with 403."""
    return _guarded(view, lambda _: HttpResponse(REFUSAL, status=403, content_type="text/plain; charset=utf-8"))


def _guarded(view: View, otherwise: Callable[[HttpRequest], HttpResponse]) -> View:
    @require_safe
    @functools.wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        return _private(view(request, **arguments) if _may_view(request) else otherwise(request))

    return guarded


def _may_view(request: HttpRequest) -> bool:
    return is_open() or (request.user.is_active and request.user.is_staff)


def _private(response: HttpResponse) -> HttpResponse:
    """Mark a response as private, to be revalidated each time: others may not see it."""
    if not is_open():
        patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, private=True, no_cache=True)
    return response
