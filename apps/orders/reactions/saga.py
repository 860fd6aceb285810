"""The saga: takes the pending steps of an order one by one and records each. It can be interrupted anywhere."""

import logging

from apps.orders.domain import saga_state, steps
from apps.orders.domain.order import State
from apps.orders.domain.saga_state import PendingStep
from apps.orders.reactions import saga_calls
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
    # A step that is taken on an old state is not recorded, and undone.
    state, _ = ORDERS.load_including(record.stream, record.version)
    state = _advance(record.stream, state)
    if record.kind in ("OrderPlaced", "RetryRequested") and steps.is_over(state):
        # A run that crashed may have reserved goods firmly after the order was cancelled and its stock released.
        saga_calls.undo(record.stream, state, PendingStep(saga_state.RESERVE))


def advance(order_id: str) -> State:
    """Take all steps that can be taken now and return the order after them.

    A step is called under its idempotency key before it is recorded, so it can be repeated after a crash. Failures are
    recorded and retried by a later run; transient errors are raised.
    """
    state, _ = ORDERS.load(order_id)
    return _advance(order_id, state)


def _advance(order_id: str, state: State) -> State:
    tried: set[PendingStep] = set()
    while (step := _next(state, tried)) is not None:
        tried.add(step)
        state = _take(order_id, state, step)
    return state


def _next(state: State, tried: set[PendingStep]) -> PendingStep | None:
    return next((step for step in steps.ready(state, clock.now()) if step not in tried), None)


def _take(order_id: str, state: State, step: PendingStep) -> State:
    """Take one step and record its outcome; undo it if the order was rejected or cancelled meanwhile."""
    decided = ORDERS.decide(order_id, _attempt(order_id, state, step))
    if not decided.recorded and step.name in saga_state.STEPS_TO_CONFIRMATION and steps.is_over(decided.state):
        saga_calls.undo(order_id, decided.state, step)
    return decided.state


def _attempt(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    """Make the calls of a step; returns the decision that records the answer or the failure."""
    decision: steps.Decision = steps.nothing
    for name, call in saga_calls.CALLS[step.name]:
        try:
            decision = call(order_id, state, step)
        except effects.TRANSIENT:
            raise
        except Exception as error:
            problem = saga_calls.problem(error)
            details = {"order": order_id, "step": name, "problem": problem}
            if isinstance(error, saga_calls.EXPECTED):
                log.debug("step not taken yet", extra=details)
            else:
                log.warning("step failed", extra=details)
            return steps.fail(step, name, problem, clock.now())
    return decision
