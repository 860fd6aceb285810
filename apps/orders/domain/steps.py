"""The decisions that record a step: its event, unless the step is no longer pending."""

from collections.abc import Callable
from typing import Any

from apps.orders.domain import course, states
from apps.orders.domain.course import Work
from apps.orders.domain.order import State
from idl import common, orders

Decision = Callable[[State], list[Any]]


def due_now(state: State, now: int) -> list[Work]:
    """The steps to take now: pending, not waiting for a retry, nor for an earlier step."""
    ready = [work for work in state.due if _is_ready(state, work, now)]
    capturing = any(work.step == course.CAPTURE for work in state.due)
    # The rest of an authorisation is voided only after everything due was captured.
    return [work for work in ready if not (work.step == course.VOID and capturing)]


def _is_ready(state: State, work: Work, now: int) -> bool:
    failure = state.failure(work)
    return failure is None or (failure.retry_at is not None and course.is_due(failure.retry_at, now))


def nothing(_: State) -> list[Any]:
    """The decision after a part of a step that is not recorded."""
    return []


def record(work: Work, *events: Any) -> Decision:
    """Record a step, unless another run did, or the order was rejected."""
    return lambda state: list(events) if work in state.due else []


def decline(reason: str) -> Decision:
    """Record a declined payment and reject the order."""
    declined = orders.PaymentDeclined(reason=reason)
    return lambda state: record(Work(course.AUTHORISE), declined, rejected(state, "payment declined"))(state)


def reject(work: Work, reason: str) -> Decision:
    """Reject an order because a step is impossible."""
    return lambda state: record(work, rejected(state, reason))(state)


def rejected(state: State, reason: str) -> orders.OrderRejected:
    """The event of a rejected order, with its lines for the cart that is restored."""
    lines = line_structs(state) if state.cart_id else None
    return orders.OrderRejected(reason=reason, cart_id=state.cart_id, lines=lines)


def confirm(state: State) -> list[Any]:
    """Confirm an order."""
    return [confirmed(state)] if Work(course.ALLOCATE) in state.due else []


def confirmed(state: State) -> orders.OrderConfirmed:
    """The event of a confirmed order, with its lines, so that consumers need not ask for them."""
    return orders.OrderConfirmed(lines=line_structs(state), customer_id=state.customer_id)


def capture(work: Work, reference: str) -> Decision:
    """Record that a shipment was shipped and its payment captured."""

    def decide(state: State) -> list[Any]:
        due = next((one.due for one in state.shipments if one.id == work.id), 0)
        amount = common.Money(amount=due, currency=state.figures.currency)
        return record(work, orders.PaymentCaptured(reference=reference, amount=amount, shipment_id=work.id))(state)

    return decide


def fail(work: Work, step: str, problem: str, now: int) -> Decision:
    """Record a failed step and when to retry it; after the fifth attempt it waits for staff."""

    def decide(state: State) -> list[Any]:
        before = state.failure(work)
        attempt = before.attempt + 1 if before else 1
        failed = orders.StepFailed(
            step=step, problem=problem[:500], attempt=attempt, id=work.id, retry_at=course.retry_at(attempt, now)
        )
        return record(work, failed)(state)

    return decide


def per_sku(state: State, lines: tuple[tuple[int, int], ...]) -> dict[str, int]:
    """(Line number, quantity) pairs as quantities by SKU, in the order of SKUs; several lines may have the same SKU."""
    found: dict[str, int] = {}
    for number, quantity in lines:
        sku = state.lines[number - 1].sku
        found[sku] = found.get(sku, 0) + quantity
    return dict(sorted(found.items()))


def skus(state: State) -> list[str]:
    """All SKUs of an order, once each, in order."""
    return sorted({line.sku for line in state.lines})


def line_structs(state: State, start: int = 0, end: int | None = None) -> list[orders.OrderLine]:
    """The lines as structs of the contract, all or a slice."""
    part = slice(start, end)
    currency = state.figures.currency
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
    return not states.NEXT[state.status] and not state.figures.shipped
