"""The pages on which staff move goods: one form, three things that can be done with it, all by the contract."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms

from apps.inventory.admin import forms
from idl import common, inventory
from thriftshop import rpc


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that staff do with goods: its words, its forms, and the call that it becomes."""

    name: str
    title: str
    button: str
    explanation: str
    quantity: str
    line: type[forms.LineForm]
    about: type[django_forms.Form]
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
    return [stock.count(f"{about['key']}:{sku}", sku, counted, about["reason"]) for sku, counted in lines]


MOVES = {
    "receive": Move(
        "receive",
        "Receive goods",
        "Put on the shelf",
        "What came in goes on the shelf at once and can be sold.",
        "Quantity",
        forms.LineForm,
        forms.AboutForm,
        _receive,
    ),
    "count": Move(
        "count",
        "Count goods",
        "Set to what was counted",
        "The ledger follows the count. It cannot go below what is promised to orders.",
        "Counted",
        forms.CountedLineForm,
        forms.CountForm,
        _count,
    ),
    "write_off": Move(
        "write_off",
        "Write goods off",
        "Take off the shelf",
        "For what is lost, broken or thrown away: never more than is available, all lines or none.",
        "Quantity",
        forms.LineForm,
        forms.WriteOffForm,
        _write_off,
    ),
}


def problem_of(refusal: Exception) -> str:
    """What a refusal says to the person who filled in the form."""
    if isinstance(refusal, (common.InvalidInput, common.Forbidden, inventory.OutOfStock)):
        return str(refusal.message)
    return "The inventory does not answer now. Nothing is lost: send the form again."


REFUSALS = (common.InvalidInput, common.Forbidden, inventory.OutOfStock, rpc.RpcError)
