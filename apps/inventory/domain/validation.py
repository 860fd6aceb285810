"""Checks of what callers send: lines, SKUs and texts."""

from collections.abc import Sequence
from typing import Any

from idl import common, inventory
from thriftshop import skus


def total_by_sku(lines: Sequence[Any]) -> dict[str, int]:
    """The lines as quantities by SKU, in the order of SKUs. Raises InvalidInput for an invalid line."""
    if not lines:
        raise common.InvalidInput(message="Give at least one line.", field="lines")
    totals: dict[str, int] = {}
    for number, line in enumerate(lines):
        require_sku(line.sku, f"lines.{number}.sku")
        if not 1 <= line.quantity <= inventory.MAX_QUANTITY:
            raise common.InvalidInput(
                message=f"Line {number + 1} has quantity {line.quantity} of {line.sku}: give 1 to {inventory.MAX_QUANTITY:,}.",
                field=f"lines.{number}.quantity",
            )
        totals[line.sku] = totals.get(line.sku, 0) + line.quantity
    return dict(sorted(totals.items()))


def require_sku(sku: str, at: str) -> None:
    """Raise InvalidInput for an invalid SKU."""
    skus.check(sku, at)


def require_text(text: str | None, at: str, max_length: int, *, required: bool) -> None:
    """Raise InvalidInput for a text that is required and blank, too long, or not printable."""
    if text is None or not text.strip():
        if required:
            raise common.InvalidInput(message=f"The {at} is missing.", field=at)
        return
    if len(text) > max_length:
        message = f"The {at} has {len(text):,} characters; the maximum is {max_length}."
        raise common.InvalidInput(message=message, field=at)
    if not text.isprintable():
        raise common.InvalidInput(message=f"The {at} has unprintable characters.", field=at)
