"""The outbox of a connection: messages that wait to be sent, of which newer ones replace older ones."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from django.conf import settings

from thriftshop import clock
from thriftshop.graphql.live import metrics
from thriftshop.graphql.live.subscriptions import Push

MAX_BYTES = 1_048_576
# How long a result waits for room, before its client counts as too slow.
ROOM_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Message:
    """An encoded message, and the result in it, if it has one."""

    content: bytes
    push: Push | None = None


Write = Callable[[bytes], Awaitable[None]]


class Outbox:
    """Messages by operation and object, bounded by number and size."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[tuple[str, Hashable], Message] = OrderedDict()
        self._bytes = 0
        self._has_more = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_finished = False
        self._most: int = settings.GRAPHQL_SOCKET_QUEUE

    def put(self, operation: str, key: Hashable, message: Message) -> bool:
        """Add a message, or replace the waiting one with the same operation and key; False if there was no room."""
        if self._is_finished:
            return True
        if replaced := self._waiting.get((operation, key)):
            metrics.DROPPED.labels("coalesced").inc()
            self._bytes -= len(replaced.content)
        had_room = self._bytes < MAX_BYTES  # a single message may be larger
        self._waiting[operation, key] = message
        self._bytes += len(message.content)
        self._has_more.set()
        self._note_room()
        return had_room and len(self._waiting) <= self._most

    async def room(self) -> None:
        """Wait until half of the outbox is free, for results that come faster than any client could read them."""
        if self._has_room.is_set():
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ROOM_SECONDS):
                while not self._has_room.is_set():  # another result may have taken it
                    await self._has_room.wait()

    def _note_room(self) -> None:
        is_half_full = len(self._waiting) * 2 > self._most or self._bytes * 2 > MAX_BYTES
        if is_half_full and not self._is_finished:
            self._has_room.clear()
        else:
            self._has_room.set()

    def add(self, content: bytes) -> bool:
        """Add a message that nothing replaces; False if there is no room."""
        return self.put("", object(), Message(content))

    def discard(self, operation: str) -> None:
        """Remove the waiting messages of an operation."""
        for name in [name for name in self._waiting if name[0] == operation]:
            self._bytes -= len(self._waiting.pop(name).content)
        self._note_room()

    def finish(self, *, drop: bool) -> None:
        """Accept no more messages; `drop` removes those that wait."""
        self._is_finished = True
        if drop:
            metrics.DROPPED.labels("closed").inc(sum(1 for message in self._waiting.values() if message.push))
            self._waiting.clear()
        self._has_more.set()
        self._note_room()

    async def send_all(self, write: Write) -> None:
        """Send messages as they come, until it is finished and empty."""
        while True:
            while self._waiting:
                _, message = self._waiting.popitem(last=False)
                self._bytes -= len(message.content)
                self._note_room()
                await write(message.content)
                if message.push is not None:
                    _count(message.push)
            if self._is_finished:
                return
            self._has_more.clear()
            await self._has_more.wait()


def _count(push: Push) -> None:
    metrics.PUSHES.labels(push.field).inc()
    if push.recorded_at is not None:
        metrics.PUSH_SECONDS.labels(push.field).observe(max(clock.now() - push.recorded_at, 0) / 1000)
