"""The saga's state: the pending steps of an order in other contexts, added and removed by its events, and their failures.

Each step has an idempotency key, so that it can be repeated; only its event removes it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from apps.orders.domain.totals import Totals
from idl import orders

RESERVE = "reserve"
AUTHORISE = "authorise"
ALLOCATE = "allocate"
SHIP = "ship"
CAPTURE = "capture"
REFUND = "refund"
RELEASE = "release"
RELEASE_LINES = "release_lines"
RESTOCK = "restock"
VOID = "void"
# The steps to a confirmed order, dropped when it is rejected or cancelled.
STEPS_TO_CONFIRMATION = (RESERVE, AUTHORISE, ALLOCATE)

MAX_ATTEMPTS = 5
FIRST_WAIT_MS = 2_000
WAIT_FACTOR = 3
MAX_WAIT_MS: int = FIRST_WAIT_MS * WAIT_FACTOR ** (MAX_ATTEMPTS - 2)
# The tolerated difference between two machines' clocks.
SKEW_MS = 5_000


class PendingStep(NamedTuple):
    """A pending step and the id of its shipment, cancellation, return or refund ("" for the order itself)."""

    name: str
    id: str = ""


Steps = tuple[PendingStep, ...]


class Failure(NamedTuple):
    """The last failure of a step. Without `retry_at` it waits for staff."""

    step: str
    id: str
    attempt: int
    problem: str
    retry_at: int | None

    @property
    def pending_step(self) -> PendingStep:
        """The pending step that failed; shipping is a part of capturing."""
        return PendingStep(CAPTURE if self.step == SHIP else self.step, self.id)


def retry_at(attempt: int, now: int) -> int | None:
    """When a step is retried: after 2, 6, 18 and 54 seconds; after five attempts it waits for staff."""
    return None if attempt >= MAX_ATTEMPTS else now + FIRST_WAIT_MS * WAIT_FACTOR ** (attempt - 1)


def may_retry(retry_at: int, now: int) -> bool:
    """Whether a failed step may be retried. A `retry_at` beyond the longest wait was set by a wrong clock."""
    return not now < retry_at <= latest_retry(now)


def latest_retry(now: int) -> int:
    """The latest possible `retry_at` of a step that has failed by now."""
    return now + MAX_WAIT_MS + SKEW_MS


def pending_after(pending: Steps, totals: Totals, event: Any) -> Steps:
    """The pending steps after an event; `totals` are those after the event."""
    change = _CHANGES.get(type(event))
    return change(pending, totals, event) if change else pending


def failures_after(failures: tuple[Failure, ...], event: Any) -> tuple[Failure, ...]:
    """The failures after an event."""
    if isinstance(event, orders.StepFailed):
        failed = Failure(event.step, event.id, event.attempt, event.problem, event.retry_at)
        return (*(failure for failure in failures if failure.pending_step != failed.pending_step), failed)
    if not failures:
        return failures
    if isinstance(event, orders.RetryRequested):
        return tuple(failure for failure in failures if failure.step != event.step)
    if isinstance(event, orders.OrderRejected | orders.OrderCancelled | orders.OrderConfirmed):
        return tuple(failure for failure in failures if failure.step not in STEPS_TO_CONFIRMATION)
    resolved = _RESOLVED_BY.get(type(event))
    return tuple(failure for failure in failures if failure.pending_step != resolved(event)) if resolved else failures


def _without(pending: Steps, *done: PendingStep) -> Steps:
    return tuple(step for step in pending if step not in done)


def _undo(pending: Steps, totals: Totals, _: Any) -> Steps:
    """Undo everything: release the stock and void the authorisation."""
    is_reserved = PendingStep(RESERVE) not in pending  # the payment is authorised after the stock is reserved
    may_be_authorised = is_reserved and totals.total and not totals.declined
    undo = (PendingStep(RELEASE), PendingStep(VOID)) if may_be_authorised else (PendingStep(RELEASE),)
    return (*(step for step in pending if step.name not in STEPS_TO_CONFIRMATION), *undo)


def _void_rest(pending: Steps, totals: Totals) -> Steps:
    """Void what is authorised but will not be captured, once nothing is left to ship."""
    is_over = totals.unshipped == 0 and totals.authorised > totals.to_capture and not totals.voided
    return (*pending, PendingStep(VOID)) if is_over and PendingStep(VOID) not in pending else pending


def _lines_cancelled(pending: Steps, totals: Totals, event: orders.LinesCancelled) -> Steps:
    return _void_rest((*pending, PendingStep(RELEASE_LINES, event.id)), totals)


def _shipped(pending: Steps, totals: Totals, event: orders.OrderShipped) -> Steps:
    return _void_rest((*pending, PendingStep(CAPTURE, event.shipment.id)), totals)


def _returned(pending: Steps, _: Totals, event: orders.OrderReturned) -> Steps:
    return (*pending, PendingStep(RESTOCK, event.returned.id)) if event.returned.restocked else pending


def _resolved(pending: Steps, _: Totals, event: Any) -> Steps:
    return _without(pending, _RESOLVED_BY[type(event)](event))


_RESOLVED_BY: Mapping[type, Callable[[Any], PendingStep]] = {
    orders.OrderStockReserved: lambda _: PendingStep(RESERVE),
    orders.PaymentAuthorised: lambda _: PendingStep(AUTHORISE),
    orders.PaymentDeclined: lambda _: PendingStep(AUTHORISE),
    orders.OrderConfirmed: lambda _: PendingStep(ALLOCATE),
    orders.PaymentCaptured: lambda event: PendingStep(CAPTURE, event.shipment_id),
    orders.PaymentRefunded: lambda event: PendingStep(REFUND, event.id),
    orders.PaymentVoided: lambda _: PendingStep(VOID),
    orders.StepDone: lambda event: PendingStep(event.step, event.id),
}

_CHANGES: Mapping[type, Callable[[Steps, Totals, Any], Steps]] = {
    **dict.fromkeys(_RESOLVED_BY, _resolved),
    orders.OrderPlaced: lambda *_: (PendingStep(RESERVE),),
    orders.OrderStockReserved: lambda *_: (PendingStep(AUTHORISE),),
    orders.PaymentAuthorised: lambda *_: (PendingStep(ALLOCATE),),
    orders.OrderRejected: _undo,
    orders.OrderCancelled: _undo,
    orders.LinesCancelled: _lines_cancelled,
    orders.OrderShipped: _shipped,
    orders.OrderReturned: _returned,
    orders.RefundRequested: lambda pending, _, event: (*pending, PendingStep(REFUND, event.id)),
}
