"""W3C trace context: `00-<trace>-<span>-01`."""

import os
import re

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def child(traceparent: str) -> str:
    """A new span of this trace, with its flags, or of a new trace if it is empty or malformed."""
    trace = trace_id(traceparent)
    flags = traceparent[-2:] if trace else "01"
    return f"00-{trace or os.urandom(16).hex()}-{os.urandom(8).hex()}-{flags}"


def trace_id(traceparent: str) -> str:
    """The trace id; empty if there is none."""
    return traceparent[3:35] if _TRACEPARENT.fullmatch(traceparent) else ""
