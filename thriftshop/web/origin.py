"""The client's network address behind trusted proxies, which throttles use."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest


def client_address(headers: Mapping[str, str], peer: str) -> str:
    """The client's address behind as many trusted proxies as PROXIES says; entries of other proxies are ignored."""
    forwarded = [address.strip() for address in headers.get("x-forwarded-for", "").split(",") if address.strip()]
    proxies = settings.PROXIES
    return forwarded[-proxies] if 0 < proxies <= len(forwarded) else peer


def of(request: HttpRequest | None) -> str | None:
    """The client's address of a Django request; None without a request."""
    return client_address(request.headers, request.META.get("REMOTE_ADDR", "")) if request else None
