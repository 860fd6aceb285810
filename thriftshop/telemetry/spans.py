"""Spans: recorded cheaply for every trace, and exported for the traces that are kept.

A trace is kept if it is sampled, or if the part of it in this process was slow or has failed. That is known only at the end of
its local root, the first span of the trace in this process; until then its spans are a list in memory.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import Token
from typing import Any, NamedTuple

from thriftshop import call_context
from thriftshop.call_context import CallContext
from thriftshop.telemetry import tracing
from thriftshop.telemetry.allowances import Allowance

MAX_SPANS = 1_000
"""How many spans of a trace a process records; later ones are dropped."""
MAX_LINKS = 128

Attributes = Mapping[str, str | int | float | bool]
Description = tuple[str, Attributes]
Export = Callable[[Sequence["Span"]], None]


def is_fault(error: BaseException) -> bool:
    """Whether an exception is an error of the trace; a refusal that a contract declares is an answer like any other."""
    return isinstance(error, Exception) and not hasattr(error, "thrift_spec")


class Kind(NamedTuple):
    """Spans of one kind: OpenTelemetry's span kind, and what gives them a name and attributes if they are exported."""

    role: str  # SERVER, CLIENT, PRODUCER, CONSUMER or INTERNAL
    describe: Callable[["Span"], Description]
    is_failure: Callable[[BaseException], bool] = is_fault


class Recorder(NamedTuple):
    """Where the spans of kept traces go, and which traces are kept although they are not sampled."""

    export: Export
    slow_ns: int
    kept: Allowance
    """How many traces that are not sampled may be kept."""
    requested: Allowance
    """How many traces may be sampled because a client of the gateway says so."""


_recorder: Recorder | None = None


def record(recorder: Recorder | None) -> None:
    """Record spans from now on; nothing with None."""
    global _recorder
    _recorder = recorder


class Trace:
    """What this process records of a trace until its local root ends."""

    __slots__ = ("failure", "has_failed", "is_kept", "spans", "subject")

    def __init__(self, is_sampled: bool) -> None:
        self.is_kept = is_sampled
        self.has_failed = False
        self.failure = ""
        """The failure of the local root, if it ends without an exception."""
        self.spans: list[Span] | None = []
        self.subject: Any = None
        """What the local root is about, if that is known only after it has begun."""


class Span:
    """Something that takes time. As a context manager it is the parent of what happens in the block."""

    __slots__ = (
        "_token",
        "ended",
        "error",
        "here",
        "is_root",
        "kind",
        "links",
        "outcome",
        "started",
        "subject",
        "trace",
        "traceparent",
    )

    def __init__(self, kind: Kind, subject: Any, here: CallContext, links: Sequence[str] = ()) -> None:
        self.kind, self.subject, self.here, self.links = kind, subject, here, links
        trace: Trace | None = here.trace
        if trace is None:
            self.traceparent = tracing.child(here.traceparent)
            self.trace, self.is_root = Trace(tracing.is_sampled(self.traceparent)), True
        else:
            self.traceparent = tracing.sibling(here.traceparent)
            self.trace, self.is_root = trace, False
        self.error = self.outcome = ""
        self.started = time.time_ns()

    @property
    def context(self) -> CallContext:
        """The call context of what happens within the span."""
        return self.here.under(self.traceparent, self.trace)

    def fail(self, error: BaseException) -> None:
        """Note an exception, if it is a failure. Its text is not: it may contain anything."""
        if self.kind.is_failure(error):
            self.error = type(error).__name__
            self.trace.has_failed = True

    def end(self, outcome: str = "") -> None:
        """Note the end. That of the local root decides whether the trace is kept."""
        self.ended = time.time_ns()
        self.outcome = outcome
        spans = self.trace.spans
        if spans is None:
            _export_late(self)
            return
        if len(spans) < MAX_SPANS:
            spans.append(self)
        if self.is_root:
            _finish(self, spans)

    def __enter__(self) -> "Span":
        self._token: Token[CallContext] = call_context.enter(self.context)
        return self

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        call_context.leave(self._token)
        if error is not None:
            self.fail(error)
        self.end()


def _finish(root: Span, spans: Sequence[Span]) -> None:
    trace, recorder = root.trace, _recorder
    trace.spans = None  # breaks the cycle of references, too
    if recorder is None:
        return
    if not trace.is_kept and (trace.has_failed or root.ended - root.started >= recorder.slow_ns):
        trace.is_kept = recorder.kept.take()
    if trace.is_kept:
        recorder.export(spans)


def _export_late(span: Span) -> None:
    """Export a span that ended after its local root, for instance of a call that nobody waited for."""
    if span.trace.is_kept and _recorder is not None:
        _recorder.export([span])


def is_recording() -> bool:
    """Whether spans are recorded."""
    return _recorder is not None


def begin(kind: Kind, subject: Any, here: CallContext | None = None, links: Sequence[str] = ()) -> Span | None:
    """Begin a span under this call context, or the current one; None while nothing is recorded."""
    if _recorder is None:
        return None
    return Span(kind, subject, call_context.current() if here is None else here, links)


_NOTHING: AbstractContextManager[None] = nullcontext()


def block(
    kind: Kind, subject: Any, here: CallContext | None = None, links: Sequence[str] = ()
) -> AbstractContextManager[Any]:
    """As `begin`, for a `with` block; a `here` replaces the call context also while nothing is recorded."""
    if _recorder is None:
        return _NOTHING if here is None else call_context.within(here)
    return Span(kind, subject, call_context.current() if here is None else here, links)


def distinct(traceparents: Iterable[str | None]) -> list[str]:
    """One traceparent of each trace, those of sampled traces first: what a batch of events continues."""
    by_trace = {tracing.trace_id(traceparent): traceparent for traceparent in traceparents if traceparent}
    by_trace.pop("", None)
    return sorted(by_trace.values(), key=tracing.is_sampled, reverse=True)


def of_client(traceparent: str) -> str:
    """The traceparent of a request from outside, which may have its trace sampled only so many times per second."""
    recorder = _recorder
    if not traceparent or recorder is None or not tracing.trace_id(traceparent) or not tracing.is_sampled(traceparent):
        return traceparent
    if recorder.requested.take() or tracing.is_in_sample(int(traceparent[3:35], 16)):
        return traceparent
    return f"{traceparent[:-2]}00"


def note_subject(subject: Any) -> None:
    """Note what the local root of the current trace is about."""
    trace = call_context.current().trace
    if trace is not None and trace.subject is None:
        trace.subject = subject


def note_failure(code: str) -> None:
    """Note that the local root of the current trace has failed, for failures that end no span with an exception."""
    trace = call_context.current().trace
    if trace is not None:
        trace.has_failed, trace.failure = True, code
