"""Synthetic requests to the canary, for a verdict while it gets too few from people."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from thriftshop.kubernetes.canary.kubernetes_api import Api, Refused, Unreachable
from thriftshop.kubernetes.canary.verdicts import Probed

ROUNDS = 5
"""How many times each request is sent for one verdict."""
TIMEOUT_SECONDS, SLOW_SECONDS = 5.0, 0.5


class Request(NamedTuple):
    """A request, and what its answer must contain and must not."""

    path: str
    body: str = ""
    contains: str = ""
    excludes: str = ""


READY = Request("/readyz")
# GraphQL answers 200 to operations that fail.
GRAPHQL = Request("/graphql", '{"query": "{ __typename }"}', '"__typename"', '"errors"')
Send = Callable[[str, bytes | None], bytes]
"""Sends a request to a path, with or without a body, and returns the answer. Raises OSError for every failure."""


def requests_of(file: str, *, is_public: bool) -> list[Request]:
    """The requests of a file with a JSON object per line, or those of every context. Raises ValueError."""
    if not file:
        return [READY, GRAPHQL] if is_public else [READY]
    lines = [line for line in Path(file).read_text("utf-8").splitlines() if line.strip()]
    try:
        return [READY, *(Request(**json.loads(line)) for line in lines)]
    except TypeError as error:
        raise ValueError(
            f"{file}: each line is an object with path, and body, contains, excludes as needed."
        ) from error


def probe(requests: Sequence[Request], send: Send, rounds: int = ROUNDS) -> Probed:
    """Send all requests in some rounds."""
    failures = [problem for _ in range(rounds) for request in requests if (problem := _problem(request, send))]
    return Probed(rounds * len(requests), tuple(failures))


def _problem(request: Request, send: Send) -> str:
    began = time.monotonic()
    try:
        text = send(request.path, request.body.encode() or None).decode(errors="replace")
    except OSError as error:
        return f"the probe of {request.path} failed: {error}"
    seconds = time.monotonic() - began
    if request.contains not in text or (request.excludes and request.excludes in text):
        return f"the probe of {request.path} was answered with {text[:200]!r}"
    return f"the probe of {request.path} took {seconds:.2f} s" if seconds > SLOW_SECONDS else ""


def directly(address: str) -> Send:
    """Send to an address that this process reaches."""

    def send(path: str, body: bytes | None) -> bytes:
        headers = {"Content-Type": "application/json"} if body else {}
        request = urllib.request.Request(f"{address.rstrip('/')}{path}", body, headers)  # noqa: S310 - the operator's address
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return bytes(answer.read())
        except http.client.HTTPException as error:
            raise OSError(str(error) or type(error).__name__) from error

    return send


def by_api_server(api: Api, namespace: str, service: str) -> Send:
    """Send through the API server, from outside of the cluster."""
    base = f"/api/v1/namespaces/{namespace}/services/http:{service}:http/proxy"

    def send(path: str, body: bytes | None) -> bytes:
        try:
            return api.raw("POST" if body else "GET", f"{base}{path}", body)
        except (Refused, Unreachable) as error:
            raise OSError(str(error)) from error

    return send
