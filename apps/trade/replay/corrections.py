"""The day's commands beside orders: counts, write-offs, returns, and money without an order."""

from __future__ import annotations

from collections.abc import Sequence

from apps.trade.domain import kinds, steps
from apps.trade.replay import sales
from apps.trade.replay.run import Run, at_time, batches, connect, document, money, wait_for_reactions
from idl import inventory, orders
from thriftshop.events import commits


def apply(run: Run, commands: Sequence[steps.Step]) -> None:
    """Count found goods first, while the levels are those after the sales; then the rest in the day's order."""
    if not commands:
        return
    _count(run, [step for step in commands if isinstance(step, steps.StockNote) and step.treatment == kinds.FOUND])
    for batch in batches(commands, sales.BATCH):
        with commits.group_commits():
            for step in batch:
                with document(step):
                    _apply(run, step)
    wait_for_reactions()


def _apply(run: Run, step: steps.Step) -> None:
    match step:
        case steps.StockNote(treatment=kinds.LOSS):
            _write_off(run, step)
        case steps.StockNote(treatment=kinds.RETURN):
            _restock(run, step)
        case steps.Return():
            _return(run, step)
        case steps.Adjustment():
            _book(run, step)


def _count(run: Run, notes: Sequence[steps.StockNote]) -> None:
    """Increase the quantity on hand by a count. A repeated count returns the current level."""
    if not notes:
        return
    stock = connect(inventory.InventoryService)
    with at_time(notes[0].at):
        levels = stock.get_levels(sorted({note.code for note in notes}))
    on_hand = {level.sku: level.on_hand for level in levels}
    for note in notes:
        with document(note):
            counted = on_hand[note.code] + note.quantity
            level = stock.count(run.key(note.key), note.code, counted, note.reason[:200])
            on_hand[note.code] = level.on_hand


def _write_off(run: Run, note: steps.StockNote) -> None:
    goods = [inventory.StockLine(sku=note.code, quantity=note.quantity)]
    connect(inventory.InventoryService).write_off(run.key(note.key), goods, note.reason[:200], note.document)


def _restock(run: Run, note: steps.StockNote) -> None:
    goods = [inventory.StockLine(sku=note.code, quantity=note.quantity)]
    reason = "returned; the sale is not known"
    connect(inventory.InventoryService).take_back(run.key(note.key), goods, note.document, reason)


def _return(run: Run, step: steps.Return) -> None:
    connect(orders.OrdersService).return_lines(
        run.key(step.key),
        sales.order_of(run, step.order),
        [orders.LineQuantity(number=line.number, quantity=line.quantity) for line in step.lines],
        f"cancelled by {step.document}",
        True,
        money(step.refund),
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
