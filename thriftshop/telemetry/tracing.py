"""Trace ids by the W3C's trace context: `00-<trace>-<span>-01`."""

import os
import re

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def child(traceparent: str) -> str:
    """A new span within this trace, or within a new one where it is empty or malformed."""
    trace = trace_id(traceparent) or os.urandom(16).hex()
    return f"00-{trace}-{os.urandom(8).hex()}-01"


def trace_id(traceparent: str) -> str:
    """The trace's id; empty where there is none."""
    return traceparent[3:35] if _TRACEPARENT.fullmatch(traceparent) else ""
