"""Graceful shutdown: first not ready, then refusing new requests, then exiting when no request is in progress."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from thriftshop.rpc import hosting

POLL_SECONDS = 0.02
_leaving = False
_under_way = 0


def leave() -> None:
    """Begins the shutdown: the process is no longer ready, but still answers all requests."""
    global _leaving
    _leaving = True


def is_leaving() -> bool:
    """Whether this process is shutting down."""
    return _leaving or hosting.is_draining()


def refuse() -> None:
    """Refuses new requests from now on; requests in progress continue."""
    leave()
    hosting.drain()


def is_refusing() -> bool:
    """Whether new requests are refused."""
    return hosting.is_draining()


@contextmanager
def under_way() -> Iterator[None]:
    """Counts a request in progress. Requests begin and end on the server's single event loop."""
    global _under_way
    _under_way += 1
    try:
        yield
    finally:
        _under_way -= 1


def count() -> int:
    """The number of requests in progress."""
    return _under_way


async def end_of_all(until: float) -> bool:
    """Waits until no request is in progress; False if one still is at that time (time.monotonic())."""
    while _under_way:
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
