"""Orders as lists of events, for the tests of the domain."""

from functools import reduce

from apps.orders.domain import changing, order
from apps.orders.domain.changing import Actor, ReturnRequest
from idl import common, orders

ID = "6f1c7d3e-0000-4000-8000-000000000001"
PLACED_AT = 1_700_000_000_000
MINUTE, DAY = 60_000, 86_400_000
CUSTOMER, STAFF, SYSTEM = Actor("customer"), Actor("staff"), Actor("system")


def gbp(amount):
    return common.Money(amount=amount, currency="GBP")


def given(*events):
    """The state after these events."""
    return reduce(order.evolve, events, order.INITIAL)


def placed(*lines, charges=(), provider="card", fingerprint="f"):
    """An order with (SKU, quantity, price) lines and charges of these amounts."""
    made = [
        orders.OrderLine(
            number=number,
            sku=sku,
            name=sku.capitalize(),
            quantity=quantity,
            unit_price=gbp(price),
            agreed_price=False,
            shipped=0,
            cancelled=0,
            returned=0,
        )
        for number, (sku, quantity, price) in enumerate(lines or (("COAT", 2, 45_00), ("TEAPOT", 3, 12_50)), start=1)
    ]
    extra = [
        orders.Charge(kind=orders.ChargeKind.POSTAGE, description="Postage", amount=gbp(amount)) for amount in charges
    ]
    total = sum(line.quantity * line.unit_price.amount for line in made) + sum(charges)
    return orders.OrderPlaced(
        number="TS-7K2M9QX4",
        customer_id="ada",
        lines=made,
        charges=extra,
        total=gbp(total),
        provider=provider,
        fingerprint=fingerprint,
        placed_at=PLACED_AT,
        cancellable_until=PLACED_AT + 30 * MINUTE,
    )


def reserved():
    return orders.OrderStockReserved(expires_at=PLACED_AT + 900_000)


def authorised(amount):
    return orders.PaymentAuthorised(reference="ref", amount=gbp(amount))


def confirmed():
    return orders.OrderConfirmed(lines=[], customer_id="ada")


def confirmed_order(*lines, **more):
    """The events of an order on its way to its customer."""
    event = placed(*lines, **more)
    return [event, reserved(), authorised(event.total.amount), confirmed()]


def shipped(state, *pairs, key="ship"):
    return changing.ship(state, changing.change_id(ID, "ship", key), quantities(*pairs), None, PLACED_AT + DAY)


def captured(event):
    return orders.PaymentCaptured(reference="ref", amount=event.due, shipment_id=event.shipment.id)


def shipped_order(*lines, **more):
    """The events of an order all of which has left and was paid."""
    events = confirmed_order(*lines, **more)
    (event,) = shipped(given(*events))
    return [*events, event, captured(event)]


def request(*pairs, key="return", restock=True, at=PLACED_AT + 2 * DAY):
    part = changing.change_id(ID, "return_lines", key)
    return ReturnRequest(part, quantities(*pairs), "does not fit", restock, at)


def returned(state, *pairs, by=STAFF, agreed=None, days=30, **more):
    return changing.return_lines(state, request(*pairs, **more), by, agreed, days)


def quantities(*pairs):
    return [orders.LineQuantity(number=number, quantity=quantity) for number, quantity in pairs]


def pending_steps(state):
    """The names of an order's pending steps."""
    return [step.name for step in state.pending_steps]


def failed(step, attempt=1, retry_at=None, id_=""):
    return orders.StepFailed(step=step, problem="no answer", attempt=attempt, id=id_, retry_at=retry_at)
