"""Where a request comes from, past the proxies that stand in front: what logins are slowed down by."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest


def client_address(headers: Mapping[str, str], peer: str) -> str:
    """The client's address: past as many proxies as the setting PROXIES says; what further ones claim is not believed."""
    passed = [one.strip() for one in headers.get("x-forwarded-for", "").split(",") if one.strip()]
    proxies = settings.PROXIES
    return passed[-proxies] if 0 < proxies <= len(passed) else peer


def of(request: HttpRequest | None) -> str | None:
    """The client's address of a request to Django; None where there is no request."""
    return client_address(request.headers, request.META.get("REMOTE_ADDR", "")) if request else None
