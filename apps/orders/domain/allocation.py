"""The allocation of an order's charges to its lines, exact to the minor unit.

Discounts, vouchers and all other charges on the goods are shared by the lines in proportion to their value, by largest
remainder. Postage and fees belong to the delivery and stay a sum of their own.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from idl.orders import ChargeKind

DELIVERY = frozenset({ChargeKind.POSTAGE, ChargeKind.FEE})


class Shares(NamedTuple):
    """The price of each whole line with its share of the charges, and that of the delivery; the sum is the total."""

    lines: tuple[int, ...]
    delivery: int


NONE = Shares((), 0)


def shares(values: Sequence[int], quantities: Sequence[int], charges: Iterable[tuple[int, int]]) -> Shares:
    """Allocate (kind, amount) charges to lines of these values and quantities.

    Neither the goods nor the delivery have a negative price: a discount larger than the goods reduces the delivery, and
    vice versa. If the goods are free, charges are allocated by quantity.
    """
    goods, delivery = sum(values), 0
    value = goods
    for kind, amount in charges:
        if kind in DELIVERY:
            delivery += amount
        else:
            goods += amount
    goods, delivery = goods + min(0, delivery), max(0, delivery) + min(0, goods)
    if goods == value:
        return Shares(tuple(values), max(0, delivery))
    return Shares(by_largest_remainder(max(0, goods), values if value else quantities), max(0, delivery))


def by_largest_remainder(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """The amount in whole units, in proportion to the weights; of equal remainders the first are rounded up."""
    total = sum(weights)
    exact = [divmod(amount * weight, total) for weight in weights]
    remainder = amount - sum(whole for whole, _ in exact)
    largest = sorted(range(len(exact)), key=lambda at: -exact[at][1])[:remainder]
    rounded_up = set(largest)
    return tuple(whole + (at in rounded_up) for at, (whole, _) in enumerate(exact))


def of_pieces(share: int, quantity: int, start: int, count: int) -> int:
    """The price of `count` pieces of a line after the first `start`: any split of the line adds up to its share."""
    return _of_first(share, quantity, start + count) - _of_first(share, quantity, start)


def _of_first(share: int, quantity: int, count: int) -> int:
    return (2 * count * share + quantity) // (2 * quantity)
