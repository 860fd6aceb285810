"""The messages of graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from thriftshop.graphql.live.connections import Close, bad_message

SUBPROTOCOL = "graphql-transport-ws"
MAX_ID = 128
# Which fields a message of a client must have; `payload` may be absent where it is not required.
WITH_ID = frozenset({"subscribe", "complete"})
TYPES = frozenset({"connection_init", "ping", "pong", *WITH_ID})
ACK = b'{"type":"connection_ack"}'
PING = b'{"type":"ping"}'


class BadMessage(Exception):
    """A message that the protocol does not allow."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.close: Close = bad_message(problem)


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a client."""

    type: str
    id: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)


def parse(text: str | None) -> Message:
    """The message in a frame; None stands for a binary frame. Raises BadMessage."""
    if text is None:
        raise BadMessage("Send text frames")
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadMessage("The message is not valid JSON") from None
    if not isinstance(content, dict):
        raise BadMessage("The message must be an object")
    type_, id_, payload = content.get("type"), content.get("id"), content.get("payload")
    if not isinstance(type_, str) or type_ not in TYPES:
        raise BadMessage(f"Invalid message type {str(type_)[:40]!r}")
    if type_ in WITH_ID and not (isinstance(id_, str) and 0 < len(id_) <= MAX_ID):
        raise BadMessage(f"`id` must be a string of 1 to {MAX_ID} characters")
    if not isinstance(payload, dict) and (payload is not None or type_ == "subscribe"):
        raise BadMessage("`payload` must be an object")
    if type_ == "subscribe":
        _check_request(payload or {})
    return Message(type_, str(id_) if type_ in WITH_ID else "", payload or {})


def _check_request(request: Mapping[str, Any]) -> None:
    """Check the types of a request's parameters; the text may be missing if the request names a persisted document."""
    text, extensions = request.get("query"), request.get("extensions")
    for name in ("variables", "extensions"):
        if not isinstance(request.get(name), dict | None):
            raise BadMessage(f"`{name}` must be an object")
    if not isinstance(request.get("operationName"), str | None):
        raise BadMessage("`operationName` must be a string")
    is_named = "documentId" in request or "persistedQuery" in (extensions or {})
    if not isinstance(text, str) and not (text is None and is_named):
        raise BadMessage("`query` must be a string")


def authorization(payload: Mapping[str, Any]) -> str:
    """The Authorization header's value in `connection_init`; the keys `authorization` and `token` in any case."""
    values = {key.lower(): value for key, value in payload.items() if isinstance(value, str)}
    token = values.get("token", "")
    return values.get("authorization", "") or (f"Bearer {token}" if token else "")


def pong(payload: Mapping[str, Any]) -> bytes:
    """The answer to a ping."""
    return orjson.dumps({"type": "pong", **({"payload": payload} if payload else {})})


def next_(operation_id: str, payload: bytes) -> bytes:
    """A result, which is encoded already."""
    return b'{"id":%s,"type":"next","payload":%s}' % (orjson.dumps(operation_id), payload)


def error(operation_id: str, errors: Sequence[Mapping[str, Any]]) -> bytes:
    """The errors of an operation that did not run; it ends the operation."""
    return orjson.dumps({"id": operation_id, "type": "error", "payload": errors})


def complete(operation_id: str) -> bytes:
    """The end of an operation."""
    return orjson.dumps({"id": operation_id, "type": "complete"})
