"""What travels with a call beside its arguments: who, on whose behalf, until when, and under which trace."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from thriftshop import clock


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The circumstances of what is being done here. Empty strings stand for "not known"."""

    caller: str = ""  # the service that calls: `gateway`
    viewer: str = ""  # the signed statement of who the viewer is
    traceparent: str = ""  # W3C trace context
    deadline: float | None = None  # on time.monotonic()'s scale
    occurred_at: int | None = None  # when what is being done really happened, for imports; milliseconds
    causation: str = ""  # the id of the event that this follows from
    variant: str = ""  # experiment variants in force


NOTHING_KNOWN = Circumstances()
_current: ContextVar[Circumstances] = ContextVar("circumstances", default=NOTHING_KNOWN)


def current() -> Circumstances:
    """The circumstances in force here."""
    return _current.get()


@contextmanager
def using(**changes: Any) -> Iterator[Circumstances]:
    """Puts changed circumstances in force for a block: `with using(caller="trade", occurred_at=moment): ...`."""
    token = _current.set(replace(_current.get(), **changes))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


@contextmanager
def half_the_time() -> Iterator[None]:
    """For calls that can be done without: they get half of the time that is left, so that the answer has the rest."""
    deadline = _current.get().deadline
    now = time.monotonic()
    with using(deadline=None if deadline is None else now + max(deadline - now, 0.0) / 2):
        yield


def happened_at() -> int:
    """The moment to record as `occurred_at`: the import's own date where there is one, now otherwise."""
    occurred_at = _current.get().occurred_at
    return clock.now() if occurred_at is None else occurred_at


@contextmanager
def within(circumstances: Circumstances) -> Iterator[None]:
    """Puts exactly these circumstances in force for a block."""
    token = _current.set(circumstances)
    try:
        yield
    finally:
        _current.reset(token)
