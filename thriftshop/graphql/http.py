"""GraphQL over HTTP, by its specification: accepted requests, and the status and media type of their responses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from thriftshop.graphql import errors, limits, media_types, operation_metrics, persisted
from thriftshop.graphql.documents import is_open
from thriftshop.graphql.errors import BAD_REQUEST, RequestRefused
from thriftshop.graphql.execution import Operation
from thriftshop.graphql.requests import Incoming
from thriftshop.graphql.responses import Answer
from thriftshop.web import csp, request_body

ALLOWED = "GET, POST"
BASE_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": csp.NOTHING,
    "vary": "Accept",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Response:
    """A response, independent of the server."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    # The compressed forms of the body by encoding: a body that is sent again is compressed once.
    encodings: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operations:
    """The operations of a request, or their refusals, and the media type of the response."""

    operations: list[Operation | RequestRefused]
    batched: bool
    media_type: str


def media_type(incoming: Incoming) -> str:
    """The media type of the response. Raises RequestRefused if the client accepts none of them."""
    offered: tuple[str, ...] = (media_types.JSON, media_types.RESPONSE)
    if incoming.method == "GET" and not incoming.query and is_open():
        offered = (*offered, media_types.HTML)
    chosen = media_types.chosen(incoming.headers.get("accept", ""), offered)
    if chosen is None:
        raise RequestRefused(BAD_REQUEST, f"Accept {media_types.RESPONSE} or {media_types.JSON}.", status=406)
    return chosen


def read(incoming: Incoming, media_type: str) -> Operations:
    """Read a request. Raises RequestRefused if it is not a valid request of GraphQL over HTTP."""
    if incoming.method == "GET":
        return Operations([operation(_of_get(incoming.query))], False, media_type)
    if incoming.method != "POST":
        raise RequestRefused(BAD_REQUEST, f"Send a POST, not a {incoming.method[:20]}. Allowed: {ALLOWED}.", status=405)
    body = json_body(incoming)
    if isinstance(body, list):
        limits.check_batch(body)
        return Operations([_of_batch(item) for item in body], True, media_type)
    return Operations([operation(body)], False, media_type)


def json_body(incoming: Incoming) -> Any:
    """The JSON document of a request's body. Raises RequestRefused."""
    if request_body.is_encoded(incoming.headers):
        raise RequestRefused(BAD_REQUEST, request_body.ENCODED, status=415)
    if not media_types.is_json(incoming.headers.get("content-type", "")):
        raise RequestRefused(BAD_REQUEST, "Send the body as application/json in UTF-8.", status=415)
    limits.check_body(len(incoming.body))
    return read_json(incoming.body, "The body")


def _of_batch(item: Any) -> Operation | RequestRefused:
    """An operation of a batch, or its refusal; the other operations of the batch run."""
    try:
        return operation(item)
    except RequestRefused as refusal:
        return refusal


def _of_get(query: str) -> dict[str, Any]:
    """The parameters of a GET, which names a persisted document unless the schema is open."""
    content = from_query(query)
    if not is_open() and (content.get("query") or persisted.id_of(content) is None):
        message = "GET is for persisted documents: send `documentId` without `query`, or send a POST."
        raise RequestRefused(BAD_REQUEST, message, status=405)
    return content


def from_query(query: str) -> dict[str, Any]:
    """The parameters in a URL. Raises RequestRefused."""
    if len(query) > 100_000:
        raise RequestRefused("LIMIT_BODY", "The address is too long; send a POST.", status=414)
    try:
        content: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=20, errors="strict"))
    except (ValueError, UnicodeDecodeError):
        raise RequestRefused(BAD_REQUEST, "The URL's query string is invalid.") from None
    for name in ("variables", "extensions"):
        if content.get(name):
            content[name] = read_json(content[name], f"`{name}`")
    return content


def read_json(text: bytes | str, noun: str) -> Any:
    """A JSON document. Raises RequestRefused, naming what is not valid."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestRefused(BAD_REQUEST, f"{noun} is not valid JSON: {error}.") from None


def operation(content: Any) -> Operation:
    """An operation of a request. Raises RequestRefused, naming what is missing or has the wrong type."""
    if not isinstance(content, dict):
        raise RequestRefused(BAD_REQUEST, 'The body must be an object: {"query": "...", "variables": {}}.')
    text, name, variables = persisted.text_of(content), content.get("operationName"), content.get("variables")
    if not isinstance(text, str) or not text.strip():
        raise RequestRefused(BAD_REQUEST, "`query` is missing: send the document as a string, or its `documentId`.")
    if not isinstance(name, str | None):
        raise RequestRefused(BAD_REQUEST, "`operationName` must be a string.")
    for parameter in ("variables", "extensions"):
        if not isinstance(content.get(parameter) or {}, dict) or content.get(parameter) in ([], 0, False):
            raise RequestRefused(BAD_REQUEST, f"`{parameter}` must be an object.")
    limits.check_values(variables or {})
    return Operation(text, variables or {}, name or None)


def answer(answer: Answer, media_type: str) -> Response:
    """The response with the result of an operation."""
    content_type = {"content-type": f"{media_type}; charset=utf-8"}
    return Response(200, answer.body, {**BASE_HEADERS, **content_type}, answer.encodings)


def json_response(content: Any, media_type: str, status: int = 200, **headers: str) -> Response:
    """A response with this content as JSON."""
    content_type = {"content-type": f"{media_type}; charset=utf-8"}
    return Response(status, orjson.dumps(content), {**BASE_HEADERS, **content_type, **headers})


def refusal_response(refusal: RequestRefused, media_type: str) -> Response:
    """The response to a refused request. As application/json an error within the document has status 200 (the specification)."""
    within_document = refusal.status == 400 and (refusal.errors[0].extensions or {}).get("code") != BAD_REQUEST
    status = 200 if within_document and media_type == media_types.JSON else refusal.status
    headers = {"www-authenticate": "Bearer"} if refusal.status == 401 else {}
    if refusal.status == 405:
        headers["allow"] = ALLOWED
    if refusal.status == 429:
        headers["retry-after"] = str((refusal.errors[0].extensions or {})["retryAfter"])
    if refusal.status == 415:
        headers["accept-encoding"] = "identity"
    formatted = errors.formatted(refusal.errors)
    operation_metrics.refused(formatted)
    return json_response({"errors": formatted}, media_type, status, **headers)
