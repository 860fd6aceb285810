"""How a call gets its answer from one of several replicas: which is tried, for how long, what is tried again, what is not.

The course of a call is a generator of steps, so that threads and event loops take the same one: they differ in how they
wait. A call that certainly was not begun may be tried elsewhere, whatever it does; one that may have been begun only where
its contract says `idempotent`, and as the budget allows.
"""

import random
import time
from collections.abc import Generator
from concurrent.futures import Future
from dataclasses import dataclass

from thriftshop.rpc import messages, metadata, validation
from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import DeadlineExceeded, MalformedCall, NotHosted, RpcError, Unavailable
from thriftshop.rpc.http import answers, headers, replicas
from thriftshop.rpc.http.addresses import Address
from thriftshop.rpc.http.exchanges import Exchange
from thriftshop.rpc.http.failures import Lost, NotProcessed, Overdue
from thriftshop.rpc.http.replica import Replica
from thriftshop.rpc.http.replicas import Replicas
from thriftshop.telemetry import metrics

MOST_ATTEMPTS = 4
# So long a call that was turned away waits for a replica that takes it.
LONGEST_SEARCH = 0.5
FIRST_PAUSE = 0.01
SECRET = frozenset((metadata.CALLER, metadata.VIEWER))
# Of these no two calls have the same.
CHANGING = frozenset((metadata.TRACEPARENT, metadata.DEADLINE, metadata.EXPIRES_AT))
# Its own, not the module's one for all: threads roll it at any time, and others may have seeded that one.
_dice = random.Random()


@dataclass(frozen=True, slots=True)
class Try:
    """Send this to this replica and wait for the answer until then."""

    replica: Replica
    head: bytes
    body: bytes
    until: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Await:
    """Wait until a lookup has ended, but not longer than until then."""

    lookup: "Future[frozenset[Address]]"
    until: float


Step = Try | Pause | Await
Course = Generator[Step, Exchange | None, object]


def course(call: Call) -> Course:
    """The steps of a call, which has a deadline; returns the answer, raises a refusal or an RpcError."""
    validation.check_arguments(call.args, str(call.method))
    body = messages.write_call(call.method, call.args)
    group = replicas.of(call.context)
    group.enter()
    try:
        return (yield from _search(call, group, body))
    finally:
        group.leave()


def _search(call: Call, group: Replicas, body: bytes) -> Course:
    deadline = call.call_context.deadline or time.monotonic() + call.method.deadline_ms / 1000
    lookup = group.lookup()
    if lookup is not None:
        yield Await(lookup, deadline)
    group.budget.earn()
    started = time.monotonic()
    tried: list[Replica] = []
    failure: RpcError | None = None
    while True:
        if time.monotonic() >= deadline:
            raise DeadlineExceeded(f"{call.method} did not answer in time.") from failure
        replica = group.pick(tried)
        if replica is None:
            if failure is None or time.monotonic() - started > LONGEST_SEARCH:
                raise failure or _nobody(call, group)
            yield Pause(FIRST_PAUSE * _dice.uniform(1, 3))
            continue
        if replica in tried:
            yield Pause(FIRST_PAUSE * 2 ** len(tried) * _dice.uniform(0.5, 1.5))
        try:
            return (yield from _attempt(call, group, replica, body, deadline, first=not tried))
        except (NotProcessed, Lost, Overdue) as error:
            failure = error
        tried.append(replica)
        _allow_another(call, group, failure, len(tried), deadline)


def _attempt(call: Call, group: Replicas, replica: Replica, body: bytes, deadline: float, first: bool) -> Course:
    """One attempt at one replica."""
    began, until = time.monotonic(), deadline
    if first and call.method.idempotent and group.budget.has_any and group.has_other(replica):
        # The other replica is to have time enough for an answer, should this one have gone silent.
        until = (began + deadline) / 2
    group.count(replica, 1)
    try:
        exchange = yield Try(replica, _head(call, replica, len(body)), body, until)
        assert exchange is not None  # noqa: S101 - a Try is answered by an exchange or a failure
        value = answers.read(call, replica, exchange)
    except (NotProcessed, Lost, Overdue) as error:
        # A call that came with hardly any time left says nothing of the replica that it ran out at.
        _blame(group, replica, error, fair=until - began >= call.method.deadline_ms / 1000 / 4)
        raise
    except Exception:
        group.succeeded(replica)  # a refusal or a fault is an answer too
        raise
    finally:
        group.count(replica, -1)
    group.succeeded(replica)
    return value


def _blame(group: Replicas, replica: Replica, error: RpcError, fair: bool) -> None:
    """Counts a failure against the replica, where it is the replica's."""
    if isinstance(error, NotProcessed):
        if error.blame:
            group.unreachable(replica)
    elif (isinstance(error, Lost) and error.blame) or (isinstance(error, Overdue) and fair):
        group.failed(replica)


def _allow_another(call: Call, group: Replicas, failure: RpcError, tries: int, deadline: float) -> None:
    """Raises the failure, unless the call may be tried again after it."""
    if isinstance(failure, NotProcessed):
        if tries >= MOST_ATTEMPTS:
            raise failure
        reason = "not begun"
    else:
        if not call.method.idempotent or tries >= MOST_ATTEMPTS or time.monotonic() >= deadline:
            raise failure
        if not group.budget.take():
            raise failure
        reason = "overdue" if isinstance(failure, Overdue) else "lost"
    metrics.RPC_RETRIES.labels(group.context, reason).inc()


def _nobody(call: Call, group: Replicas) -> Unavailable | NotHosted:
    if group.directory.known is None:
        return NotHosted(
            f"{call.method.service} belongs to the context {group.context!r}, which this process does not host, and"
            f" no address of it is known: name one in SERVICES, or add it to CONTEXTS."
        )
    return Unavailable(f"No replica of {group.context!r} can be reached now.")


def _head(call: Call, replica: Replica, size: int) -> bytes:
    """The header block of one attempt: what is the same for all calls of the method, and what is this call's."""
    start = replica.heads.get(call.method)
    if start is None:
        path = f"/thrift/{call.method.service}/{call.method.name}"
        start = replica.heads[call.method] = headers.request_head(replica.authority, path)
    pieces = [start, headers.known("content-length", str(size))]
    try:
        for name, value in metadata.to_headers(call.call_context, call.context):
            written = headers.literal if name in CHANGING else headers.known
            pieces.append(written(name, value, name in SECRET))
    except ValueError as error:
        raise MalformedCall(f"{call.method} cannot be sent: {error}") from error
    return b"".join(pieces)
