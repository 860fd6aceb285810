"""Reading request bodies for the endpoints before Django, with limits of size and time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

# A body that is too large is read and discarded up to this size, because a client that still sends does not read the
# response. Beyond it, the connection is closed.
MAX_DISCARDED = 16 * 1024 * 1024


ENCODED = "Content-Encoding is not supported: send the body uncompressed."


class TooLarge(Exception):
    """The body is larger than allowed."""


class TooSlow(Exception):
    """The body did not arrive in time."""


class Incomplete(Exception):
    """The body ended early: the client has disconnected, or sent an invalid body."""


def is_encoded(headers: Mapping[str, str]) -> bool:
    """Whether a body is compressed or otherwise encoded: it would have to be limited by its size after decoding, too."""
    return headers.get("content-encoding", "").strip().lower() not in ("", "identity")


async def read(
    headers: Mapping[str, str], receive: Callable[[], Awaitable[Any]], *, limit: int, seconds: float
) -> bytes:
    """The body of an ASGI request, at most `limit` bytes, within `seconds`. Raises TooLarge, TooSlow or Incomplete."""
    announced = headers.get("content-length", "")
    if announced.isdigit() and len(announced) < 20 and int(announced) > MAX_DISCARDED:
        raise TooLarge
    try:
        async with asyncio.timeout(seconds):
            return await _read(receive, limit)
    except TimeoutError:
        raise TooSlow from None


async def _read(receive: Callable[[], Awaitable[Any]], limit: int) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Incomplete
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size <= limit:
            parts.append(part)
        elif more and size <= MAX_DISCARDED:
            parts.clear()
        else:
            raise TooLarge
    return parts[0] if len(parts) == 1 else b"".join(parts)
