"""The client's network address behind trusted proxies, which throttles use."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest


def client_address(headers: Mapping[str, str], peer: str) -> str:
    """The client's address behind as many trusted proxies as PROXIES says; entries of other proxies are ignored."""
    forwarded = [address.strip() for address in headers.get("x-forwarded-for", "").split(",") if address.strip()]
    proxies = settings.PROXIES
    return forwarded[-proxies] if 0 < proxies <= len(forwarded) else peer


@lru_cache(maxsize=10_000)
def network(address: str) -> str:
    """What identifies a client: an IPv4 address, or the /64 network of an IPv6 address, any of which a client may use."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed), 64), strict=False))


def of(request: HttpRequest | None) -> str | None:
    """The client's address of a Django request; None without a request."""
    return client_address(request.headers, request.META.get("REMOTE_ADDR", "")) if request else None
