"""The page of `tests.load.compiled` behind Granian: `VARIANT=fields|fragments|constant granian --interface asgi ...`."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from graphql import parse

from tests.load.compiled import PAGE, page, schema
from thriftshop.graphql.compiler import encoded, markers
from thriftshop.graphql.compiler.plans import Plan, definitions

VARIANT = os.environ.get("VARIANT", "fields")
SCHEMA = schema(page(20))
FRAGMENTS = encoded.Fragments() if VARIANT == "fragments" else None
if FRAGMENTS is not None:
    markers.encoded_once(SCHEMA, {"Product": lambda product, _context: product.id})
CONSTANT = b""
plans: dict[str, Plan] = {}


def plan(text: str) -> Plan:
    """The plan of a document."""
    if text not in plans:
        fragments, operations = definitions(parse(text))
        plans[text] = Plan(SCHEMA, fragments, operations[0])
    return plans[text]


async def answer(body: bytes) -> bytes:
    """The response to a request's body."""
    global CONSTANT
    request = orjson.loads(body)
    if VARIANT == "constant" and CONSTANT:
        return CONSTANT
    result: Any = plan(request["query"]).execute(None, None, {}, fragments=FRAGMENTS)
    CONSTANT = orjson.dumps({"data": result.data})
    return CONSTANT


async def app(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """The ASGI application."""
    if scope["type"] != "http":
        return
    message = await receive()
    body = await answer(message["body"])
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


__all__ = ["PAGE", "app"]
