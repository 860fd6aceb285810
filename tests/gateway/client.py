"""A client of the public API in tests: the real endpoint, from the request's bytes to the answer's."""

import gc
import time
from typing import Any

import orjson
from asgiref.sync import async_to_sync

from thriftshop.graphql import endpoint
from thriftshop.graphql.http import Response
from thriftshop.graphql.requests import Incoming

JSON = "application/json"


def send(body: Any, token: str = "", method: str = "POST", query: str = "", **headers: str) -> Response:
    """The endpoint's response to a body (bytes as they are, anything else as JSON)."""
    sent = {"content-type": JSON, "accept": JSON} | {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        sent["authorization"] = f"Bearer {token}"
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return async_to_sync(endpoint.handle)(Incoming(method, sent, query, content, "192.0.2.7"))


def work(document: str) -> tuple[float, dict[str, Any]]:
    """How many seconds of a processor an operation took, and its answer."""
    seconds, response = work_on(orjson.dumps({"query": document}))
    return seconds, orjson.loads(response.body)


def work_on(body: bytes) -> tuple[float, Response]:
    """How many seconds of a processor a request took, and its response.

    Only those of the two threads that work on it: what others do on the machine, or in this process, does not count.
    """
    incoming = Incoming("POST", {"content-type": JSON, "accept": JSON}, "", body, "::1")

    async def handled() -> tuple[float, Response]:
        started = time.thread_time()
        response = await endpoint.handle(incoming)
        return time.thread_time() - started, response

    collects = gc.isenabled()
    gc.disable()  # what others left behind is not swept up at this operation's cost
    try:
        started = time.thread_time()
        endpoints, response = async_to_sync(handled)()
        return endpoints + time.thread_time() - started, response
    finally:
        if collects:
            gc.enable()


def ask(document: str, token: str = "", **variables: Any) -> dict[str, Any]:
    """The whole answer to an operation."""
    answer: dict[str, Any] = orjson.loads(send({"query": document, "variables": variables}, token).body)
    return answer


def data(document: str, token: str = "", **variables: Any) -> dict[str, Any]:
    """The data of an operation that is expected to succeed."""
    return ask_for(document, token, variables)


def ask_for(document: str, token: str, variables: dict[str, Any]) -> dict[str, Any]:
    """As `data`, with variables of any name."""
    answer: dict[str, Any] = orjson.loads(send({"query": document, "variables": variables}, token).body)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]
    return found


def code(document: str, token: str = "", **variables: Any) -> str:
    """The code of the first error of an operation that is expected to fail."""
    return str(ask(document, token, **variables)["errors"][0]["extensions"]["code"])
