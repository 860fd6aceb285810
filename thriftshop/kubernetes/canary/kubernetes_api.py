"""A small client of the Kubernetes API: objects are read, made, changed and deleted by their paths."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from thriftshop.kubernetes.canary.kubeconfig import Access

Object = dict[str, Any]
SECONDS = 30.0
ATTEMPTS = 4
PAUSE_SECONDS = 1.0
# The answers after which the same request may succeed.
TRANSIENT = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
MERGE, JSON_PATCH = "application/merge-patch+json", "application/json-patch+json"
MANAGER = "thriftshop-canary"


class Refused(Exception):
    """The API server refused a request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Conflict(Refused):
    """Something was changed, or exists already."""


class Unreachable(Exception):
    """The API server does not answer."""


class Api:
    """An API server."""

    def __init__(self, access: Access, pause_seconds: float = PAUSE_SECONDS) -> None:
        self.access = access
        self._pause = pause_seconds

    def get(self, path: str) -> Object | None:
        """An object; None if there is none."""
        try:
            return self.request("GET", path)
        except Refused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def create(self, path: str, content: Object) -> Object:
        """Make an object. Raises Conflict if there is one of its name."""
        return self.request("POST", f"{path}?fieldManager={MANAGER}", content)

    def merge(self, path: str, changes: Object) -> Object:
        """Change fields of an object; null removes one."""
        return self.request("PATCH", f"{path}?fieldManager={MANAGER}", changes, MERGE)

    def change(self, path: str, operations: Sequence[Object]) -> Object:
        """Change an object by a JSON Patch. Raises Conflict if one of its tests fails."""
        return self.request("PATCH", f"{path}?fieldManager={MANAGER}", list(operations), JSON_PATCH)

    def delete(self, path: str) -> None:
        """Delete an object and what depends on it; nothing if there is none."""
        try:
            self.request("DELETE", path, {"propagationPolicy": "Background"})
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise

    def request(self, method: str, path: str, content: Any = None, kind: str = "application/json") -> Object:
        """The answer to a request, which is sent again after transient errors. Raises Refused or Unreachable."""
        return dict(json.loads(self.raw(method, path, json.dumps(content).encode() if content else None, kind) or "{}"))

    def raw(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> bytes:
        """The bytes of the answer."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._sent(method, path, body, kind)
            except Refused as refused:
                if refused.status not in TRANSIENT or attempt == ATTEMPTS:
                    raise
            except (OSError, http.client.HTTPException) as error:
                if attempt == ATTEMPTS:
                    raise Unreachable(f"{self.access.server} does not answer: {error}") from error
            time.sleep(self._pause * attempt)
        raise AssertionError("unreachable")

    def _sent(self, method: str, path: str, body: bytes | None, kind: str) -> bytes:
        headers = {"Accept": "application/json", **({"Content-Type": kind} if body is not None else {})}
        if token := self.access.bearer():
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(f"{self.access.server}{path}", body, headers, method=method)  # noqa: S310 - the operator's
        try:
            with urllib.request.urlopen(request, timeout=SECONDS, context=self.access.tls) as answer:  # noqa: S310
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise _refused(error.code, error.read()) from None


def _refused(status: int, body: bytes) -> Refused:
    try:
        content: Mapping[str, Any] = json.loads(body)
        message, details = str(content["message"]), content.get("details") or {}
    except (ValueError, KeyError, TypeError):
        message, details = body.decode(errors="replace")[:500], {"causes": ["unknown"]}
    # An invalid object has causes; a JSON Patch whose test fails has none.
    is_failed_test = status == HTTPStatus.UNPROCESSABLE_ENTITY and not details.get("causes")
    return (Conflict if status == HTTPStatus.CONFLICT or is_failed_test else Refused)(status, message)
