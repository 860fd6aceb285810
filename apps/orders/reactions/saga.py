"""The saga: takes the pending steps of an order one by one and records each. It can be interrupted anywhere."""

import logging

from apps.orders.domain import course, steps
from apps.orders.domain.course import Work
from apps.orders.domain.order import State
from apps.orders.reactions import taking
from apps.orders.service.streams import ORDERS
from thriftshop import clock, events
from thriftshop.events import effects

log = logging.getLogger("thriftshop.orders")

# The events that add a step.
KINDS = frozenset(
    {
        "OrderPlaced",
        "OrderRejected",
        "OrderCancelled",
        "LinesCancelled",
        "OrderShipped",
        "OrderReturned",
        "RefundRequested",
        "RetryRequested",
    }
)


def proceed(record: events.Recorded) -> None:
    """Continue the saga of an order."""
    state = advance(record.stream)
    if record.kind in ("OrderPlaced", "RetryRequested") and steps.is_over(state):
        # A run that crashed may have reserved goods firmly after the order was cancelled and its stock released.
        taking.undo(record.stream, state, Work(course.RESERVE))


def advance(order_id: str) -> State:
    """Take all steps that are due now and return the order after them.

    A step is called under its idempotency key before it is recorded, so it can be repeated after a crash. Failures are
    recorded and retried by a later run; transient errors are raised.
    """
    state, _ = ORDERS.load(order_id)
    tried: set[Work] = set()
    while (work := _next(state, tried)) is not None:
        tried.add(work)
        state = _take(order_id, state, work)
    return state


def _next(state: State, tried: set[Work]) -> Work | None:
    return next((work for work in steps.due_now(state, clock.now()) if work not in tried), None)


def _take(order_id: str, state: State, work: Work) -> State:
    """Take one step and record its outcome; undo it if the order was rejected or cancelled meanwhile."""
    decided = ORDERS.decide(order_id, _attempt(order_id, state, work))
    if not decided.recorded and work.step in course.WAY and steps.is_over(decided.state):
        taking.undo(order_id, decided.state, work)
    return decided.state


def _attempt(order_id: str, state: State, work: Work) -> steps.Decision:
    """Take the parts of a step; returns the decision that records the answer or the failure."""
    decision: steps.Decision = steps.nothing
    for name, part in taking.PARTS[work.step]:
        try:
            decision = part(order_id, state, work)
        except effects.TRANSIENT:
            raise
        except Exception as error:
            problem = taking.problem(error)
            about = {"order": order_id, "step": name, "problem": problem}
            if isinstance(error, taking.EXPECTED):
                log.debug("step not taken yet", extra=about)
            else:
                log.warning("step failed", extra=about)
            return steps.fail(work, name, problem, clock.now())
    return decision
