"""Spans in the form of OpenTelemetry's SDK."""

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from thriftshop.telemetry import tracing
from thriftshop.telemetry.spans import MAX_LINKS, Span

SCOPE = InstrumentationScope("thriftshop")
# What is exported is sampled, whatever the flags of its trace were at the start.
_EXPORTED = TraceFlags(TraceFlags.SAMPLED)
_UNSET = Status(StatusCode.UNSET)
_ERROR = Status(StatusCode.ERROR)


class Converter:
    """Converts spans of this process."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def __call__(self, span: Span) -> ReadableSpan:
        """The span in the SDK's form. An error has its type only: its text may contain anything."""
        name, described = span.kind.describe(span)
        error = span.error or (span.trace.failure if span.is_root else "")
        attributes = {**described, "error.type": error} if error else dict(described)
        return ReadableSpan(
            name=name,
            context=_context(span.traceparent, is_remote=False),
            parent=_context(span.here.traceparent, is_remote=span.is_root),
            resource=self.resource,
            attributes=attributes,
            links=[Link(linked) for link in span.links[:MAX_LINKS] if (linked := _context(link, is_remote=True))],
            kind=SpanKind[span.kind.role],
            status=_ERROR if error else _UNSET,
            start_time=span.started,
            end_time=span.ended,
            instrumentation_scope=SCOPE,
        )


def _context(traceparent: str, *, is_remote: bool) -> SpanContext | None:
    trace = tracing.trace_id(traceparent)
    if not trace:
        return None
    return SpanContext(int(trace, 16), int(traceparent[36:52], 16), is_remote, _EXPORTED)
