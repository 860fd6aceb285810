"""The context of a call: who calls, on whose behalf, until when, and under which trace."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any, NamedTuple

from thriftshop import clock


class CallContext(NamedTuple):
    """What travels with a call beside its arguments. An empty string means that a value is not known."""

    caller: str = ""  # the service that calls: `gateway`
    viewer: str = ""  # the viewer token: signed, short-lived, for one audience
    traceparent: str = ""  # W3C trace context
    deadline: float | None = None  # on time.monotonic()'s scale
    occurred_at: int | None = None  # the original date of imported data; milliseconds
    causation: str = ""  # the id of the event that caused the call
    variant: str = ""  # active experiment variants
    operation: Any = (
        ""  # what is being done, for log lines: a method or the name of a consumer group; it stays in the process
    )
    trace: Any = None  # what this process records of the trace (thriftshop.telemetry.spans); it stays in the process

    def under(self, traceparent: str, trace: Any) -> "CallContext":
        """This context under another span. Spans begin all the time: it is `_replace`, three times as fast."""
        caller, viewer, _, deadline, occurred_at, causation, variant, operation, _ = self
        values = (caller, viewer, traceparent, deadline, occurred_at, causation, variant, operation, trace)
        return tuple.__new__(CallContext, values)


EMPTY = CallContext()
_current: ContextVar[CallContext] = ContextVar("call_context", default=EMPTY)


# Replace the call context until `leave` restores it, for code that cannot be a `with` block. Bound methods, because they are
# called for every span.
enter: Callable[[CallContext], Token[CallContext]] = _current.set
leave: Callable[[Token[CallContext]], None] = _current.reset


def current() -> CallContext:
    """The current call context."""
    return _current.get()


@contextmanager
def using(**changes: Any) -> Iterator[CallContext]:
    """Change the call context for a block: `with using(caller="trade", occurred_at=moment): ...`."""
    token = _current.set(_current.get()._replace(**changes))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


@contextmanager
def half_the_time() -> Iterator[None]:
    """Give optional calls half of the time that is left, so that the answer has the rest."""
    deadline = _current.get().deadline
    now = time.monotonic()
    with using(deadline=None if deadline is None else now + max(deadline - now, 0.0) / 2):
        yield


def happened_at() -> int:
    """The moment to record as `occurred_at`: the original date of imported data, otherwise now; milliseconds."""
    occurred_at = _current.get().occurred_at
    return clock.now() if occurred_at is None else occurred_at


@contextmanager
def within(context: CallContext) -> Iterator[None]:
    """Replace the call context for a block."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)
