"""Pictures over HTTP: content that never changes under its address, with what lets browsers and proxies keep it."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from idl import catalog, common
from thriftshop.rpc.errors import RpcError

log = logging.getLogger("thriftshop.media")
Fetch = Callable[[str], catalog.MediaFile]
PATH = "media/<path:name>"
FOREVER = "public, max-age=31536000, immutable"
# A drawing opened by itself may neither run anything nor fetch anything.
POLICY = "default-src 'none'; sandbox"
MOST_BYTES = 16 * 1024 * 1024
KEPT_SECONDS = 300


class Cache:
    """The files that were asked for last, for as long as they fit and are not long removed."""

    def __init__(self, fetch: Fetch, most_bytes: int = MOST_BYTES) -> None:
        self._fetch, self._most_bytes = fetch, most_bytes
        self._kept: OrderedDict[str, tuple[float, catalog.MediaFile]] = OrderedDict()
        self._bytes, self._lock = 0, Lock()

    def get(self, name: str) -> catalog.MediaFile:
        """The file of a name. Raises common.NotFound."""
        with self._lock:
            kept = self._kept.pop(name, None)
            if kept is not None:
                self._bytes -= len(kept[1].content)
                if kept[0] > time.monotonic():
                    self._keep(name, *kept)
                    return kept[1]
        found = self._fetch(name)
        with self._lock:
            if name not in self._kept:
                self._keep(name, time.monotonic() + KEPT_SECONDS, found)
        return found

    def _keep(self, name: str, until: float, file: catalog.MediaFile) -> None:
        self._kept[name] = until, file
        self._bytes += len(file.content)
        while self._bytes > self._most_bytes:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._bytes -= len(oldest.content)


def route(fetch: Fetch) -> URLPattern:
    """The address at which a process serves the files that `fetch` gives by their names."""

    @require_safe
    def view(request: HttpRequest, name: str) -> HttpResponseBase:
        try:
            return _response(request, fetch(name))
        except common.NotFound:
            return _problem(404, "There is no such file.")
        except RpcError as problem:
            log.warning("picture not served", extra={"problem": type(problem).__name__, "file": name})
            return _problem(503, "Pictures cannot be had now; try again in a moment.", **{"Retry-After": "1"})

    return path(PATH, view)


def _problem(status: int, message: str, **headers: str) -> HttpResponse:
    return HttpResponse(f"{message}\n", status=status, content_type="text/plain", headers=headers)


def _response(request: HttpRequest, file: catalog.MediaFile) -> HttpResponseBase:
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
