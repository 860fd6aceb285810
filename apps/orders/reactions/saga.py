"""The saga: takes the steps that are due for an order, one after the other, and records each; it can stop and go on anywhere."""

import logging

from apps.orders.domain import course, steps
from apps.orders.domain.course import Work
from apps.orders.domain.order import State
from apps.orders.reactions import taking
from apps.orders.service.streams import ORDERS
from thriftshop import clock, events
from thriftshop.events import effects

log = logging.getLogger("thriftshop.orders")

# Those after which a step is due that no earlier run can have taken.
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


def go_on(record: events.Recorded) -> None:
    """Goes on with the order that something happened to."""
    state = advance(record.stream)
    if record.kind in ("OrderPlaced", "RetryRequested") and steps.is_over(state):
        # A run that died on the way may have promised goods for good after the order was given up and its goods released.
        taking.undo(record.stream, state, Work(course.RESERVE))


def advance(order_id: str) -> State:
    """Takes every step that is due now; gives the order as it is then.

    A step is asked for under its own key before it is recorded: whoever stops in between asks again, and nothing is
    done twice. What fails is recorded and left to a later run; what is only out of reach is raised, to be waited for.
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
    """Takes one step and records how it ended; takes it back where the order was given up meanwhile."""
    decided = ORDERS.decide(order_id, _attempt(order_id, state, work))
    if not decided.recorded and work.step in course.WAY and steps.is_over(decided.state):
        taking.undo(order_id, decided.state, work)
    return decided.state


def _attempt(order_id: str, state: State, work: Work) -> steps.Decision:
    """Asks for a step, part by part; gives the decision that records the answer or the failure."""
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
