"""Attempts of a call: the choice of a replica, the time for each attempt, and the failures that are retried.

A call that was certainly not begun may be tried elsewhere; one that may have been begun is retried only if its
contract says `idempotent` and the retry budget allows it.
"""

import random
import time
from collections.abc import Callable

from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import DeadlineExceeded, NotHosted, RpcError, Unavailable
from thriftshop.rpc.failures import Lost, NotProcessed, Overdue
from thriftshop.rpc.replica import Replica
from thriftshop.rpc.replicas import Replicas
from thriftshop.rpc.steps import Await, Pause, Steps
from thriftshop.telemetry import metrics

MAX_ATTEMPTS = 4
# How long a call that was refused by one replica waits for another that accepts it.
MAX_WAIT_FOR_REPLICA = 0.5
FIRST_PAUSE = 0.01
# A generator of its own: the module's shared one may have been seeded.
_random = random.Random()

# A transport: sends a call to a replica and waits for the answer until a moment of time.monotonic(). Raises NotProcessed,
# Lost or Overdue if there is none.
Send = Callable[[Call, Replica, float], Steps]


def attempts(call: Call, group: Replicas, send: Send) -> Steps:
    """The answer of one of the replicas."""
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
            if failure is None or time.monotonic() - started > MAX_WAIT_FOR_REPLICA:
                raise failure or _no_replica(call, group)
            yield Pause(FIRST_PAUSE * _random.uniform(1, 3))
            continue
        if replica in tried:
            yield Pause(FIRST_PAUSE * 2 ** len(tried) * _random.uniform(0.5, 1.5))
        try:
            return (yield from _attempt(call, group, replica, send, deadline, first=not tried))
        except (NotProcessed, Lost, Overdue) as error:
            failure = error
        tried.append(replica)
        _check_retry(call, group, failure, len(tried), deadline)


def _attempt(call: Call, group: Replicas, replica: Replica, send: Send, deadline: float, first: bool) -> Steps:
    """One attempt at one replica, counted for or against it."""
    began, until = time.monotonic(), deadline
    if first and call.method.idempotent and group.budget.has_any and group.has_other(replica):
        # Leaves time for an answer of another replica, if this one does not answer.
        until = (began + deadline) / 2
    try:
        answer = yield from send(call, replica, until)
    except (NotProcessed, Lost, Overdue) as error:
        # A call with hardly any time left is no evidence against the replica.
        _blame(group, replica, error, fair=until - began >= call.method.deadline_ms / 1000 / 4)
        raise
    except Exception:
        group.succeeded(replica)  # a refusal or a fault is an answer
        raise
    group.succeeded(replica)
    return answer


def _blame(group: Replicas, replica: Replica, error: RpcError, fair: bool) -> None:
    """Count a failure against the replica, if the replica is at fault."""
    if isinstance(error, NotProcessed):
        if error.blame:
            group.unreachable(replica)
    elif (isinstance(error, Lost) and error.blame) or (isinstance(error, Overdue) and fair):
        group.failed(replica)


def _check_retry(call: Call, group: Replicas, failure: RpcError, tries: int, deadline: float) -> None:
    """Raise the failure, unless the call may be tried again after it."""
    if tries >= MAX_ATTEMPTS:
        raise failure
    if isinstance(failure, NotProcessed):
        reason = "not begun"
    else:
        if not call.method.idempotent or time.monotonic() >= deadline or not group.budget.take():
            raise failure
        reason = "overdue" if isinstance(failure, Overdue) else "lost"
    metrics.RPC_RETRIES.labels(group.context, reason).inc()


def _no_replica(call: Call, group: Replicas) -> Unavailable | NotHosted:
    if group.directory.current is None:
        return NotHosted(
            f"{call.method.service} belongs to the context {group.context!r}, which this process does not host, and"
            f" no address of it is known: name one in SERVICES, or add it to CONTEXTS."
        )
    return Unavailable(f"No replica of {group.context!r} can be reached now.")
