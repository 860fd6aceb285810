"""Staff and services, which use the shop by its contracts."""

from __future__ import annotations

import time

from idl import inventory, orders
from tests.faults import clients
from tests.faults.actors import PAUSE_SECONDS, Actor
from tests.faults.recorder import Operation, Outcome, Recorder
from thriftshop import rpc

# The newest orders are left for their customers to cancel.
LEFT_TO_CUSTOMERS = 5


class Staff(Actor):
    """Deliveries, reservations without an order, and shipments, by contract."""

    def __init__(self, name: str, recorder: Recorder, seed: str, skus: list[str]) -> None:
        super().__init__(name, recorder, seed)
        self.skus = skus
        self._reserved: list[Operation] = []
        self._shipped: set[str] = set()

    def act(self) -> None:
        """Do one of the things that staff and services do."""
        (action,) = self.rng.choices([self._receive, self._reserve, self._release, self._ship], [2, 2, 1, 2])
        action()
        time.sleep(PAUSE_SECONDS)

    def _receive(self) -> None:
        sku, quantity = self.rng.choice(self.skus), self.rng.randint(1, 12)
        lines = [inventory.StockLine(sku=sku, quantity=quantity)]
        service = rpc.connect(inventory.InventoryService)
        self.do(
            "receive",
            {"sku": sku, "quantity": quantity},
            lambda key: clients.call("trade", lambda: service.receive(key, lines, key, None)),
        )

    def _reserve(self) -> None:
        sku, quantity = self.rng.choice(self.skus), self.rng.randint(1, 3)
        lines = [inventory.StockLine(sku=sku, quantity=quantity)]
        service = rpc.connect(inventory.InventoryService)
        reserved = self.do(
            "reserve",
            {"sku": sku, "quantity": quantity},
            lambda key: clients.call("orders", lambda: service.reserve(key, lines, 3600, True)),
        )
        if reserved.outcome is Outcome.ACKNOWLEDGED:
            self._reserved.append(reserved)

    def _release(self) -> None:
        if not self._reserved:
            return
        reserved = self._reserved.pop()
        service = rpc.connect(inventory.InventoryService)
        self.do(
            "release",
            {"sku": reserved.arguments["sku"], "reservation": reserved.key},
            lambda _: clients.call(
                "orders", lambda: service.release(reserved.key, [reserved.arguments["sku"]], "cancelled")
            ),
        )

    def _ship(self) -> None:
        placed = [operation.result["id"] for operation in [*self.recorder.of("place", Outcome.ACKNOWLEDGED)]]
        waiting = [order for order in placed[:-LEFT_TO_CUSTOMERS] if order not in self._shipped]
        if not waiting:
            return
        order = self.rng.choice(waiting)
        self._shipped.add(order)
        service = rpc.connect(orders.OrdersService)
        self.do(
            "ship",
            {"order": order},
            lambda key: clients.call("trade", lambda: service.ship(key, order, [], None)),
        )
