"""W3C trace context: `00-<trace>-<span>-01`."""

import os
import random
import re

SAMPLED = frozenset("13579bdf")
"""Last digits of the flags that say so."""
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

# Ids need not be secret, and the system's generator is a system call, which lets another thread run first. It is a generator of
# its own, because tests and libraries may seed the random module's. An id of zeros is invalid, but does not occur.
_ids = random.Random()
os.register_at_fork(after_in_child=_ids.seed)

_EVERY = 1 << 64
# New traces are sampled whose id's last 64 bits are below this bound: the rule of OpenTelemetry's TraceIdRatioBased sampler.
_bound = 0


def sample(ratio: float) -> None:
    """Set the share of new traces that are sampled."""
    global _bound
    _bound = round(ratio * _EVERY)


def child(traceparent: str) -> str:
    """A new span of this trace, with its flags, or of a new trace if it is empty or malformed."""
    if traceparent and _TRACEPARENT.fullmatch(traceparent):
        return sibling(traceparent)
    ids = _ids.randbytes(24).hex()
    return f"00-{ids[:32]}-{ids[32:]}-{'01' if is_in_sample(int(ids[16:32], 16)) else '00'}"


def sibling(traceparent: str) -> str:
    """As `child`, of a traceparent that this process has made itself, and that is valid."""
    return f"{traceparent[:36]}{_ids.randbytes(8).hex()}{traceparent[52:]}"


def is_in_sample(trace: int) -> bool:
    """Whether a trace that begins here is sampled."""
    return trace & (_EVERY - 1) < _bound


def is_sampled(traceparent: str) -> bool:
    """Whether the flags of a valid traceparent say that the trace is sampled."""
    return traceparent[-1:] in SAMPLED


def trace_id(traceparent: str) -> str:
    """The trace id; empty if there is none."""
    return traceparent[3:35] if _TRACEPARENT.fullmatch(traceparent) else ""


def span_id(traceparent: str) -> str:
    """The id of the span; empty if there is none."""
    return traceparent[36:52] if _TRACEPARENT.fullmatch(traceparent) else ""
