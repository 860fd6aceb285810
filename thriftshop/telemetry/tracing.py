"""W3C trace context: `00-<trace>-<span>-01`."""

import os
import random
import re

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

# Ids need not be secret, and the system's generator is a system call, which lets another thread run first. It is a generator of
# its own, because tests and libraries may seed the random module's.
_ids = random.Random()
os.register_at_fork(after_in_child=_ids.seed)


def child(traceparent: str) -> str:
    """A new span of this trace, with its flags, or of a new trace if it is empty or malformed."""
    trace = trace_id(traceparent)
    flags = traceparent[-2:] if trace else "01"
    return f"00-{trace or _new_id(128)}-{_new_id(64)}-{flags}"


def _new_id(bits: int) -> str:
    """A random id that is not zero, which is invalid."""
    return f"{_ids.getrandbits(bits) or 1:0{bits // 4}x}"


def trace_id(traceparent: str) -> str:
    """The trace id; empty if there is none."""
    return traceparent[3:35] if _TRACEPARENT.fullmatch(traceparent) else ""
