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
    # Ids must not be zero.
    return f"00-{trace or f'{_ids.getrandbits(128) or 1:032x}'}-{_ids.getrandbits(64) or 1:016x}-{flags}"


def trace_id(traceparent: str) -> str:
    """The trace id; empty if there is none."""
    return traceparent[3:35] if _TRACEPARENT.fullmatch(traceparent) else ""
