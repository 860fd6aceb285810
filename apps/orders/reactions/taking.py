"""The steps: each calls another context or the payment provider and returns the decision that records the answer."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apps.orders import payments
from apps.orders.domain import course, parts, steps
from apps.orders.domain.course import Work
from apps.orders.domain.order import State
from apps.orders.models import personal
from idl import common, inventory, orders
from thriftshop import call_context, rpc

HOLD_SECONDS = 900
LONGEST_REASON = 200
# Pending decisions and the failures of sandbox tokens are no faults.
EXPECTED = (payments.Waiting, payments.Simulated)

Part = Callable[[str, State, Work], steps.Decision]


def problem(error: Exception) -> str:
    """A failure as a message for staff."""
    if isinstance(error, payments.Failed | payments.Waiting):
        return str(error)
    return f"{type(error).__name__}: {getattr(error, 'message', None) or error}"


def _stock() -> inventory.InventoryService:
    return rpc.connect(inventory.InventoryService)


def _stock_lines(quantities: Mapping[str, int]) -> Iterator[list[inventory.StockLine]]:
    """Quantities by SKU as lines, in one part per call. After a crash all parts are sent again under the same key."""
    for part in parts.of_quantities(quantities):
        yield [inventory.StockLine(sku=sku, quantity=quantity) for sku, quantity in part.items()]


def _all(state: State) -> tuple[tuple[int, int], ...]:
    return tuple((number, line.quantity) for number, line in enumerate(state.lines, start=1))


def _reserve(order_id: str, state: State, work: Work) -> steps.Decision:
    # Invoices need no provider: reservation, authorisation and confirmation are recorded together, and the reservation is firm.
    # Not after a failure: if the order was cancelled meanwhile, nothing would release the reservation, so it has to expire.
    at_once = state.provider == "invoice" and state.failure(work) is None
    try:
        for lines in _stock_lines(steps.per_sku(state, _all(state))):
            _stock().reserve(order_id, lines, HOLD_SECONDS, at_once)
    except inventory.OutOfStock:
        # Parts reserved before are released with the rejected order.
        return steps.reject(work, "out of stock")
    reserved = orders.OrderStockReserved(expires_at=call_context.happened_at() + HOLD_SECONDS * 1000)
    if not at_once:
        return steps.record(work, reserved)
    authorised = _authorised(state, _ask_to_authorise(order_id, state))
    return steps.record(work, reserved, authorised, steps.confirmed(state))


def _authorise(order_id: str, state: State, work: Work) -> steps.Decision:
    try:
        reference = _ask_to_authorise(order_id, state)
    except payments.Declined as no:
        return steps.decline(str(no))
    return steps.record(work, _authorised(state, reference))


def _ask_to_authorise(order_id: str, state: State) -> str:
    total, currency = state.figures.total, state.figures.currency
    if not total:
        return "nothing owed"
    return payments.ask(state.provider, "authorise", order_id, total, currency, _token(order_id, state))


def _authorised(state: State, reference: str) -> orders.PaymentAuthorised:
    amount = common.Money(amount=state.figures.total, currency=state.figures.currency)
    return orders.PaymentAuthorised(reference=reference, amount=amount)


def _token(order_id: str, state: State) -> str:
    if state.provider == "invoice":
        return ""
    owner = personal.owner_of(state.customer_id, order_id)
    return personal.unseal({order_id: (owner, state.sealed)})[order_id].token or ""


def _allocate(order_id: str, state: State, work: Work) -> steps.Decision:
    try:
        for skus in parts.of(steps.skus(state)):
            _stock().allocate(order_id, list(skus))
    except inventory.ReservationNotFound:
        return steps.reject(work, "timed out")
    return steps.confirm


def _shipment(state: State, work: Work) -> Any:
    return next(one for one in state.shipments if one.id == work.id)


def _ship(order_id: str, state: State, work: Work) -> steps.Decision:
    for sent in _stock_lines(steps.per_sku(state, _shipment(state, work).lines)):
        _stock().ship(work.id, order_id, sent)
    return steps.nothing


def _capture(order_id: str, state: State, work: Work) -> steps.Decision:
    due, reference = _shipment(state, work).due, "nothing owed"
    if due:
        reference = payments.ask(state.provider, "capture", order_id, work.id, due, state.figures.currency)
    return steps.capture(work, reference)


def _refund(order_id: str, state: State, work: Work) -> steps.Decision:
    amount, currency = next(one.amount for one in state.refunds if one.id == work.id), state.figures.currency
    reference = payments.ask(state.provider, "refund", order_id, work.id, amount, currency)
    money = common.Money(amount=amount, currency=currency)
    return steps.record(work, orders.PaymentRefunded(id=work.id, reference=reference, amount=money))


def _release(order_id: str, state: State, work: Work) -> steps.Decision:
    reason = (state.reason or "rejected or cancelled")[:LONGEST_REASON]
    _release_all(order_id, state, reason)
    return steps.record(work, orders.StepDone(step=work.step, id=work.id))


def _release_all(order_id: str, state: State, reason: str) -> None:
    for skus in parts.of(steps.skus(state)):
        _stock().release(order_id, list(skus), reason)


def _release_lines(order_id: str, state: State, work: Work) -> steps.Decision:
    part = next(one for one in state.parts if one.id == work.id)
    try:
        for lines in _stock_lines(steps.per_sku(state, part.lines)):
            _stock().release_lines(work.id, order_id, lines, "lines cancelled")
    except inventory.ReservationNotFound:
        if not steps.is_over(state):
            raise
        # The whole order was cancelled meanwhile and everything released.
    return steps.record(work, orders.StepDone(step=work.step, id=work.id))


def _restock(order_id: str, state: State, work: Work) -> steps.Decision:
    back = next(one for one in state.returns if one.id == work.id)
    for lines in _stock_lines(steps.per_sku(state, back.lines)):
        _stock().take_back(work.id, lines, order_id, back.reason)
    return steps.record(work, orders.StepDone(step=work.step, id=work.id))


def _void(order_id: str, state: State, work: Work) -> steps.Decision:
    reference = payments.ask(state.provider, "void", order_id)
    if state.figures.promised and reference:
        return steps.record(work, orders.PaymentVoided(reference=reference))
    return steps.record(work, orders.StepDone(step=work.step, id=work.id))


def undo(order_id: str, state: State, work: Work) -> None:
    """Undo a step that ended just after its order was rejected or cancelled."""
    if work.step == course.AUTHORISE:
        if state.figures.total:
            payments.ask(state.provider, "void", order_id)
    else:
        _release_all(order_id, state, "rejected or cancelled")


PARTS: Mapping[str, tuple[tuple[str, Part], ...]] = {
    course.RESERVE: ((course.RESERVE, _reserve),),
    course.AUTHORISE: ((course.AUTHORISE, _authorise),),
    course.ALLOCATE: ((course.ALLOCATE, _allocate),),
    # Goods are shipped before their payment is captured.
    course.CAPTURE: ((course.SHIP, _ship), (course.CAPTURE, _capture)),
    course.REFUND: ((course.REFUND, _refund),),
    course.RELEASE: ((course.RELEASE, _release),),
    course.RELEASE_LINES: ((course.RELEASE_LINES, _release_lines),),
    course.RESTOCK: ((course.RESTOCK, _restock),),
    course.VOID: ((course.VOID, _void),),
}
