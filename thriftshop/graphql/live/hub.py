"""The hub: the subscriptions and connections of this process, and how events reach them."""

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.conf import settings

from thriftshop import call_context, clock
from thriftshop.events import Recorded, broadcast
from thriftshop.graphql import rates
from thriftshop.graphql.errors import RPC_MESSAGES, RequestRefused
from thriftshop.graphql.execution import Ready
from thriftshop.graphql.gateways import Gateway, SessionEnd, gateway
from thriftshop.graphql.live import announcements, metrics
from thriftshop.graphql.live.connections import FORBIDDEN, GOING_AWAY, Connection
from thriftshop.graphql.live.fields import RootField
from thriftshop.graphql.live.index import Index
from thriftshop.graphql.live.rounds import Rounds
from thriftshop.graphql.live.sources import Stream
from thriftshop.graphql.live.subscriptions import Deliver, Subscription
from thriftshop.graphql.requests import Context
from thriftshop.rpc import errors as rpc
from thriftshop.rpc import hosting

log = logging.getLogger("thriftshop.graphql")
# How often open connections look whether the process is shutting down.
DRAIN_POLL_SECONDS = 0.1
# How long a new subscription waits for this process to follow its topics.
FOLLOW_SECONDS = 5.0
FOLLOW_POLL_SECONDS = 0.02
# How soon a viewer whose session may have expired is verified again.
VERIFY_AGAIN_SECONDS = 1.0
# Sessions that ended recently, for connections that were being opened meanwhile.
MAX_ENDED = 10_000

_hub: "Hub | None" = None


def current() -> "Hub":
    """The hub of the running event loop; a server has one loop."""
    global _hub
    loop = asyncio.get_running_loop()
    if _hub is None or _hub.loop is not loop:
        _hub = Hub(loop, gateway())
    return _hub


def notify(record: Recorded, *announced_as: str) -> None:
    """Wake the subscriptions that follow the event's stream, or objects of its topic announced under these names.

    Called by a broadcast, in any thread, after caches have dropped what the event changed.
    """
    for name in announced_as:
        announcements.add((record.topic, name), record.stream)
    if _hub is not None:
        _hub.notify(record, announced_as)


def is_followed(topic: str) -> bool:
    """Whether any subscription of this process follows a topic; in any thread."""
    return _hub is not None and _hub.follows(topic)


def end_session(session_id: str, ended_at: int) -> None:
    """Close the connections of a session whose end was recorded at this time; in any thread."""
    if _hub is not None:
        _hub.call_soon(_hub.end_session, session_id, ended_at)


async def _follows(topics: Iterable[str]) -> bool:
    """Wait until this process follows these topics: from then on it misses no event."""
    until = time.monotonic() + FOLLOW_SECONDS
    while not all(broadcast.is_following(topic) for topic in topics):
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(FOLLOW_POLL_SECONDS)
    return True


def _unavailable() -> RequestRefused:
    return RequestRefused("SERVICE_UNAVAILABLE", RPC_MESSAGES["SERVICE_UNAVAILABLE"], status=503)


