"""Files over HTTP whose content never changes under its address, with headers that let browsers and proxies cache them."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from idl import common
from thriftshop.rpc.errors import RpcError

log = logging.getLogger("thriftshop.media")
PATH = "media/<path:name>"
FOREVER = "public, max-age=31536000, immutable"
# An SVG opened on its own may neither run scripts nor load anything.
POLICY = "default-src 'none'; sandbox"
MAX_BYTES = 16 * 1024 * 1024
CACHE_SECONDS = 300


class File(Protocol):
    """A file as a contract returns it."""

    content: bytes
    content_type: str
    digest: str


Fetch = Callable[[str], File]


class Cache:
    """The most recently requested files, up to a total size, each for a limited time."""

    def __init__(self, fetch: Fetch, max_bytes: int = MAX_BYTES) -> None:
        self._fetch, self._max_bytes = fetch, max_bytes
        self._cached: OrderedDict[str, tuple[float, File]] = OrderedDict()
        self._bytes, self._lock = 0, Lock()

    def get(self, name: str) -> File:
        """The file of a name. Raises common.NotFound."""
        with self._lock:
            cached = self._cached.pop(name, None)
            if cached is not None:
                self._bytes -= len(cached[1].content)
                if cached[0] > time.monotonic():
                    self._keep(name, *cached)
                    return cached[1]
        file = self._fetch(name)
        with self._lock:
            if name not in self._cached:
                self._keep(name, time.monotonic() + CACHE_SECONDS, file)
        return file

    def _keep(self, name: str, until: float, file: File) -> None:
        self._cached[name] = until, file
        self._bytes += len(file.content)
        while self._bytes > self._max_bytes:
            _, (_, oldest) = self._cached.popitem(last=False)
            self._bytes -= len(oldest.content)


def route(fetch: Fetch) -> URLPattern:
    """The URL pattern that serves the files that `fetch` returns by name."""

    @require_safe
    def view(request: HttpRequest, name: str) -> HttpResponseBase:
        try:
            return _response(request, fetch(name))
        except common.NotFound:
            return _problem(404, "There is no such file.")
        except RpcError as problem:
            log.warning("file not served", extra={"problem": type(problem).__name__, "file": name})
            return _problem(503, "The file is unavailable at the moment; try again soon.", **{"Retry-After": "1"})

    return path(PATH, view)


def _problem(status: int, message: str, **headers: str) -> HttpResponse:
    return HttpResponse(f"{message}\n", status=status, content_type="text/plain", headers=headers)


def _response(request: HttpRequest, file: File) -> HttpResponseBase:
    etag = f'"{file.digest}"'
    headers: dict[str, Any] = {
        "ETag": etag,
        "Cache-Control": FOREVER,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": POLICY,
        "Content-Length": str(len(file.content)),
    }
    body = b"" if request.method == "HEAD" else file.content
    response = HttpResponse(body, content_type=file.content_type, headers=headers)
    return get_conditional_response(request, etag=etag, response=response) or response
