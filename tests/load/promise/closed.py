"""A client that waits for each answer: for preparing the shop before the load, and reading it afterwards."""

from __future__ import annotations

import http.client
import threading
from typing import Any

import orjson

from tests.load.promise.http1 import Document

TIMEOUT_SECONDS = 60
_local = threading.local()


class Unexpected(Exception):
    """The shop answered something else than was expected."""


class Client:
    """Sends operations over one connection of this thread."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address

    def send(self, document: Document, token: str, /, **variables: object) -> dict[str, Any]:
        """The data of an answer. Raises Unexpected for one that has errors."""
        connection = self._connection()
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        connection.request("POST", "/graphql", document.body(**variables), headers)
        response = connection.getresponse()
        body = response.read()
        answer = orjson.loads(body) if response.status == 200 else {"errors": body[:500].decode(errors="replace")}
        if "errors" in answer:
            raise Unexpected(f"{response.status}: {answer['errors']}")
        return dict(answer["data"])

    def _connection(self) -> http.client.HTTPConnection:
        connections: dict[tuple[str, int], http.client.HTTPConnection] = _local.__dict__.setdefault("connections", {})
        if self.address not in connections:
            connections[self.address] = http.client.HTTPConnection(*self.address, timeout=TIMEOUT_SECONDS)
        return connections[self.address]

    def mutate(self, field: str, document: Document, token: str, values: dict[str, Any]) -> dict[str, Any]:
        """The result of a mutation. Raises Unexpected for a refusal."""
        result: dict[str, Any] = self.send(document, token, input=values)[field]
        if not result["__typename"].endswith("Success"):
            raise Unexpected(f"{field}: {result}")
        return result
