"""The http transport: a call to another process, for a thread that waits (`send`) and for an event loop (`asend`)."""

import asyncio
import time
from concurrent import futures
from typing import Any

from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import RpcError
from thriftshop.rpc.http import asynchronous, attempts, blocking
from thriftshop.rpc.http.attempts import Await, Pause, Step, Try
from thriftshop.rpc.http.exchanges import Exchange


def send(call: Call) -> Any:
    """Sends a call and waits for its answer; from any thread."""
    steps = attempts.course(call)
    try:
        step = next(steps)
        while True:
            try:
                taken = _take(step)
            except RpcError as failure:
                step = steps.throw(failure)
            else:
                step = steps.send(taken)
    except StopIteration as end:
        return end.value
    finally:
        steps.close()


def _take(step: Step) -> Exchange | None:
    if isinstance(step, Try):
        return blocking.exchange(step.replica, step.head, step.body, step.until)
    if isinstance(step, Pause):
        time.sleep(step.seconds)
    else:
        futures.wait((step.lookup,), max(0.0, step.until - time.monotonic()))
    return None


async def asend(call: Call) -> Any:
    """As `send`, on the running event loop."""
    steps = attempts.course(call)
    try:
        step = next(steps)
        while True:
            try:
                taken = await _atake(step)
            except RpcError as failure:
                step = steps.throw(failure)
            else:
                step = steps.send(taken)
    except StopIteration as end:
        return end.value
    finally:
        steps.close()


async def _atake(step: Step) -> Exchange | None:
    if isinstance(step, Try):
        return await asynchronous.exchange(step.replica, step.head, step.body, step.until)
    if isinstance(step, Pause):
        await asyncio.sleep(step.seconds)
    elif isinstance(step, Await):
        await asyncio.wait({asyncio.wrap_future(step.lookup)}, timeout=max(0.0, step.until - time.monotonic()))
    return None


def close() -> None:
    """Ends the connections that rest; those in use end with their calls."""
    blocking.close()
