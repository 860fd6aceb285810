"""The waiting steps of a call, and running them on a thread or an event loop.

The caller's side of a call is a generator that yields these steps; all other code is shared by both.
"""

import asyncio
import time
from collections.abc import Generator
from concurrent import futures
from dataclasses import dataclass
from typing import Any, Protocol


class Step(Protocol):
    """Something to wait for."""

    def run(self) -> Any:
        """Wait on this thread; return the result."""

    async def run_async(self) -> Any:
        """Wait on the running event loop; return the result."""


Steps = Generator[Step, Any, Any]


def run(steps: Steps) -> Any:
    """Run the steps on this thread; return the generator's result."""
    try:
        step = next(steps)
        while True:
            try:
                result = step.run()
            except BaseException as error:
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration as end:
        return end.value


async def run_async(steps: Steps) -> Any:
    """Run the steps on the running event loop; return the generator's result."""
    try:
        step = next(steps)
        while True:
            try:
                result = await step.run_async()
            except BaseException as error:
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration as end:
        return end.value


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for this many seconds."""

    seconds: float

    def run(self) -> None:
        """Sleeps."""
        time.sleep(self.seconds)

    async def run_async(self) -> None:
        """Sleeps."""
        await asyncio.sleep(self.seconds)


@dataclass(frozen=True, slots=True)
class Await:
    """Wait until `future` is done, at most until this moment of time.monotonic()."""

    future: "futures.Future[Any]"
    until: float

    def run(self) -> None:
        """Blocks."""
        futures.wait((self.future,), max(0.0, self.until - time.monotonic()))

    async def run_async(self) -> None:
        """Awaits."""
        await asyncio.wait({asyncio.wrap_future(self.future)}, timeout=max(0.0, self.until - time.monotonic()))
