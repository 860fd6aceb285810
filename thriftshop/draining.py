"""How a process takes its leave: it says so first, then refuses what is new, and ends when nothing is under way any more."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from thriftshop.rpc import hosting

POLL_SECONDS = 0.02
_leaving = False
_under_way = 0


def leave() -> None:
    """Says that this process is about to end: it is not ready any more, and still answers everything."""
    global _leaving
    _leaving = True


def is_leaving() -> bool:
    """Whether this process is about to end."""
    return _leaving or hosting.is_draining()


def refuse() -> None:
    """From now on what is new is refused; what is under way goes on."""
    leave()
    hosting.drain()


def is_refusing() -> bool:
    """Whether new requests are refused."""
    return hosting.is_draining()


@contextmanager
def under_way() -> Iterator[None]:
    """Counts a request for as long as it lasts. Requests begin and end on the server's one event loop."""
    global _under_way
    _under_way += 1
    try:
        yield
    finally:
        _under_way -= 1


def count() -> int:
    """How many requests are under way."""
    return _under_way


async def end_of_all(until: float) -> bool:
    """Waits until no request is under way; False where one still is at that moment of time.monotonic()."""
    while _under_way:
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
