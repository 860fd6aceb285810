"""Whole responses to anonymous queries, stored as JSON until something that they were made of changes (`thriftshop.reads`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from thriftshop.graphql import cost
from thriftshop.graphql.bounded import Bounded
from thriftshop.graphql.requests import Context
from thriftshop.reads import Reads

MAX_RESPONSES = 5_000
MAX_BYTES = 32_000_000
# What a key that was read takes in memory.
BYTES_A_READ = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to an operation as JSON, and its compressed forms by encoding, as far as they were needed."""

    body: bytes
    encodings: dict[str, bytes] = field(default_factory=dict)


class Key(NamedTuple):
    """What a response depends on, beside the data that is read: the plan, and what the request contributes."""

    plan: int
    variables: bytes
    origin: str
    allowed_cost: int


class _Stored(NamedTuple):
    answer: Answer
    reads: Reads


class Responses:
    """The responses most recently used."""

    def __init__(self) -> None:
        self._stored: Bounded[Key, _Stored] = Bounded(MAX_RESPONSES, MAX_BYTES, "responses")

    def __len__(self) -> int:
        return len(self._stored)

    def get(self, key: Key) -> Answer | None:
        """The response of this key, if nothing that it was made of has changed."""
        stored = self._stored.get(key, _is_current)
        return None if stored is None else stored.answer

    def put(self, key: Key, answer: Answer, reads: Reads) -> None:
        """Store a response, if all that was read is known to be unchanged until it is reported.

        A response for which nothing was read may depend on anything, so it is not stored.
        """
        if reads.is_known and len(reads):
            size = 2 * len(answer.body) + len(key.variables) + BYTES_A_READ * len(reads)
            self._stored.put(key, _Stored(answer, reads), size)


def _is_current(stored: _Stored) -> bool:
    return stored.reads.are_current()


def key_of(plan: int, variables: Mapping[str, Any], context: Context) -> Key | None:
    """The key of the response to a query; None if it is not for an anonymous viewer, or its variables are not JSON."""
    if context.viewer is not None or context.viewer_error is not None:
        return None
    try:
        return Key(plan, orjson.dumps(variables), context.origin, cost.allowed())
    except TypeError:
        return None
