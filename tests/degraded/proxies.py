"""Proxies in front of services, which can make them slow or unreachable."""

import asyncio
import gc
import threading
import warnings
from collections.abc import Coroutine
from typing import Any

from tests import split

CHUNK = 65_536


class Proxy:
    """Passes connections from a port of its own on to another; `delay` is how late answers come, in seconds."""

    def __init__(self, target: int) -> None:
        self.port = split.free_port()
        self.delay = 0.0
        self._target = target
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"proxy to {target}", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Listen from now on."""
        self._do(self._open())

    def close(self) -> None:
        """Refuse connections from now on, and end those that there are."""
        self._do(self._close())
        with warnings.catch_warnings():
            # A connection that was cut while it was being opened has nobody left to close it.
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    def end(self) -> None:
        """Close for good."""
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _open(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        transfers = list(self._passing)
        for task in transfers:
            task.cancel()
        await asyncio.gather(*transfers, return_exceptions=True)
        await asyncio.sleep(0.01)  # what was aborted is closed on the loop's next turn

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._passing.add(task)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pass(reader, back, late=False))
                    both.create_task(self._pass(there, writer, late=True))
            finally:
                back.transport.abort()
        except (OSError, ExceptionGroup, asyncio.CancelledError):
            pass  # one of the two is gone: so is the other
        finally:
            writer.transport.abort()
            self._passing.discard(task)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, late: bool) -> None:
        while data := await reader.read(CHUNK):
            if late and self.delay:
                await asyncio.sleep(self.delay)
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError
