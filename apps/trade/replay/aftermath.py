"""What the day brought beside sales: goods lost and found, goods that came back, money without an order."""

from __future__ import annotations

from collections.abc import Sequence

from apps.trade.domain import kinds, steps
from apps.trade.replay import sales
from apps.trade.replay.run import Run, connect, document, happening, money, parts, react
from idl import inventory, orders
from thriftshop.events import commits


def deal_with(run: Run, happened: Sequence[steps.Step]) -> None:
    """Counts what was found first, while the levels stand as the sales left them; then all else in the day's order."""
    if not happened:
        return
    _count(run, [step for step in happened if isinstance(step, steps.StockNote) and step.treatment == kinds.FOUND])
    for part in parts(happened, sales.TOGETHER):
        with commits.together():
            for step in part:
                with document(step):
                    _deal_with(run, step)
    react()


def _deal_with(run: Run, step: steps.Step) -> None:
    match step:
        case steps.StockNote(treatment=kinds.LOSS):
            _write_off(run, step)
        case steps.StockNote(treatment=kinds.RETURN):
            _take_back(run, step)
        case steps.Return():
            _return(run, step)
        case steps.Adjustment():
            _book(run, step)


def _count(run: Run, found: Sequence[steps.StockNote]) -> None:
    """Sets what is on hand to so many more. A count that was made before answers with what is there now."""
    if not found:
        return
    stock = connect(inventory.InventoryService)
    with happening(found[0].at):
        levels = stock.get_levels(sorted({note.code for note in found}))
    on_hand = {level.sku: level.on_hand for level in levels}
    for note in found:
        with document(note):
            counted = on_hand[note.code] + note.quantity
            level = stock.count(run.key(note.key), note.code, counted, note.reason[:200])
            on_hand[note.code] = level.on_hand


def _write_off(run: Run, note: steps.StockNote) -> None:
    goods = [inventory.StockLine(sku=note.code, quantity=note.quantity)]
    connect(inventory.InventoryService).write_off(run.key(note.key), goods, note.reason[:200], note.document)


def _take_back(run: Run, note: steps.StockNote) -> None:
    goods = [inventory.StockLine(sku=note.code, quantity=note.quantity)]
    reason = "came back; its sale is not known"
    connect(inventory.InventoryService).take_back(run.key(note.key), goods, note.document, reason)


def _return(run: Run, back: steps.Return) -> None:
    connect(orders.OrdersService).return_lines(
        run.key(back.key),
        sales.order_of(run, back.order),
        [orders.LineQuantity(number=line.number, quantity=line.quantity) for line in back.lines],
        f"cancelled by {back.document}",
        True,
        money(back.refund),
    )


def _book(run: Run, step: steps.Adjustment) -> None:
    connect(orders.OrdersService).book_adjustment(
        run.key(step.key),
        sales.kind_of(step.service, step.amount),
        step.label[:200],
        money(step.amount),
        run.users[step.customer] if step.customer else None,
        step.document,
    )
