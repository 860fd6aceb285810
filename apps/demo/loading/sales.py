"""The steps of orders: placing, cancelling, shipping, returns and refunds."""

from __future__ import annotations

from apps.demo import planning
from apps.demo.loading import customers, run
from idl import catalog, experiments, orders
from thriftshop import call_context, clock, rpc
from thriftshop.flags import variants


def apply(state: run.Run, step: planning.Step) -> None:
    """Execute one step of an order."""
    state.wait_for_order(step.order)
    with run.at_time(step.at, f"Order {step.order}"):
        match step:
            case planning.Place():
                _place(state, step)
                state.pending_skus.update(line.sku for line in step.lines)
            case planning.Cancel():
                rpc.connect(orders.OrdersService).cancel(_id(state, step), step.reason)
            case planning.Ship():
                _ship(state, step)
            case planning.Return():
                _return(state, step)
            case planning.Refund():
                rpc.connect(orders.OrdersService).refund(
                    _key(step), _id(state, step), run.money(step.amount), step.reason
                )
    state.pending_orders.add(step.order)


def _id(state: run.Run, step: planning.Step) -> str:
    return str(state.record.orders[str(step.order)])


def _key(step: planning.Step) -> str:
    return f"demo:{type(step).__name__.lower()}:{step.order:04d}:{getattr(step, 'part', 1)}"


def _place(state: run.Run, step: planning.Place) -> None:
    """Place an order; that of a visitor under the variant that they saw."""
    if not step.visitor:
        _order(state, step)
        return
    with call_context.using(variant=variants.text({step.flag: step.variant})):
        placed = _order(state, step)
    guest_order = experiments.GuestOrder(unit=step.visitor, order_id=placed.id, at=placed.placed_at)
    rpc.connect(experiments.ExperimentsService).attribute([guest_order])


def _order(state: run.Run, step: planning.Place) -> orders.Order:
    method = orders.PaymentMethod(provider="card" if step.card else "invoice", token=step.card)
    placed = rpc.connect(orders.OrdersService).place(
        orders.PlaceOrder(
            idempotency_key=_key(step),
            shipping_address=customers.address(step.person),
            email=step.person.email,
            payment=method,
            lines=[orders.NewLine(sku=line.sku, quantity=line.quantity) for line in step.lines],
            charges=_charges(step),
            customer_id=None if step.visitor else state.users[step.person.email],
            currency=run.CURRENCY,
        )
    )
    state.record.orders[str(step.order)] = placed.id
    return placed


def _charges(step: planning.Place) -> list[orders.Charge]:
    goods = _value(step)
    postage = 0 if goods >= planning.FREE_POSTAGE_FROM else planning.POSTAGE
    charges = [_charge(orders.ChargeKind.POSTAGE, "Postage and packing", postage)]
    if step.discount:
        discount = -round(goods * step.discount / 100)
        charges.append(_charge(orders.ChargeKind.DISCOUNT, f"Thank you for coming back: {step.discount} %", discount))
    return [charge for charge in charges if charge.amount.amount]


def _value(step: planning.Place) -> int:
    """The price of the goods at the time of the order."""
    prices = rpc.connect(catalog.CatalogService).get_prices(
        [line.sku for line in step.lines], run.CURRENCY, clock.moment(step.at)
    )
    amounts = {price.sku: price.money.amount for price in prices}
    return sum(amounts[line.sku] * line.quantity for line in step.lines)


def _charge(kind: int, description: str, pence: int) -> orders.Charge:
    return orders.Charge(kind=kind, description=description, amount=run.money(pence))


def _ship(state: run.Run, step: planning.Ship) -> None:
    """Ship the lines of the step, in full."""
    shop = rpc.connect(orders.OrdersService)
    order = shop.get_orders([_id(state, step)])[0]
    lines = [
        orders.LineQuantity(number=line.number, quantity=line.quantity - line.cancelled)
        for line in order.lines
        if line.number in step.numbers
    ]
    state.pending_skus.update(line.sku for line in order.lines)
    shop.ship(_key(step), order.id, lines, f"TS{step.order:06d}{step.part:02d}GB")


def _return(state: run.Run, step: planning.Return) -> None:
    lines = [orders.LineQuantity(number=step.number, quantity=1)]
    rpc.connect(orders.OrdersService).return_lines(_key(step), _id(state, step), lines, step.reason, step.restock, None)
