"""The calls of the saga's steps: each returns the decision that records its answer."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apps.orders import payments
from apps.orders.domain import batches, saga_state, steps
from apps.orders.domain.order import State
from apps.orders.domain.saga_state import PendingStep
from apps.orders.models import personal
from idl import common, inventory, orders
from thriftshop import call_context, rpc

HOLD_SECONDS = 900
MAX_REASON_LENGTH = 200
# The reference of an authorisation or capture of nothing.
NOTHING_TO_PAY = "nothing owed"
# Logged as debug messages: the provider has not decided yet, or a sandbox token simulates a failure.
EXPECTED = (payments.Waiting, payments.Simulated)

SagaCall = Callable[[str, State, PendingStep], steps.Decision]


def problem(error: Exception) -> str:
    """A failure as a message for staff."""
    if isinstance(error, payments.Failed | payments.Waiting):
        return str(error)
    return f"{type(error).__name__}: {getattr(error, 'message', None) or error}"


def _stock() -> inventory.InventoryService:
    return rpc.connect(inventory.InventoryService)


def _stock_lines(quantities: Mapping[str, int]) -> Iterator[list[inventory.StockLine]]:
    """Quantities by SKU as lines, in one batch per call. After a crash all batches are sent again under the same key."""
    for batch in batches.split_quantities(quantities):
        yield [inventory.StockLine(sku=sku, quantity=quantity) for sku, quantity in batch.items()]


def _all_lines(state: State) -> tuple[tuple[int, int], ...]:
    return tuple((number, line.quantity) for number, line in enumerate(state.lines, start=1))


def _reserve(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    # Invoices need no provider: reservation, authorisation and confirmation are recorded together, and the reservation is firm.
    # Not after a failure: if the order was cancelled meanwhile, nothing would release the reservation, so it has to expire.
    at_once = state.provider == "invoice" and state.failure(step) is None
    try:
        for lines in _stock_lines(steps.quantities_by_sku(state, _all_lines(state))):
            _stock().reserve(order_id, lines, HOLD_SECONDS, at_once)
    except inventory.OutOfStock:
        # Batches that were reserved are released with the rejected order.
        return steps.reject(step, "out of stock")
    reserved = orders.OrderStockReserved(expires_at=call_context.happened_at() + HOLD_SECONDS * 1000)
    if not at_once:
        return steps.record(step, reserved)
    authorised = _authorised(state, _call_authorise(order_id, state))
    return steps.record(step, reserved, authorised, steps.confirmed(state))


def _authorise(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    try:
        reference = _call_authorise(order_id, state)
    except payments.Declined as refusal:
        return steps.decline(str(refusal))
    return steps.record(step, _authorised(state, reference))


def _call_authorise(order_id: str, state: State) -> str:
    total, currency = state.totals.total, state.totals.currency
    if not total:
        return NOTHING_TO_PAY
    return payments.call(state.provider, "authorise", order_id, total, currency, _token(order_id, state))


def _authorised(state: State, reference: str) -> orders.PaymentAuthorised:
    amount = common.Money(amount=state.totals.total, currency=state.totals.currency)
    return orders.PaymentAuthorised(reference=reference, amount=amount)


def _token(order_id: str, state: State) -> str:
    if state.provider == "invoice":
        return ""
    owner = personal.owner_of(state.customer_id, order_id)
    return personal.unseal({order_id: (owner, state.sealed)})[order_id].token or ""


def _allocate(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    try:
        for skus in batches.split(steps.skus(state)):
            _stock().allocate(order_id, list(skus))
    except inventory.ReservationNotFound:
        return steps.reject(step, "timed out")
    return steps.confirm


def _shipment(state: State, step: PendingStep) -> Any:
    return next(shipment for shipment in state.shipments if shipment.id == step.id)


def _ship(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    for lines in _stock_lines(steps.quantities_by_sku(state, _shipment(state, step).lines)):
        _stock().ship(step.id, order_id, lines)
    return steps.nothing


def _capture(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    amount, reference = _shipment(state, step).amount, NOTHING_TO_PAY
    if amount:
        reference = payments.call(state.provider, "capture", order_id, step.id, amount, state.totals.currency)
    return steps.capture(step, reference)


def _refund(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    amount, currency = next(refund.amount for refund in state.refunds if refund.id == step.id), state.totals.currency
    reference = payments.call(state.provider, "refund", order_id, step.id, amount, currency)
    money = common.Money(amount=amount, currency=currency)
    return steps.record(step, orders.PaymentRefunded(id=step.id, reference=reference, amount=money))


def _release(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    reason = (state.reason or "rejected or cancelled")[:MAX_REASON_LENGTH]
    _release_all(order_id, state, reason)
    return steps.record(step, orders.StepDone(step=step.name, id=step.id))


def _release_all(order_id: str, state: State, reason: str) -> None:
    for skus in batches.split(steps.skus(state)):
        _stock().release(order_id, list(skus), reason)


def _release_lines(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    cancellation = next(cancellation for cancellation in state.partial_cancellations if cancellation.id == step.id)
    try:
        for lines in _stock_lines(steps.quantities_by_sku(state, cancellation.lines)):
            _stock().release_lines(step.id, order_id, lines, "lines cancelled")
    except inventory.ReservationNotFound:
        if not steps.is_over(state):
            raise
        # The whole order was cancelled meanwhile and everything released.
    return steps.record(step, orders.StepDone(step=step.name, id=step.id))


def _restock(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    returned = next(return_ for return_ in state.returns if return_.id == step.id)
    for lines in _stock_lines(steps.quantities_by_sku(state, returned.lines)):
        _stock().take_back(step.id, lines, order_id, returned.reason)
    return steps.record(step, orders.StepDone(step=step.name, id=step.id))


def _void(order_id: str, state: State, step: PendingStep) -> steps.Decision:
    reference = payments.call(state.provider, "void", order_id)
    if state.totals.is_authorised and reference:
        return steps.record(step, orders.PaymentVoided(reference=reference))
    return steps.record(step, orders.StepDone(step=step.name, id=step.id))


def undo(order_id: str, state: State, step: PendingStep) -> None:
    """Undo a step that ended just after its order was rejected or cancelled."""
    if step.name == saga_state.AUTHORISE:
        if state.totals.total:
            payments.call(state.provider, "void", order_id)
    else:
        _release_all(order_id, state, "rejected or cancelled")


CALLS: Mapping[str, tuple[tuple[str, SagaCall], ...]] = {
    saga_state.RESERVE: ((saga_state.RESERVE, _reserve),),
    saga_state.AUTHORISE: ((saga_state.AUTHORISE, _authorise),),
    saga_state.ALLOCATE: ((saga_state.ALLOCATE, _allocate),),
    # Goods are shipped before their payment is captured.
    saga_state.CAPTURE: ((saga_state.SHIP, _ship), (saga_state.CAPTURE, _capture)),
    saga_state.REFUND: ((saga_state.REFUND, _refund),),
    saga_state.RELEASE: ((saga_state.RELEASE, _release),),
    saga_state.RELEASE_LINES: ((saga_state.RELEASE_LINES, _release_lines),),
    saga_state.RESTOCK: ((saga_state.RESTOCK, _restock),),
    saga_state.VOID: ((saga_state.VOID, _void),),
}
