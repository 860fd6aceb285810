"""An order's state, folded from its events."""

import sys
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from apps.orders.domain import allocation, saga_state, totals
from apps.orders.domain.saga_state import Failure, PendingStep
from apps.orders.domain.totals import NOTHING, Totals
from idl import orders


class Line(NamedTuple):
    """A line as ordered; `price` is the unit price in minor units."""

    sku: str
    name: str
    quantity: int
    price: int
    agreed: bool


class Charge(NamedTuple):
    """A charge; `amount` in minor units, negative for a discount."""

    kind: int
    description: str
    amount: int


class Shipment(NamedTuple):
    """A shipment: (line number, quantity) pairs; `amount` is the amount to capture."""

    id: str
    lines: tuple[tuple[int, int], ...]
    tracking: str | None
    at: int
    amount: int


class Return(NamedTuple):
    """A return: (line number, quantity) pairs; `withheld` is the part of the usual refund that staff withheld."""

    id: str
    lines: tuple[tuple[int, int], ...]
    reason: str
    restocked: bool
    refund: int
    at: int
    withheld: int


class PartialCancellation(NamedTuple):
    """Cancelled pieces of an order that is not cancelled as a whole."""

    id: str
    lines: tuple[tuple[int, int], ...]
    amount: int


class Refund(NamedTuple):
    """A requested refund; `id` is that of its return, if there is one."""

    id: str
    amount: int


