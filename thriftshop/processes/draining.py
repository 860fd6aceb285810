"""Graceful shutdown: first not ready, then refusing new requests, then exiting when no request is in progress."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from thriftshop.rpc import hosting

POLL_SECONDS = 0.02
_shutting_down = False
_in_progress = 0


def begin() -> None:
    """Begin the shutdown: the process is no longer ready, but still accepts requests."""
    global _shutting_down
    _shutting_down = True


def is_shutting_down() -> bool:
    """Whether the shutdown has begun."""
    return _shutting_down or hosting.is_draining()


def stop_accepting() -> None:
    """Refuse new requests from now on; requests in progress continue."""
    begin()
    hosting.drain()


def is_refusing() -> bool:
    """Whether new requests are refused."""
    return hosting.is_draining()


@contextmanager
def in_progress() -> Iterator[None]:
    """Count a request in progress. Requests begin and end on the server's single event loop."""
    global _in_progress
    _in_progress += 1
    try:
        yield
    finally:
        _in_progress -= 1


def count() -> int:
    """The number of requests in progress."""
    return _in_progress


async def wait_until_idle(until: float) -> bool:
    """Wait until no request is in progress; False if one still is at that time (time.monotonic())."""
    while _in_progress:
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
