"""Who may look: everybody where REGISTRY_OPEN says so (development does), staff who are logged in elsewhere."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]


def is_open() -> bool:
    """Whether anybody may look: as REGISTRY_OPEN says, or as DEBUG does where it says nothing."""
    return settings.DEBUG if settings.REGISTRY_OPEN is None else settings.REGISTRY_OPEN


def page(view: View) -> View:
    """A page for people: who may not look is sent to log in."""

    @require_safe
    @functools.wraps(view)
    def guarded(request: HttpRequest, **found: Any) -> HttpResponse:
        if not _may_look(request):
            return _private(redirect_to_login(request.get_full_path(), "/admin/login/"))
        return _private(view(request, **found))

    return guarded


def file(view: View) -> View:
    """A file for machines: who may not look is told so."""

    @require_safe
    @functools.wraps(view)
    def guarded(request: HttpRequest, **found: Any) -> HttpResponse:
        if not _may_look(request):
            refusal = (
                "The registry is open to staff who are logged in at /admin/, and to all where REGISTRY_OPEN=yes.\n"
            )
            return _private(HttpResponse(refusal, status=403, content_type="text/plain; charset=utf-8"))
        return _private(view(request, **found))

    return guarded


def _may_look(request: HttpRequest) -> bool:
    return is_open() or (request.user.is_active and request.user.is_staff)


def _private(response: HttpResponse) -> HttpResponse:
    """What one may see another may not: it is asked for again each time, and kept by nobody in between."""
    if not is_open():
        patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, private=True, no_cache=True)
    return response
