"""The stock changes that staff make: one form for receiving, counting and writing off, by the contract."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.inventory.admin import forms
from idl import common, inventory
from thriftshop import rpc

REFUSED = (common.InvalidInput, common.Forbidden, inventory.OutOfStock)


class PartlyDone(Exception):
    """A stock change of which only some lines were made; the message names them, and why the others were not."""


@dataclass(frozen=True, slots=True)
class Move:
    """A stock change: its labels, its forms, and the call to the service."""

    name: str
    title: str
    button: str
    explanation: str
    quantity: str
    line: type[forms.LineForm]
    about: type[forms.KeyedForm]
    call: Callable[[list[tuple[str, int]], dict[str, Any]], list[inventory.StockLevel]]


def _lines(lines: list[tuple[str, int]]) -> list[inventory.StockLine]:
    return [inventory.StockLine(sku=sku, quantity=quantity) for sku, quantity in lines]


def _receive(lines: list[tuple[str, int]], about: dict[str, Any]) -> list[inventory.StockLevel]:
    stock = rpc.connect(inventory.InventoryService)
    return stock.receive(about["key"], _lines(lines), about["reference"] or None, about["reason"] or None)


def _write_off(lines: list[tuple[str, int]], about: dict[str, Any]) -> list[inventory.StockLevel]:
    stock = rpc.connect(inventory.InventoryService)
    return stock.write_off(about["key"], _lines(lines), about["reason"], about["reference"] or None)


def _count(lines: list[tuple[str, int]], about: dict[str, Any]) -> list[inventory.StockLevel]:
    stock = rpc.connect(inventory.InventoryService)
    done: list[inventory.StockLevel] = []
    for sku, counted in lines:
        try:
            done.append(stock.count(f"{about['key']}:{sku}", sku, counted, about["reason"]))
        except (*REFUSED, rpc.RpcError) as refusal:
            if not done:
                raise
            counted_skus = ", ".join(f"{level.sku} ({level.on_hand})" for level in done)
            raise PartlyDone(f"Counted: {counted_skus}. Not counted: {sku}: {message_of(refusal)}") from refusal
    return done


MOVES = {
    "receive": Move(
        "receive",
        "Receive goods",
        "Receive",
        "The goods are added to stock immediately and can be sold.",
        "Quantity",
        forms.LineForm,
        forms.AboutForm,
        _receive,
    ),
    "count": Move(
        "count",
        "Count goods",
        "Save the count",
        "Stock is set to the counted quantity, which cannot be below the quantity reserved for orders.",
        "Counted",
        forms.CountedLineForm,
        forms.CountForm,
        _count,
    ),
    "write_off": Move(
        "write_off",
        "Write off goods",
        "Write off",
        "For lost, broken or discarded goods: at most the available quantity, and either all lines or none.",
        "Quantity",
        forms.LineForm,
        forms.WriteOffForm,
        _write_off,
    ),
}


def message_of(refusal: Exception) -> str:
    """The message of a refusal in the form."""
    if isinstance(refusal, REFUSED):
        return str(refusal.message)
    if isinstance(refusal, PartlyDone):
        return str(refusal)

    return "The inventory service is not available. Submit the form again without changes; it is applied only once."


def error_note(refusal: Exception) -> str:
    """The note above the form if something may have changed; empty if nothing did."""
    if isinstance(refusal, PartlyDone):
        return "Only a part was done. Please check the messages below."
    return "" if is_final(refusal) else "The result is unknown. Please check the messages below."


REFUSALS = (*REFUSED, PartlyDone, rpc.RpcError)


def is_final(refusal: Exception) -> bool:
    """Whether the outcome is known, so that the next submission needs a new key; otherwise it must have the same one."""
    return isinstance(refusal.__cause__ if isinstance(refusal, PartlyDone) else refusal, REFUSED)