class Hub:
    """Subscriptions and connections of one event loop. `notify` and `call_soon` may be called in any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, served: Gateway) -> None:
        self.loop = loop
        self.gateway = served
        self.connections: set[Connection] = set()
        self.accepted = 0  # connections, including those that are not initialised yet
        self._index = Index()
        self._rounds = Rounds(self._index, served)
        self._news: deque[tuple[Stream, Recorded]] = deque()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    # -- events
    def notify(self, record: Recorded, announced_as: Iterable[str]) -> None:
        """Pass an event to the event loop if any subscription is concerned."""
        streams = [(record.topic, name) for name in (record.stream, *announced_as)]
        news = [(stream, record) for stream in streams if self._index.has(stream)]
        if news:
            self._news.extend(news)
            self.call_soon(self._wake)

    def follows(self, topic: str) -> bool:
        """Whether any subscription follows a topic."""
        return self._index.has_topic(topic)

    def call_soon(self, function: Callable[..., None], *arguments: object) -> None:
        """Call a function on the event loop, unless that has ended."""
        try:
            self.loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            self._news.clear()

    def _wake(self) -> None:
        woken: dict[Subscription, None] = {}
        while self._news:
            stream, record = self._news.popleft()
            for subscription in self._index.of(stream):
                if record.stream not in subscription.keys:
                    self._index.extend(subscription, record.stream)
                subscription.note(record.stream, record)
                woken[subscription] = None
        self._rounds.wake(woken)

    # -- subscriptions
    async def subscribe(
        self, connection: Connection, ready: Ready, deliver: Deliver, after: int | None = None
    ) -> Subscription:
        """Start a subscription: its first states are delivered, then each change. Raises RequestRefused.

        It follows its streams before it loads the first states, so that no change is lost in between. `after` is the
        version that the client has seen, unless the field's own argument says so.
        """
        context = Context(connection.incoming)
        with context.stack:
            context.set_viewer(connection.viewer)
            rates.charge(context, ready.cost, ready.is_new)
            root = RootField(self.gateway.engine.schema, ready)
            source = await root.source(context)
        if source.after is None and after is not None and source.is_resumable:
            source = replace(source, after=after)
        if not await _follows(source.topics):
            raise _unavailable()
        subscription = Subscription(root.name, ready, source, connection, deliver)
        self._index.add(subscription)
        for key in announcements.of(source.announced_as):
            self._index.extend(subscription, key)
            subscription.note(key, None)
        try:
            await self._rounds.begin(subscription)
        except BaseException as error:
            self.unsubscribe(subscription)
            if isinstance(error, Exception):
                raise root.refusal(error, context) from error
            raise
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """End a subscription, once or repeatedly."""
        self._index.remove(subscription)

    # -- connections
    async def open(self, connection: Connection) -> None:
        """Add a connection, for the viewer that its request names.

        Raises RequestRefused if the token is not valid (status 401), or if it cannot be verified now (503).
        """
        topic = self.gateway.session_topic
        if topic and connection.incoming.headers.get("authorization") and not await _follows([topic]):
            raise _unavailable()
        await self._verify(connection)
        self.connections.add(connection)
        metrics.CONNECTIONS.labels(connection.transport).inc()
        self._keep_watch()
        self._expire(connection)
        if connection.viewer is not None and connection.viewer.session_id in self._ended:
            connection.close(FORBIDDEN)

    @property
    def is_full(self) -> bool:
        """Whether no more connections are accepted."""
        return self.accepted >= int(settings.GRAPHQL_MAX_CONNECTIONS)

    @contextmanager
    def accepting(self) -> Iterator[None]:
        """Count a connection while it is open, from its first byte on."""
        self.accepted += 1
        try:
            yield
        finally:
            self.accepted -= 1

    def forget(self, connection: Connection) -> None:
        """Remove a connection that has ended, once or repeatedly."""
        connection.is_open = False
        if connection in self.connections:
            self.connections.discard(connection)
            metrics.CONNECTIONS.labels(connection.transport).dec()

    def end_session(self, session_id: str, ended_at: int) -> None:
        """Close the connections of a session whose end was recorded at this time."""
        self._ended[session_id] = None
        while len(self._ended) > MAX_ENDED:
            self._ended.popitem(last=False)
        for connection in list(self.connections):
            if connection.viewer is not None and connection.viewer.session_id == session_id:
                connection.close(FORBIDDEN)
                metrics.SESSION_END_SECONDS.observe(max(clock.now() - ended_at, 0) / 1000)

    async def _verify(self, connection: Connection) -> None:
        """Set the verified viewer of a connection, and when the session ends. Raises RequestRefused."""
        context = Context(connection.incoming)
        with call_context.using(caller=self.gateway.caller, viewer=""), context.stack:
            await self.gateway.identify(context)
            context.require_verified_viewer()
            if self.gateway.session_end is not None:
                connection.session_end = await self._session_end(context, self.gateway.session_end)
        connection.set_viewer(context.viewer)

    async def _session_end(self, context: Context, session_end: SessionEnd) -> int | None:
        try:
            return await session_end(context)
        except rpc.RpcError:
            raise _unavailable() from None

    def _expire(self, connection: Connection) -> None:
        """Verify a connection's viewer again when the session expires."""
        if connection.session_end is None:
            return
        delay = (connection.session_end - clock.now()) / 1000
        self.loop.call_later(max(delay, VERIFY_AGAIN_SECONDS), self._start, self._verify_again, connection)

    async def _verify_again(self, connection: Connection) -> None:
        while connection.is_open:
            try:
                await self._verify(connection)
            except RequestRefused as refusal:
                if refusal.status == 503:
                    await asyncio.sleep(VERIFY_AGAIN_SECONDS)
                    continue
                connection.close(FORBIDDEN)
            else:
                self._expire(connection)
            return

    def _keep_watch(self) -> None:
        """Watch for a shutdown while there are connections."""
        if len(self.connections) == 1:
            self._start(self._close_at_shutdown)

    async def _close_at_shutdown(self) -> None:
        while self.connections and not hosting.is_draining():
            await asyncio.sleep(DRAIN_POLL_SECONDS)
        for connection in list(self.connections):
            connection.close(GOING_AWAY)

    def _start(self, function: Callable[..., Coroutine[Any, Any, None]], *arguments: Any) -> None:
        task = self.loop.create_task(function(*arguments))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
