"""The day's orders: placed, confirmed by the saga, shipped and paid."""

from __future__ import annotations

from collections.abc import Sequence

from apps.trade.domain import countries, steps
from apps.trade.models import PlacedOrder
from apps.trade.replay.run import CURRENCY, Run, batches, connect, document, money, wait_for_reactions
from idl import orders
from thriftshop.events import commits

KINDS = {
    "postage": orders.ChargeKind.POSTAGE,
    "voucher": orders.ChargeKind.VOUCHER,
    "fee": orders.ChargeKind.FEE,
    "bank_charges": orders.ChargeKind.FEE,
    "samples": orders.ChargeKind.SAMPLES,
    "manual": orders.ChargeKind.MANUAL,
    "test": orders.ChargeKind.MANUAL,
    "odd": orders.ChargeKind.MANUAL,
    "bad_debt": orders.ChargeKind.ADJUSTMENT,
    "adjust": orders.ChargeKind.ADJUSTMENT,
    "goodwill": orders.ChargeKind.ADJUSTMENT,
}
"""The charge kind of each service in the orders contract; for discounts see `kind_of`."""

BATCH = 50
"""Orders written by one commit: few enough that other writers do not wait long."""


def kind_of(service: str, amount: int) -> int:
    """The charge kind of a service; a reversed discount is an adjustment."""
    if service == "discount":
        return int(orders.ChargeKind.DISCOUNT if amount < 0 else orders.ChargeKind.ADJUSTMENT)
    return int(KINDS[service])


def sell(run: Run, placed: Sequence[steps.Order]) -> None:
    """Places the orders, waits until they are confirmed, ships them, and waits until they are paid."""
    if not placed:
        return
    shop = connect(orders.OrdersService)
    ids: dict[str, str] = {}
    for batch in batches(placed, BATCH):
        with commits.group_commits():
            for step in batch:
                with document(step):
                    ids[step.key] = shop.place(_order(run, step)).id
    _save_order_ids(run, placed, ids)
    wait_for_reactions()
    for batch in batches(placed, BATCH):
        with commits.group_commits():
            for step in batch:
                with document(step):
                    shop.ship(run.key(f"{step.document}:ship"), ids[step.key], [], None)
    wait_for_reactions()


def _order(run: Run, step: steps.Order) -> orders.PlaceOrder:
    total = sum(line.quantity * line.price for line in step.lines) + sum(c.amount for c in step.charges)
    return orders.PlaceOrder(
        idempotency_key=run.key(step.key),
        payment=orders.PaymentMethod(provider="invoice"),
        lines=[_line(line) for line in step.lines],
        charges=[
            orders.Charge(kind=kind_of(c.service, c.amount), description=c.label[:200], amount=money(c.amount))
            for c in step.charges
        ],
        customer_id=run.users[step.customer] if step.customer else None,
        currency=CURRENCY,
        expected_total=money(total),
        country=countries.code_of(step.country),
    )


def _line(line: steps.OrderLine) -> orders.NewLine:
    agreed = money(line.price) if line.price != line.list_price else None
    return orders.NewLine(sku=line.code, quantity=line.quantity, agreed_price=agreed)


def _save_order_ids(run: Run, placed: Sequence[steps.Order], ids: dict[str, str]) -> None:
    """Save the ids of orders with later returns, so that a resumed replay finds them."""
    documents = {match.document for matches in run.plan.matches.values() for match in matches}
    ids_by_document = {step.document: ids[step.key] for step in placed if step.document in documents}
    run.orders.update(ids_by_document)
    PlacedOrder.objects.bulk_create(
        [
            PlacedOrder(replay=run.record, document=number[:255], order_id=id_)
            for number, id_ in ids_by_document.items()
        ],
        ignore_conflicts=True,
    )


def order_of(run: Run, number: str) -> str:
    """The id of a document's order."""
    if number not in run.orders:
        run.orders[number] = run.record.orders.get(document=number[:255]).order_id
    return run.orders[number]
