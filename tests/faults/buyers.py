"""Customers, who use the shop by GraphQL."""

from __future__ import annotations

from tests.faults import clients
from tests.faults.actors import Actor, local_id
from tests.faults.recorder import Answer, Outcome, Recorder
from tests.load.promise import documents
from tests.load.promise.http1 import Document

PRODUCTS = Document("query { products(first: 5) { edges { node { sku name price { amount } } } } }")
PAYMENT = {"provider": "card", "token": "tok_ok"}


class Buyer(Actor):
    """A customer who fills a cart, orders it, and sometimes cancels."""

    def __init__(
        self, customer_id: str, client: clients.Customer, recorder: Recorder, seed: str, skus: list[str]
    ) -> None:
        super().__init__(customer_id, recorder, seed)
        self.client, self.skus = client, skus
        self.cancellable: list[str] = []

    def act(self) -> None:
        """Do one of the things that customers do."""
        (action,) = self.rng.choices([self._add, self._place, self._cancel, self._remove], [5, 3, 1, 1])
        action()

    def _add(self) -> None:
        sku, quantity = self.rng.choice(self.skus), self.rng.randint(1, 2)
        values = {"sku": sku, "quantity": quantity}
        self.do("add", values, lambda key: self.client.send(documents.ADD, "addToCart", input={**values, "key": key}))

    def _remove(self, sku: str = "") -> None:
        values = {"sku": sku or self.rng.choice(self.skus), "quantity": 0}
        self.do("remove", values, lambda _: self.client.send(documents.SET, "setCartQuantity", input=values))

    def _place(self) -> None:
        def attempt(key: str) -> Answer:
            values = {"idempotencyKey": key, "payment": PAYMENT}
            return self.client.send(documents.PLACE, "placeOrder", input=values)

        shortages: list[str] = []

        def attempt_and_look(key: str) -> Answer:
            answer = attempt(key)
            if answer.code == "INSUFFICIENT_STOCK":
                shortages.append(answer.result["sku"])
            return answer

        placed = self.do("place", {}, attempt_and_look)
        if placed.outcome is Outcome.ACKNOWLEDGED:
            self.cancellable.append(placed.result["global_id"])
        for sku in shortages:
            self._remove(sku)

    def _cancel(self) -> None:
        if not self.cancellable:
            return
        order = self.cancellable.pop()
        values = {"id": order, "reason": "Ordered the same thing twice."}
        arguments = {"order": local_id(order)}
        self.do("cancel", arguments, lambda _: self.client.send(documents.CANCEL, "cancelOrder", input=values))


class Reader(Actor):
    """A customer who looks at products, which needs no event streams."""

    def __init__(self, client: clients.Customer, recorder: Recorder, seed: str) -> None:
        super().__init__("reader", recorder, seed)
        self.client = client

    def act(self) -> None:
        """Look at a list of products."""
        self.do("read", {}, lambda _: self.client.send(PRODUCTS, "products"))
