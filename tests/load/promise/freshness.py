"""Freshness: a share of the writes is read back on another connection until it is visible; the age is counted from its answer.

The age is that of the first read that shows the write, when it was sent: a read sent at that age sees the change.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import orjson

from tests.load.promise import mix
from tests.load.promise.connections import Connection, Request
from tests.load.promise.generator import Generator

RETRY_SECONDS = 0.025
# A write that is not visible after this time is stale, on a machine of any speed.
STALE_SECONDS = 10.0
READ_BACK = mix.NUMBERS["read back"]

Data = dict[str, Any]


class Freshness:
    """The ages of writes by kind, and those that were never visible, or disappeared again."""

    def __init__(
        self, generator: Generator, outcome: Callable[[Request, int, bytes], tuple[int, Data | None]], every: int
    ) -> None:
        self.generator, self.outcome, self.every = generator, outcome, every
        self.ages: dict[str, array] = {}
        self.stale: list[str] = []
        self.writes = 0

    def follow(self, name: str, data: bytes, shows: Callable[[Data], bool], written: float, by: Connection) -> None:
        """Read a write back with this request until `shows` says so, if it is one of the sample."""
        self.writes += 1
        if self.writes % self.every == 0:
            request = Request(READ_BACK, data, self._take, (name, shows, written, by))
            self.generator.later(request, written, by)

    def _take(self, request: Request, status: int, body: bytes, done: float) -> None:
        name, shows, written, by = request.extra
        outcome, data = self.outcome(request, status, body)
        self.generator.recording.add(request, done, outcome)
        if data is not None and shows(data):
            self.ages.setdefault(name, array("d")).append(request.sent - written)
        elif data is not None and request.sent - written > STALE_SECONDS:
            self.stale.append(f"{name}: not visible {request.sent - written:.1f} s after it was acknowledged")
        elif data is not None or request.sent - written < STALE_SECONDS:
            again = Request(READ_BACK, request.data, self._take, request.extra)
            self.generator.later(again, done + RETRY_SECONDS, by)


def parsed(body: bytes) -> Data | None:
    """The answer as an object; None if it is none."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None
