"""The steps of a call in which it waits, and how a thread and an event loop take them.

The caller's side of a call is a generator that yields these steps. Everything else in it is written once, for both.
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
        """Waits on this thread; gives the result."""

    async def run_async(self) -> Any:
        """Waits on the running event loop; gives the result."""


Steps = Generator[Step, Any, Any]


def run(steps: Steps) -> Any:
    """Takes the steps on this thread; gives what the generator returns."""
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
    """Takes the steps on the running event loop; gives what the generator returns."""
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
