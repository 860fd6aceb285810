"""What was acknowledged: the lines of every cart, every order and every name, to compare the shop with."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.load.promise.prepared import Holder, Prepared

# A cart with more lines loses its oldest, as customers clear up.
MAX_LINES = 10


@dataclass(slots=True, eq=False)
class Cart:
    """A cart as it must be. One change is in flight at a time, so that the expectation is exact."""

    holder: Holder
    lines: dict[str, int]
    version: int = 0
    busy: bool = False
    certain: bool = True  # false after a change whose outcome is unknown
    sold_out: str = ""  # a line that kept the cart from being ordered; it is removed next


@dataclass(slots=True, eq=False)
class Order:
    """An order as it must be."""

    id: str
    number: str
    cart: Cart
    lines: dict[str, int]
    total: int
    cancelled: bool = False


@dataclass(slots=True)
class Ledger:
    """All carts and orders, and those that the next change may choose from."""

    carts: list[Cart]
    customers: list[Cart]
    orders: dict[str, Order] = field(default_factory=dict)
    cancellable: deque[Order] = field(default_factory=deque)
    unknown_orders: int = 0
    duplicates: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    sessions: deque[str] = field(default_factory=deque)

    @staticmethod
    def of(prepared: Prepared) -> Ledger:
        """The ledger of a prepared shop."""
        customers = [Cart(holder, dict(holder.lines)) for holder in prepared.customers]
        guests = [Cart(holder, dict(holder.lines)) for holder in prepared.guests]
        return Ledger([*customers, *guests], customers)

    def free_cart(self, rng: random.Random) -> Cart | None:
        """A cart that no change is in flight for: a customer's or a guest's."""
        among = self.customers if rng.random() < 0.5 else self.carts
        return _free(among, rng)

    def orderable(self, rng: random.Random) -> Cart | None:
        """A customer's cart that can be ordered."""
        return _free(self.customers, rng, lambda cart: bool(cart.lines) and not cart.sold_out)

    def placed(self, order: Order) -> None:
        """An order was acknowledged: what it bought left the cart."""
        if order.id in self.orders:
            self.duplicates.append(order.id)
        self.orders[order.id] = order
        self.cancellable.append(order)
        for sku in order.lines:
            order.cart.lines.pop(sku, None)


def _free(among: list[Cart], rng: random.Random, suits: Callable[[Cart], bool] = lambda _: True) -> Cart | None:
    """A random cart that suits; None if many draws find none."""
    for _ in range(30):
        cart = among[int(rng.random() * len(among))]
        if not cart.busy and cart.certain and suits(cart):
            return cart
    return None
