"""The decisions that record a step: its event, unless the step is no longer pending."""

from collections.abc import Callable
from typing import Any

from apps.orders.domain import saga_state, states
from apps.orders.domain.order import State
from apps.orders.domain.saga_state import PendingStep
from idl import common, orders

Decision = Callable[[State], list[Any]]


def ready(state: State, now: int) -> list[PendingStep]:
    """The steps to take now: pending, not waiting for a retry, nor for an earlier step."""
    ready_steps = [step for step in state.pending_steps if _is_ready(state, step, now)]
    capturing = any(step.name == saga_state.CAPTURE for step in state.pending_steps)
    # The rest of an authorisation is voided only after every shipment was captured.
    return [step for step in ready_steps if not (step.name == saga_state.VOID and capturing)]


def _is_ready(state: State, step: PendingStep, now: int) -> bool:
    failure = state.failure(step)
    return failure is None or (failure.retry_at is not None and saga_state.may_retry(failure.retry_at, now))


def nothing(_: State) -> list[Any]:
    """The decision after a call that is not recorded."""
    return []


def record(step: PendingStep, *events: Any) -> Decision:
    """Record a step, unless another run did, or the order was rejected."""
    return lambda state: list(events) if step in state.pending_steps else []


def decline(reason: str) -> Decision:
    """Record a declined payment and reject the order."""
    declined = orders.PaymentDeclined(reason=reason)
    return lambda state: record(PendingStep(saga_state.AUTHORISE), declined, rejected(state, "payment declined"))(state)


def reject(step: PendingStep, reason: str) -> Decision:
    """Reject an order because a step is impossible."""
    return lambda state: record(step, rejected(state, reason))(state)


def rejected(state: State, reason: str) -> orders.OrderRejected:
    """The event of a rejected order, with its lines for the cart that is restored."""
    lines = line_structs(state) if state.cart_id else None
    return orders.OrderRejected(reason=reason, cart_id=state.cart_id, lines=lines)


def confirm(state: State) -> list[Any]:
    """Confirm an order."""
    return [confirmed(state)] if PendingStep(saga_state.ALLOCATE) in state.pending_steps else []


def confirmed(state: State) -> orders.OrderConfirmed:
    """The event of a confirmed order, with its lines, so that consumers need not ask for them."""
    return orders.OrderConfirmed(lines=line_structs(state), customer_id=state.customer_id)


def capture(step: PendingStep, reference: str) -> Decision:
    """Record that a shipment was shipped and its payment captured."""

    def decide(state: State) -> list[Any]:
        amount = next((shipment.amount for shipment in state.shipments if shipment.id == step.id), 0)
        captured = orders.PaymentCaptured(
            reference=reference,
            amount=common.Money(amount=amount, currency=state.totals.currency),
            shipment_id=step.id,
        )
        return record(step, captured)(state)

    return decide


def fail(step: PendingStep, name: str, problem: str, now: int) -> Decision:
    """Record the failure of a call (`name`) and when to retry its step; after the fifth attempt it waits for staff."""

    def decide(state: State) -> list[Any]:
        before = state.failure(step)
        attempt = before.attempt + 1 if before else 1
        failed = orders.StepFailed(
            step=name, problem=problem[:500], attempt=attempt, id=step.id, retry_at=saga_state.retry_at(attempt, now)
        )
        return record(step, failed)(state)

    return decide


def quantities_by_sku(state: State, lines: tuple[tuple[int, int], ...]) -> dict[str, int]:
    """(Line number, quantity) pairs as quantities by SKU, in the order of SKUs; several lines may have the same SKU."""
    quantities: dict[str, int] = {}
    for number, quantity in lines:
        sku = state.lines[number - 1].sku
        quantities[sku] = quantities.get(sku, 0) + quantity
    return dict(sorted(quantities.items()))


def skus(state: State) -> list[str]:
    """All SKUs of an order, once each, in order."""
    return sorted({line.sku for line in state.lines})


def line_structs(state: State, start: int = 0, end: int | None = None) -> list[orders.OrderLine]:
    """The lines as structs of the contract, all or a slice."""
    part = slice(start, end)
    currency = state.totals.currency
    return [
        orders.OrderLine(
            number=number,
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            unit_price=common.Money(amount=line.price, currency=currency),
            agreed_price=line.agreed,
            shipped=shipped,
            cancelled=cancelled,
            returned=returned,
        )
        for number, (line, shipped, cancelled, returned) in enumerate(
            zip(state.lines[part], state.shipped[part], state.cancelled[part], state.returned[part], strict=True),
            start=start + 1,
        )
    ]


def is_stuck(state: State) -> bool:
    """Whether a step waits for staff."""
    return any(failure.retry_at is None for failure in state.failures)


def is_over(state: State) -> bool:
    """Whether the order was rejected or cancelled."""
    return not states.NEXT[state.status] and not state.totals.shipped
