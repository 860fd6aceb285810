"""The addresses of contexts: those in SERVICES, else the host of the context's name; host names are resolved regularly."""

import ipaddress
import logging
import socket
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

log = logging.getLogger("thriftshop.rpc")
AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Address:
    """A host and port to connect to. `authority` is the name in the URL, which a mesh routes by."""

    host: str
    port: int
    authority: str


THIS_PROCESS = Address("", 0, "")


def urls_of(context: str) -> tuple[str, ...]:
    """The URLs of a context."""
    return tuple(settings.SERVICES.get(context) or (f"http://{context}",))


class Directory:
    """The addresses of some URLs, resolved in the background, so that only the first call waits; without URLs, this process."""

    def __init__(self, urls: tuple[str, ...]) -> None:
        self._urls = urls
        self._lock = threading.Lock()
        self._lookup: Future[frozenset[Address]] | None = None
        self._fixed = all(_is_ip(urlsplit(url).hostname or "") for url in urls)
        self._due = 0.0
        self.current: frozenset[Address] | None = None
        if self._fixed:
            self.current = look_up(urls) if urls else frozenset({THIS_PROCESS})

    def refresh(self) -> "Future[frozenset[Address]] | None":
        """The lookup in progress, started if one is due; None if none is due."""
        if self._fixed or self._due > time.monotonic():
            return None
        with self._lock:
            if self._lookup is None:
                self._lookup = Future()
                threading.Thread(target=self._resolve, args=(self._lookup,), name="rpc-lookup", daemon=True).start()
            return self._lookup

    def _resolve(self, lookup: "Future[frozenset[Address]]") -> None:
        try:
            addresses = look_up(self._urls)
            self._due = time.monotonic() + settings.RPC_LOOKUP_SECONDS
        except OSError as error:
            self._due = time.monotonic() + AGAIN_SECONDS
            # The known addresses stay in use while the name server does not answer.
            log.warning("lookup failed", extra={"urls": self._urls, "error": str(error)})
            addresses = self.current or frozenset()
        self.current = addresses or self.current
        with self._lock:
            self._lookup = None
        lookup.set_result(addresses)


def look_up(urls: tuple[str, ...]) -> frozenset[Address]:
    """The addresses behind these URLs now. Raises OSError where no name of them is known."""
    addresses: set[Address] = set()
    failure: OSError | None = None
    for url in urls:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
        try:
            addresses.update(Address(ip, port, parts.netloc) for ip in _ips(host))
        except OSError as error:
            failure = error
    if failure is not None and not addresses:
        raise failure
    return frozenset(addresses)


def _ips(host: str) -> list[str]:
    """A host's IPv4 addresses, or its IPv6 addresses if it has none."""
    if _is_ip(host):
        return [host]
    records = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    fours = [str(entry[4][0]) for entry in records if entry[0] == socket.AF_INET]
    return sorted(set(fours or [str(entry[4][0]) for entry in records]))


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def problem(url: str) -> str:
    """The problem of a URL in SERVICES; empty if there is none."""
    parts = urlsplit(url)
    try:
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        port_is_right = False
    if parts.scheme != "http" or not parts.hostname or not port_is_right:
        return f"{url!r} is not an address such as http://127.0.0.1:8101"
    if parts.path.strip("/") or parts.query or parts.username:
        return f"{url!r} must have a host and a port only"
    return ""
