"""Rounds: loads the states of changed objects and executes the selections of the subscriptions that follow them.

Within a round a state is loaded once, and a selection executed once, for all subscriptions that may see the same.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings

from thriftshop import call_context, clock
from thriftshop.events import Recorded, broadcast
from thriftshop.graphql import batching, operation_spans
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.gateways import Gateway
from thriftshop.graphql.live import metrics
from thriftshop.graphql.live.connections import FORBIDDEN, Audience, Connection
from thriftshop.graphql.live.index import Index
from thriftshop.graphql.live.sources import Load, Source, State, Stream
from thriftshop.graphql.live.subscriptions import Subscription
from thriftshop.graphql.requests import Context, Incoming
from thriftshop.rpc import errors as rpc
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.graphql")
_failures = repeats.Repeats(log)
# The number of audiences served at once; requests get their turn between them.
AT_ONCE = 16
# When a state that could not be loaded is tried again, unless an event comes first.
RETRY_SECONDS = 0.5
# While the session topic is further behind, viewers are verified again before each push.
CURRENT_SECONDS = 2.0
EXPIRY_MARGIN_MS = 5


class Rounds:
    """Runs rounds for the subscriptions of an index, each subscription in one round at a time."""

    def __init__(self, index: Index, gateway: Gateway) -> None:
        self._index = index
        self._gateway = gateway
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: dict[Stream, asyncio.TimerHandle] = {}

    def wake(self, subscriptions: Iterable[Subscription]) -> None:
        """Begin a round for those subscriptions that have something to look at and are in no other."""
        due = [
            subscription
            for subscription in subscriptions
            if subscription.dirty and not (subscription.is_busy or subscription.is_ended)
        ]
        if not due:
            return
        for subscription in due:
            subscription.is_busy = True
        task = asyncio.get_running_loop().create_task(self._run(due))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def begin(self, subscription: Subscription) -> None:
        """Send the first states of a subscription. Raises what prevents it."""
        subscription.is_busy = True
        try:
            await _Round(self._gateway, self._index, self._expire_at).serve(
                [(subscription, subscription.take())], is_first=True
            )
        finally:
            subscription.is_busy = False
            self.wake([subscription])

    async def _run(self, due: Sequence[Subscription]) -> None:
        audiences: dict[Audience, list[Subscription]] = {}
        for subscription in due:
            audiences.setdefault(subscription.connection.audience, []).append(subscription)
        round_ = _Round(self._gateway, self._index, self._expire_at)
        failed: list[Subscription] = []
        groups = list(audiences.values())
        for start in range(0, len(groups), AT_ONCE):
            await asyncio.gather(*(_served(round_, group, failed) for group in groups[start : start + AT_ONCE]))
        for subscription in due:
            subscription.is_busy = False
        if failed:
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self.wake, failed)
        self.wake(subscription for subscription in due if subscription not in failed)

    def _expire_at(self, stream: Stream, moment: int) -> None:
        """Wake a stream's subscriptions when its object's state expires."""
        if stream in self._timers:
            self._timers[stream].cancel()
        delay = max(moment - clock.now(), 0) + EXPIRY_MARGIN_MS
        self._timers[stream] = asyncio.get_running_loop().call_later(delay / 1000, self._expired, stream)

    def _expired(self, stream: Stream) -> None:
        self._timers.pop(stream, None)
        subscriptions = self._index.of(stream)
        for subscription in subscriptions:
            subscription.note(stream[1], None)
        self.wake(subscriptions)


async def _served(round_: "_Round", group: Sequence[Subscription], failed: list[Subscription]) -> None:
    """Serve subscriptions of one audience in a round; they are tried again if their states cannot be loaded."""
    pairs = [(subscription, subscription.take()) for subscription in group if not subscription.is_ended]
    try:
        await round_.serve(pairs)
    except Exception as error:
        if isinstance(error, RequestRefused) and error.status == HTTPStatus.UNAUTHORIZED:
            return  # the connection is being closed
        for subscription, keys in pairs:
            subscription.put_back(keys)
        failed.extend(group)
        is_known = isinstance(error, rpc.RpcError | RequestRefused)
        details = {"problem": repr(error)}
        _failures.report(logging.WARNING, "push waits", group[0].name, None if is_known else error, details)
    else:
        _failures.recovered("push waits", group[0].name, {})


Find = Callable[[Context], Awaitable[Sequence[str]]]
Taken = Sequence[tuple[Subscription, dict[str, Recorded | None]]]


class _Round:
    """What the subscriptions of one round share: states of public sources, and loaded batches."""

    def __init__(self, gateway: Gateway, index: Index, expire_at: Callable[[Stream, int], None]) -> None:
        self.gateway = gateway
        self.index = index
        self._expire_at = expire_at
        self._loaders = {batch: batching.loader(batch) for batch in gateway.shared}
        self._public: dict[Hashable, asyncio.Task[State | None]] = {}

    async def serve(self, pairs: Taken, *, is_first: bool = False) -> None:
        """Load and send what subscriptions of one audience look at."""
        if not pairs:
            return
        connection = pairs[0][0].connection
        records = [record for _, keys in pairs for record in keys.values() if record]
        # The first states are part of the operation that asks for them.
        with nullcontext() if is_first else operation_spans.pushing(pairs[0][0].name, self._call_context(), records):
            context = Context(connection.incoming)
            with context.stack:
                await self._identify(context, connection)
                context.loaders.update(self._loaders)
                group = _Group(self, context)
                if is_first:
                    await asyncio.gather(*(group.begin(subscription, keys) for subscription, keys in pairs))
                else:
                    await asyncio.gather(*(group.push(part) for part in _by_load(pairs)))

    def _call_context(self) -> call_context.CallContext:
        """The context of calls for a push."""
        deadline = time.monotonic() + settings.GRAPHQL_DEADLINE_SECONDS * settings.DEADLINE_FACTOR
        return call_context.CallContext(caller=self.gateway.caller, deadline=deadline)

    async def _identify(self, context: Context, connection: Connection) -> None:
        """Set the viewer, who is verified again if an end of their session may not have been heard of yet."""
        if connection.viewer is None:
            return
        topic = self.gateway.session_topic
        if not topic or broadcast.is_following(topic, CURRENT_SECONDS):
            context.set_viewer(connection.viewer)
            return
        try:
            await self.gateway.identify(context)
        except RequestRefused:
            connection.close(FORBIDDEN)
            raise
        context.require_verified_viewer()

    def public(self, source: Source, key: str) -> "asyncio.Task[State | None]":
        """The state of an object that is the same for all viewers, loaded without one."""
        name = (source.load, key)
        if name not in self._public:
            with call_context.using(viewer=""):
                anonymous = Context(Incoming("POST", {}), loaders=dict(self._loaders))
                self._public[name] = asyncio.ensure_future(source.load(anonymous, key))
        return self._public[name]

    def note_expiry(self, source: Source, key: str, state: State | None) -> None:
        """Has an object looked at again when its state expires."""
        if state is not None and state.valid_until is not None:
            self._expire_at((source.topics[0], key), state.valid_until)


class _Group:
    """What the subscriptions of one audience share in a round."""

    def __init__(self, round_: _Round, context: Context) -> None:
        self._round = round_
        self._context = context
        self._states: dict[Hashable, asyncio.Future[State | None]] = {}
        self._results: dict[Hashable, asyncio.Future[bytes]] = {}

    async def begin(self, subscription: Subscription, keys: Mapping[str, Recorded | None]) -> None:
        """Send the first states to a subscription, as fast as its client reads them."""
        source = subscription.source
        if source.find is not None:
            keys = await self._find(subscription, source.find)
        states = await asyncio.gather(*(self._state(source, key) for key in keys))
        for (key, record), state in zip(keys.items(), states, strict=True):
            self._round.note_expiry(source, key, state)
            if state is None and source.not_found is not None:
                raise source.not_found(key)
            if subscription.is_due(key, state) and state is not None:
                payload = await self._result(subscription, key, state)
                await subscription.connection.room()
                subscription.send(key, payload, state, record)

    async def push(self, pairs: Taken) -> None:
        """Send new states to subscriptions: all are loaded, then all selections executed, without a task for each one.

        Raises the first error at the end: whatever could be loaded and executed has been sent.
        """
        taken = [
            (subscription, key, record, self._state(subscription.source, key))
            for subscription, keys in pairs
            for key, record in keys.items()
        ]
        loaded = {state: (subscription.source, key) for subscription, key, _, state in taken}
        failures = await _failed(loaded)
        for future, (source, key) in loaded.items():
            if future not in failures:
                self._round.note_expiry(source, key, future.result())
        due = []
        for subscription, key, record, future in taken:
            state = None if future in failures else future.result()
            if future not in failures and subscription.is_due(key, state) and state is not None:
                due.append((subscription, key, record, state, self._result(subscription, key, state)))
        failures |= await _failed({result for *_, result in due})
        for subscription, key, record, state, result in due:
            if result not in failures:
                subscription.send(key, result.result(), state, record)
        for error in failures.values():
            raise error

    async def _find(self, subscription: Subscription, find: Find) -> Mapping[str, Recorded | None]:
        """Follow what a source finds at the start; it is looked at again if it changes meanwhile."""
        keys = await find(self._context)
        for key in keys:
            self._round.index.extend(subscription, key)
        return dict.fromkeys((*keys, *subscription.keys))

    def _state(self, source: Source, key: str) -> "asyncio.Future[State | None]":
        if source.is_public:
            return self._round.public(source, key)
        name = (source.load, key)
        if name not in self._states:
            self._states[name] = asyncio.ensure_future(source.load(self._context, key))
        return self._states[name]

    def _result(self, subscription: Subscription, key: str, state: State) -> "asyncio.Future[bytes]":
        """The encoded result of a subscription's selection on a state."""
        name = (subscription.signature, key, state.mark)
        if name not in self._results:
            self._results[name] = asyncio.ensure_future(self._execute(subscription, state))
        return self._results[name]

    async def _execute(self, subscription: Subscription, state: State) -> bytes:
        metrics.EXECUTIONS.labels(subscription.name).inc()
        return orjson.dumps(await self._round.gateway.engine.run(subscription.ready, self._context, state.value))


def _by_load(pairs: Taken) -> Iterable[Taken]:
    """Subscriptions that load their states by the same function; those that do not should not wait for each other."""
    parts: dict[Load, list[tuple[Subscription, dict[str, Recorded | None]]]] = {}
    for subscription, keys in pairs:
        parts.setdefault(subscription.source.load, []).append((subscription, keys))
    return parts.values()


async def _failed(futures: Collection["asyncio.Future[Any]"]) -> dict["asyncio.Future[Any]", BaseException]:
    """Wait for all futures; return those that have failed, with their errors."""
    if futures:
        await asyncio.wait(futures)
    return {future: error for future in futures if (error := future.exception()) is not None}
