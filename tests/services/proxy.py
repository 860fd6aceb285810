"""A TCP proxy in front of a service that loses, delays or resets what passes through it."""

import asyncio
import random
import socket
import struct
import threading
import weakref
from collections.abc import Coroutine
from typing import Any, NamedTuple

CHUNK = 65_536
STOP_SECONDS = 10.0
# Until connections that were aborted are closed.
CLOSE_SECONDS = 0.05
# Closing a socket with this option sends a reset instead of the rest of what was written.
RESET = struct.pack("ii", 1, 0)


class Conditions(NamedTuple):
    """What happens to the bytes that pass through; times are in seconds, in each direction."""

    loses_requests: bool = False
    loses_answers: bool = False
    delay: float = 0.0
    reset_share: float = 0.0
    """The share of answers that are cut in the middle by a reset of their connection."""


class Proxy:
    """Forwards connections to a port of this machine; use it as a context manager."""

    def __init__(self, port: int, host: str = "127.0.0.1", listen_port: int = 0, seed: int | None = None) -> None:
        self._target = host, port
        self._listener = socket.create_server((host, listen_port))
        self.port: int = self._listener.getsockname()[1]
        self._conditions = Conditions()
        self._rng = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy to {port}", daemon=True)
        self._writers: weakref.WeakSet[asyncio.StreamWriter] = weakref.WeakSet()
        self._tasks: set[asyncio.Task[Any]] = set()

    def __enter__(self) -> "Proxy":
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._accept, sock=self._listener))
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_SECONDS)
        self._loop.close()

    def apply(self, conditions: Conditions) -> None:
        """Treat what passes from now on like this."""
        self._conditions = conditions

    def route(self, port: int, host: str = "127.0.0.1") -> None:
        """Forward new connections to another address, and close those that there are."""
        self._target = host, port
        self._run(self._disconnect())

    def withhold(self) -> None:
        """From now on, requests reach the service, and its answers are lost."""
        self.apply(Conditions(loses_answers=True))

    def recover(self) -> None:
        """Close the connections that lost bytes or were slow, and forward everything again."""
        self._run(self._disconnect())
        self._conditions = Conditions()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(STOP_SECONDS)

    async def _close(self) -> None:
        self._server.close()
        for task in (tasks := [*self._tasks]):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._disconnect()

    async def _disconnect(self) -> None:
        for writer in [*self._writers]:
            writer.transport.abort()
        await asyncio.sleep(CLOSE_SECONDS)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connecting = asyncio.ensure_future(asyncio.open_connection(*self._target))
        self._writers.add(writer)
        self._tasks.add(connecting)
        try:
            answers, target = await connecting
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()
            return
        finally:
            self._tasks.discard(connecting)
        self._writers.add(target)
        ends = {writer, target}
        for work in (self._forward(reader, target, ends, False), self._forward(answers, writer, ends, True)):
            task = asyncio.ensure_future(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        ends: set[asyncio.StreamWriter],
        is_answer: bool,
    ) -> None:
        """Pass one direction on until it ends; then the whole connection ends."""
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        sending = asyncio.ensure_future(self._send(waiting, writer))
        try:
            while data := await reader.read(CHUNK):
                conditions = self._conditions
                if conditions.loses_answers if is_answer else conditions.loses_requests:
                    continue
                if is_answer and self._rng.random() < conditions.reset_share:
                    self._reset(writer, data)
                    break
                waiting.put_nowait((self._loop.time() + conditions.delay, data))
            waiting.put_nowait((0.0, b""))
            await sending
        except OSError:
            pass
        finally:
            sending.cancel()
            for end in ends:
                end.close()

    async def _send(self, waiting: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter) -> None:
        while True:
            due, data = await waiting.get()
            if not data:
                return
            if (seconds := due - self._loop.time()) > 0:
                await asyncio.sleep(seconds)
            writer.write(data)
            await writer.drain()

    def _reset(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        """Send the first half, and reset the connection."""
        writer.write(data[: len(data) // 2])
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()
