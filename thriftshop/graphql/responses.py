"""Whole responses to queries, stored as JSON until something that they were made of changes (`thriftshop.reads`).

A response is shared by all viewers of an audience unless the viewer was read. Then anonymous viewers share it, and that of
a customer is only for the same session.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from thriftshop.graphql import cost
from thriftshop.graphql.bounded import Bounded
from thriftshop.reads import Reads

MAX_RESPONSES = 20_000
MAX_BYTES = 64_000_000
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
    audience: str
    allowed_cost: int
    session: str = ""


class _Stored(NamedTuple):
    answer: Answer
    reads: Reads


class Responses:
    """The responses most recently used."""

    def __init__(self) -> None:
        self._stored: Bounded[Key, _Stored] = Bounded(MAX_RESPONSES, MAX_BYTES, "responses")

    def __len__(self) -> int:
        return len(self._stored)

    def get(self, key: Key, session: str | None) -> Answer | None:
        """The response of this key for this session, "" for none, if nothing that it was made of has changed."""
        stored = self._stored.get(key, _is_current)
        if session and (stored is None or stored.reads.is_personal):
            stored = self._stored.get(key._replace(session=session), _is_current)
        return None if stored is None or (stored.reads.is_personal and session is None) else stored.answer

    def put(self, key: Key, answer: Answer, reads: Reads, session: str | None) -> None:
        """Store a response, if all that was read is known to be unchanged until it is reported.

        A response for which nothing was read may depend on anything, so it is not stored.
        """
        if reads.is_known and len(reads) and (session is not None or not reads.is_personal):
            if reads.is_personal and session:
                key = key._replace(session=session)
            size = 2 * len(answer.body) + len(key.variables) + BYTES_A_READ * len(reads)
            self._stored.put(key, _Stored(answer, reads), size)


def _is_current(stored: _Stored) -> bool:
    return stored.reads.are_current()


def key_of(plan: int, variables: Mapping[str, Any], origin: str, audience: str) -> Key | None:
    """The key of the response to a query; None if its variables are not JSON."""
    try:
        return Key(plan, orjson.dumps(variables), origin, audience, cost.allowed())
    except TypeError:
        return None
