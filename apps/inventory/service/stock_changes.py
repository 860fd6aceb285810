"""Goods received, returned, written off and counted, and the `reduce` of 2018."""

from collections.abc import Mapping
from functools import partial

from apps.inventory import domain
from apps.inventory.domain import validation
from apps.inventory.service import ledger
from idl import common, inventory
from thriftshop import clock, identity
from thriftshop.events import streams

MAX_REFERENCE_LENGTH = 200
MAX_REASON_LENGTH = 500
MAX_COUNT = inventory.MAX_QUANTITY


def receive(
    key: str, lines: list[inventory.StockLine], reference: str | None = None, reason: str | None = None
) -> list[inventory.StockLevel]:
    """Add received goods to stock and return the levels after it. Raises InvalidInput."""
    identity.require_staff()
    quantities = _validated(key, lines, reference, reason)
    return ledger.record(
        f"receive:{key}",
        ledger.for_each(quantities, lambda _, quantity, __: domain.receive(quantity, reference, reason)),
    )


def return_to_stock(
    key: str, lines: list[inventory.StockLine], reference: str | None = None, reason: str | None = None
) -> None:
    """Return goods to stock. Raises InvalidInput."""
    quantities = _validated(key, lines, reference, reason)
    ledger.record(
        f"take_back:{key}",
        ledger.for_each(quantities, lambda _, quantity, __: domain.return_to_stock(quantity, reference, reason)),
    )


def write_off(
    key: str, lines: list[inventory.StockLine], reason: str, reference: str | None = None
) -> list[inventory.StockLevel]:
    """Write off lost goods, all lines or none. Raises InvalidInput, OutOfStock; after the latter use a new key."""
    identity.require_staff()
    validation.require_text(reason, "reason", MAX_REASON_LENGTH, required=True)
    quantities, now = _validated(key, lines, reference, reason), clock.now()

    def write_off_line(sku: str, quantity: int, state: domain.StockState) -> list[object]:
        return domain.write_off(state, sku, quantity, reason, reference, now)

    try:
        return ledger.record(f"write_off:{key}", ledger.for_each(quantities, write_off_line))
    except inventory.OutOfStock as refusal:
        _undo_write_off(key, quantities)
        raise ledger.out_of_stock(quantities) or refusal from refusal


def _undo_write_off(key: str, quantities: Mapping[str, int]) -> None:
    """Undo the lines that were written off before another line was found out of stock."""
    log = streams.of("inventory")
    written = {sku: quantity for sku, quantity in quantities.items() if log.recorded_under(sku, f"write_off:{key}")}
    if written:
        why = "undone: another line of the write-off was out of stock"
        undo = {sku: partial(domain.undo_write_off, quantity=quantity, reason=why) for sku, quantity in written.items()}
        ledger.decide(undo, f"undo_write_off:{key}")


def count(key: str, sku: str, counted: int, reason: str) -> inventory.StockLevel:
    """Set the quantity on hand to the counted one and return the level after it. Raises InvalidInput."""
    identity.require_staff()
    ledger.require_key(key)
    validation.require_sku(sku, "sku")
    validation.require_text(reason, "reason", MAX_REASON_LENGTH, required=True)
    if not 0 <= counted <= MAX_COUNT:
        raise common.InvalidInput(message=f"A count is 0 to {MAX_COUNT:,}, not {counted}.", field="counted")
    now = clock.now()
    return ledger.record(f"count:{key}", {sku: lambda state: domain.count(state, sku, counted, reason, now)})[0]


def reduce(sku: str, quantity: int) -> domain.StockState:
    """Reduce the stock for clients of 2018 and return the state after it. Raises OutOfStock, InvalidInput."""
    quantities = validation.total_by_sku([inventory.StockLine(sku=sku, quantity=quantity)])
    now = clock.now()
    decided = ledger.decide({sku: lambda state: domain.reduce(state, sku, quantities[sku], now)})
    return decided[sku].state


def _validated(key: str, lines: list[inventory.StockLine], reference: str | None, reason: str | None) -> dict[str, int]:
    ledger.require_key(key)
    validation.require_text(reference, "reference", MAX_REFERENCE_LENGTH, required=False)
    validation.require_text(reason, "reason", MAX_REASON_LENGTH, required=False)
    return ledger.totals_of(lines)
