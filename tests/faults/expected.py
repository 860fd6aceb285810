"""What the recorded operations allow each customer to have: a cart's quantities and the number of orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from idl import orders
from tests.faults.recorder import Operation, Outcome

ACKNOWLEDGED, UNKNOWN = Outcome.ACKNOWLEDGED, Outcome.UNKNOWN


@dataclass(slots=True)
class Cart:
    """The least and the most of each SKU."""

    least: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    """What unknown operations may have added, whenever they took place."""

    def follow(self, operation: Operation) -> None:
        """Apply the next operation of the customer."""
        sku, is_known = operation.arguments.get("sku", ""), operation.outcome is ACKNOWLEDGED
        if operation.kind == "add":
            self._add(sku, operation.arguments["quantity"], is_known)
        elif operation.kind == "remove":
            self.least[sku] = 0
            if is_known:
                self.most[sku] = 0
        elif is_known:
            self.least.subtract(operation.result["lines"])
            self.most.subtract(operation.result["lines"])
            self.least = +self.least
        else:
            self.least.clear()

    def _add(self, sku: str, quantity: int, is_known: bool) -> None:
        if is_known:
            self.least[sku] += quantity
            self.most[sku] += quantity
        else:
            self.late[sku] += quantity


def carts(operations: Iterable[Operation], placed: Iterable[Any]) -> dict[str, Cart]:
    """What each customer's cart may hold. The lines of rejected orders are put back without a notification."""
    expected: dict[str, Cart] = {}
    for operation in operations:
        if operation.kind in ("add", "remove", "place") and operation.outcome in (ACKNOWLEDGED, UNKNOWN):
            expected.setdefault(operation.actor, Cart()).follow(operation)
    for order in placed:
        if order.status == orders.OrderStatus.REJECTED and order.customer_id in expected:
            expected[order.customer_id].late.update(quantities(order))
    return expected


def quantities(order: Any) -> Counter[str]:
    """The ordered quantities by SKU."""
    found: Counter[str] = Counter()
    for line in order.lines:
        found[line.sku] += line.quantity
    return found
