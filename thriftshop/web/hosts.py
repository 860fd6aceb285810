"""Validates the Host header of requests outside of Django against ALLOWED_HOSTS, as Django does."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

LOCAL = (".localhost", "127.0.0.1", "[::1]")  # Django's default with DEBUG
# Services are called by the name of their context, with the suffixes of Kubernetes' DNS.
SUFFIXES = ("", ".svc", ".svc.cluster.local")


def problem(headers: Mapping[str, str], *, of_services: bool = False) -> str:
    """The problem with a request's host, or an empty string; header names are lower-case.

    `of_services` also allows the hosts that services use among themselves.
    """
    host = headers.get("x-forwarded-host", "") if settings.USE_X_FORWARDED_HOST else ""
    host = host or headers.get("host", "")
    allowed = tuple(settings.ALLOWED_HOSTS) or (LOCAL if settings.DEBUG else ())
    if _is_allowed(host, allowed):
        return ""
    urls = tuple(url for addresses in settings.SERVICES.values() for url in addresses)
    if of_services and _is_allowed(host, _of_services(urls)):
        return ""
    return f"Invalid Host header {host[:100]!r}. If the host is this shop's, add it to ALLOWED_HOSTS."


@lru_cache(maxsize=1_000)
def _is_allowed(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, list(allowed))


@lru_cache(maxsize=4)
def _of_services(urls: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts that services use among themselves."""
    hostnames = [urlsplit(url).hostname or "" for url in urls]
    dns_names = [f"{name}{suffix}" for name in settings.ALL_CONTEXTS for suffix in SUFFIXES]
    return (*dns_names, *(f"[{name}]" if ":" in name else name for name in hostnames if name))
