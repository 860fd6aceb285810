"""The call context as headers and back."""

import time
from collections.abc import Collection, Iterator, Mapping

from django.conf import settings

from thriftshop import clock, identity
from thriftshop.call_context import CallContext
from thriftshop.rpc import recent_failures
from thriftshop.rpc.errors import MalformedCall

TRACEPARENT = "traceparent"
DEADLINE = "thriftshop-deadline-ms"
# The deadline in wall-clock time: milliseconds since 1970.
EXPIRES_AT = "thriftshop-expires-at"
CALLER = "thriftshop-caller"
VIEWER = "thriftshop-viewer"
OCCURRED_AT = "thriftshop-occurred-at"
CAUSATION = "thriftshop-causation"
VARIANT = "thriftshop-variant"
MESH_CLIENT = "l5d-client-id"

MAX_TEXT, MAX_NUMBER = 256, 16
# The longest deadline that is accepted: an hour.
MAX_DEADLINE_MS = 3_600_000
# How far the clocks of two machines may differ.
SKEW_MS = 1_000
# The share of its time that a caller reserves for the response, so that an answer at the last moment still arrives.
RESPONSE_SHARE = 0.05


def to_headers(call_context: CallContext, audience: str) -> list[tuple[str, str]]:
    """The headers of a call to the context `audience`; the viewer token must be addressed to it already."""
    return list(_headers(call_context, audience))


def _headers(call_context: CallContext, audience: str) -> Iterator[tuple[str, str]]:
    if call_context.traceparent:
        yield TRACEPARENT, call_context.traceparent
    if call_context.deadline is not None:
        remaining = max(0, int((call_context.deadline - time.monotonic()) * 1000 * (1 - RESPONSE_SHARE)))
        yield DEADLINE, str(remaining)
        yield EXPIRES_AT, str(clock.now() + remaining)
    if call_context.caller and settings.MESH != "linkerd":
        yield CALLER, identity.issue_caller_token(call_context.caller, audience)
    if call_context.viewer:
        yield VIEWER, call_context.viewer
    if call_context.occurred_at is not None:
        yield OCCURRED_AT, str(call_context.occurred_at)
    if call_context.causation:
        yield CAUSATION, call_context.causation
    if call_context.variant:
        yield VARIANT, call_context.variant


def from_headers(headers: Mapping[str, str], audiences: Collection[str]) -> CallContext:
    """The call context in the headers of a call to one of the contexts `audiences`; header names are lower case.

    Raises identity.InvalidIdentityToken for an invalid caller token, MalformedCall for a header that cannot be read.
    The viewer token is verified by a filter, as on every transport.
    """
    remaining = _remaining_ms(headers, audiences)
    return CallContext(
        caller=_caller(headers, audiences),
        viewer=headers.get(VIEWER, ""),
        traceparent=headers.get(TRACEPARENT, ""),
        deadline=None if remaining is None else time.monotonic() + remaining / 1000,
        occurred_at=_integer(headers, OCCURRED_AT),
        causation=_text(headers, CAUSATION),
        variant=_text(headers, VARIANT),
    )


def _remaining_ms(headers: Mapping[str, str], audiences: Collection[str]) -> int | None:
    """The milliseconds until the caller's deadline; None without the headers.

    A call may wait unread while this process is stopped; it must not be processed after its deadline.
    """
    remaining, expires_at = _integer(headers, DEADLINE), _integer(headers, EXPIRES_AT)
    if expires_at is not None and (late := clock.now() - expires_at) > SKEW_MS:
        recent_failures.report(
            "call came too late", ",".join(sorted(audiences)), f"{late // 1000} s late, or clocks differ"
        )
        return 0
    return None if remaining is None else min(remaining, MAX_DEADLINE_MS)


def may_be_late(headers: Mapping[str, str]) -> bool:
    """Whether the deadline has passed in wall-clock time, or the clocks of caller and service differ."""
    expires_at = headers.get(EXPIRES_AT, "")
    return (
        expires_at.isascii()
        and expires_at.isdigit()
        and len(expires_at) <= MAX_NUMBER
        and clock.now() > int(expires_at)
    )


def _caller(headers: Mapping[str, str], audiences: Collection[str]) -> str:
    """The calling service: by the mesh's identity where there is a mesh, else by its signed caller token; empty if unknown."""
    if settings.MESH == "linkerd":
        return identity.mesh_caller(headers.get(MESH_CLIENT, ""))
    token = headers.get(CALLER, "")
    return identity.verify_caller_token(token, audiences) if token else ""


def _integer(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= MAX_NUMBER):
        raise MalformedCall(f"The header {name} is {text[:40]!r}, not a whole number.")
    return int(text)


def _text(headers: Mapping[str, str], name: str) -> str:
    text = headers.get(name, "")
    if len(text) > MAX_TEXT:
        raise MalformedCall(f"The header {name} has {len(text)} characters; {MAX_TEXT} are read.")
    return text