@dataclass(frozen=True, slots=True)
class State:
    """An order. Line number n is `lines[n - 1]`; `shipped`, `cancelled` and `returned` have its pieces at the same index.

    `shares` has the lines' prices with their shares of the charges, `pending_steps` the steps to take, `failures` their failures.
    """

    totals: Totals = NOTHING
    number: str = ""
    customer_id: str | None = None
    cart_id: str | None = None
    sealed: bytes | None = None
    provider: str = ""
    fingerprint: str = ""
    placed_at: int = 0
    cancellable_until: int = 0
    reason: str | None = None
    reference: str = ""
    lines: tuple[Line, ...] = ()
    charges: tuple[Charge, ...] = ()
    shares: allocation.Shares = allocation.NONE
    shipped: tuple[int, ...] = ()
    cancelled: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    returns: tuple[Return, ...] = ()
    partial_cancellations: tuple[PartialCancellation, ...] = ()
    refunds: tuple[Refund, ...] = ()
    pending_steps: tuple[PendingStep, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether the order was placed."""
        return bool(self.number)

    @property
    def status(self) -> int:
        """The status of the contract."""
        return self.totals.status

    def unshipped(self, number: int) -> int:
        """The pieces of a line that are still to be shipped."""
        at = number - 1
        return self.lines[at].quantity - self.shipped[at] - self.cancelled[at]

    def failure(self, step: PendingStep) -> Failure | None:
        """The failure of a step, if any."""
        return next((failure for failure in self.failures if failure.pending_step == step), None)


INITIAL = State()


def evolve(state: State, event: Any) -> State:
    """The order after an event. Raises LookupError for an unknown one."""
    if type(event) not in _CHANGES:
        raise LookupError(f"{type(event).__name__} is not a known event of an order.")
    changed = totals.after(state.totals, event)
    return replace(
        state,
        totals=changed,
        pending_steps=saga_state.pending_after(state.pending_steps, changed, event),
        failures=saga_state.failures_after(state.failures, event),
        **_CHANGES[type(event)](state, event),
    )


Changes = dict[str, Any]


def _placed(_: State, event: orders.OrderPlaced) -> Changes:
    none = (0,) * len(event.lines)
    lines = _lines(event)
    charges = tuple(Charge(charge.kind, charge.description, charge.amount.amount) for charge in event.charges)
    return {
        "number": event.number,
        "customer_id": event.customer_id,
        "cart_id": event.cart_id,
        "sealed": event.sealed,
        "provider": event.provider,
        "fingerprint": event.fingerprint,
        "placed_at": event.placed_at,
        "cancellable_until": event.cancellable_until,
        "lines": lines,
        "charges": charges,
        "shares": _shares(lines, charges),
        "shipped": none,
        "cancelled": none,
        "returned": none,
    }


def _lines(event: orders.OrderPlaced) -> tuple[Line, ...]:
    # Thousands of orders have the same few products: intern their names.
    return tuple(
        Line(sys.intern(line.sku), sys.intern(line.name), line.quantity, line.unit_price.amount, line.agreed_price)
        for line in event.lines
    )


def _shares(lines: tuple[Line, ...], charges: tuple[Charge, ...]) -> allocation.Shares:
    """Each line's share of the charges."""
    return allocation.shares(
        [line.quantity * line.price for line in lines],
        [line.quantity for line in lines],
        [(charge.kind, charge.amount) for charge in charges],
    )


def _claimed(_: State, event: orders.OrderClaimed) -> Changes:
    return {"customer_id": event.customer_id, "sealed": event.sealed}


def _unchanged(_: State, event: Any) -> Changes:
    return {}


def _authorised(_: State, event: orders.PaymentAuthorised) -> Changes:
    return {"reference": event.reference}


def _ended(_: State, event: Any) -> Changes:
    return {"reason": event.reason}


def pairs(lines: list[orders.LineQuantity]) -> tuple[tuple[int, int], ...]:
    """Lines as (line number, quantity) pairs."""
    return tuple((line.number, line.quantity) for line in lines)


def _added(counts: tuple[int, ...], lines: list[orders.LineQuantity]) -> tuple[int, ...]:
    changed = list(counts)
    for line in lines:
        changed[line.number - 1] += line.quantity
    return tuple(changed)


def _cancelled(state: State, event: orders.OrderCancelled) -> Changes:
    everything = tuple(line.quantity for line in state.lines)
    return {"reason": event.reason, "cancelled": everything}


def _lines_cancelled(state: State, event: orders.LinesCancelled) -> Changes:
    cancellation = PartialCancellation(event.id, pairs(event.lines), event.amount.amount)
    return {
        "cancelled": _added(state.cancelled, event.lines),
        "partial_cancellations": (*state.partial_cancellations, cancellation),
    }


def _shipped(state: State, event: orders.OrderShipped) -> Changes:
    shipped = event.shipment
    shipment = Shipment(shipped.id, pairs(shipped.lines), shipped.tracking, shipped.shipped_at, event.due.amount)
    return {"shipped": _added(state.shipped, shipped.lines), "shipments": (*state.shipments, shipment)}


def _returned(state: State, event: orders.OrderReturned) -> Changes:
    returned = event.returned
    lines, refund, withheld = pairs(returned.lines), returned.refund.amount, _withheld(state, returned)
    entry = Return(returned.id, lines, returned.reason, returned.restocked, refund, returned.returned_at, withheld)
    return {"returned": _added(state.returned, returned.lines), "returns": (*state.returns, entry)}


def _withheld(state: State, returned: orders.Return) -> int:
    """The part of the usual refund that was withheld. Older events do not have it; their default was the full price."""
    if returned.withheld is not None:
        return returned.withheld.amount
    price = sum(line.quantity * state.lines[line.number - 1].price for line in returned.lines)
    return max(0, min(price, state.totals.to_capture - state.totals.requested) - returned.refund.amount)


def _requested(state: State, event: orders.RefundRequested) -> Changes:
    return {"refunds": (*state.refunds, Refund(event.id, event.amount.amount))}


_CHANGES: dict[type, Any] = {
    orders.OrderPlaced: _placed,
    orders.OrderStockReserved: _unchanged,
    orders.PaymentAuthorised: _authorised,
    orders.PaymentDeclined: _unchanged,
    orders.OrderConfirmed: _unchanged,
    orders.OrderRejected: _ended,
    orders.OrderCancelled: _cancelled,
    orders.LinesCancelled: _lines_cancelled,
    orders.PaymentVoided: _unchanged,
    orders.OrderShipped: _shipped,
    orders.PaymentCaptured: _unchanged,
    orders.OrderReturned: _returned,
    orders.RefundRequested: _requested,
    orders.PaymentRefunded: _unchanged,
    orders.StepDone: _unchanged,
    orders.StepFailed: _unchanged,
    orders.RetryRequested: _unchanged,
    orders.OrderClaimed: _claimed,
}
