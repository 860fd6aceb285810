"""The pending steps of an order in other contexts, added and removed by its events, and their failures.

Each step has an idempotency key, so that it can be repeated; only its event removes it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from idl.orders import OrderStatus

from apps.orders.domain.figures import Figures
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
WAY = (RESERVE, AUTHORISE, ALLOCATE)

TRIES = 5
FIRST_WAIT_MS = 2_000
WAIT_FACTOR = 3
LONGEST_WAIT_MS: int = FIRST_WAIT_MS * WAIT_FACTOR ** (TRIES - 2)
# The tolerated difference between two machines' clocks.
SKEW_MS = 5_000


class Work(NamedTuple):
    """A pending step and the id of its shipment, cancellation, return or refund ("" for the order itself)."""

    step: str
    id: str = ""


class Failure(NamedTuple):
    """The last failure of a step. Without `retry_at` it waits for staff."""

    step: str
    id: str
    attempt: int
    problem: str
    retry_at: int | None

    @property
    def work(self) -> Work:
        """The pending step that failed; shipping is a part of capturing."""
        return Work(CAPTURE if self.step == SHIP else self.step, self.id)


def retry_at(attempt: int, now: int) -> int | None:
    """When a step is retried: after 2, 6, 18 and 54 seconds; after five attempts it waits for staff."""
    return None if attempt >= TRIES else now + FIRST_WAIT_MS * WAIT_FACTOR ** (attempt - 1)


def is_due(retry_at: int, now: int) -> bool:
    """Whether a failed step may be retried. A `retry_at` beyond the longest wait was set by a wrong clock."""
    return not now < retry_at <= latest_retry(now)


def latest_retry(now: int) -> int:
    """The latest possible `retry_at` of a step that has failed by now."""
    return now + LONGEST_WAIT_MS + SKEW_MS


def list_after(due: tuple[Work, ...], figures: Figures, event: Any) -> tuple[Work, ...]:
    """The pending steps after an event; `figures` are those after the event."""
    change = _CHANGES.get(type(event))
    return change(due, figures, event) if change else due


def failures_after(failures: tuple[Failure, ...], event: Any) -> tuple[Failure, ...]:
    """The failures after an event."""
    if isinstance(event, orders.StepFailed):
        failed = Failure(event.step, event.id, event.attempt, event.problem, event.retry_at)
        return (*(one for one in failures if one.work != failed.work), failed)
    if not failures:
        return failures
    if isinstance(event, orders.RetryRequested):
        return tuple(one for one in failures if one.step != event.step)
    if isinstance(event, orders.OrderRejected | orders.OrderCancelled | orders.OrderConfirmed):
        return tuple(one for one in failures if one.step not in WAY)
    settled = _SETTLES.get(type(event))
    return tuple(one for one in failures if one.work != settled(event)) if settled else failures


def _without(due: tuple[Work, ...], *done: Work) -> tuple[Work, ...]:
    return tuple(work for work in due if work not in done)


def _undo(due: tuple[Work, ...], figures: Figures, _: Any) -> tuple[Work, ...]:
    """Undo everything: release the stock and void the authorisation."""
    tried = Work(RESERVE) not in due  # the payment is authorised after the stock is reserved
    undo = (Work(RELEASE), Work(VOID)) if tried and figures.total and not figures.declined else (Work(RELEASE),)
    return (*(work for work in due if work.step not in WAY), *undo)


def _void_rest(due: tuple[Work, ...], figures: Figures) -> tuple[Work, ...]:
    """Void what is authorised but will not be captured, once nothing is left to ship."""
    over = figures.left == 0 and figures.authorised > figures.due and not figures.voided
    return (*due, Work(VOID)) if over and Work(VOID) not in due else due


def _lines_cancelled(due: tuple[Work, ...], figures: Figures, event: orders.LinesCancelled) -> tuple[Work, ...]:
    return _void_rest((*due, Work(RELEASE_LINES, event.id)), figures)


def _shipped(due: tuple[Work, ...], figures: Figures, event: orders.OrderShipped) -> tuple[Work, ...]:
    return _void_rest((*due, Work(CAPTURE, event.shipment.id)), figures)


def _returned(due: tuple[Work, ...], _: Figures, event: orders.OrderReturned) -> tuple[Work, ...]:
    return (*due, Work(RESTOCK, event.returned.id)) if event.returned.restocked else due


def _settled(due: tuple[Work, ...], _: Figures, event: Any) -> tuple[Work, ...]:
    return _without(due, _SETTLES[type(event)](event))


_SETTLES: Mapping[type, Callable[[Any], Work]] = {
    orders.OrderStockReserved: lambda _: Work(RESERVE),
    orders.PaymentAuthorised: lambda _: Work(AUTHORISE),
    orders.PaymentDeclined: lambda _: Work(AUTHORISE),
    orders.OrderConfirmed: lambda _: Work(ALLOCATE),
    orders.PaymentCaptured: lambda event: Work(CAPTURE, event.shipment_id),
    orders.PaymentRefunded: lambda event: Work(REFUND, event.id),
    orders.PaymentVoided: lambda _: Work(VOID),
    orders.StepDone: lambda event: Work(event.step, event.id),
}

_CHANGES: Mapping[type, Callable[[tuple[Work, ...], Figures, Any], tuple[Work, ...]]] = {
    **dict.fromkeys(_SETTLES, _settled),
    orders.OrderPlaced: lambda *_: (Work(RESERVE),),
    orders.OrderStockReserved: lambda *_: (Work(AUTHORISE),),
    orders.PaymentAuthorised: lambda *_: (Work(ALLOCATE),),
    orders.OrderRejected: _undo,
    orders.OrderCancelled: _undo,
    orders.LinesCancelled: _lines_cancelled,
    orders.OrderShipped: _shipped,
    orders.OrderReturned: _returned,
    orders.RefundRequested: lambda due, _, event: (*due, Work(REFUND, event.id)),
}


def is_open(status: int) -> bool:
    """Whether an order is pending."""
    return status == OrderStatus.PENDING
