"""The load of a shop: makes the request of each kind when it is due, and takes its answer into the ledger."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.load.promise import documents, http1, mix, popularity
from tests.load.promise.connections import Request
from tests.load.promise.freshness import Data, Freshness, parsed
from tests.load.promise.generator import Generator
from tests.load.promise.ledger import MAX_LINES, Cart, Ledger, Order
from tests.load.promise.outcomes import OK, Outcomes
from tests.load.promise.prepared import PASSWORD, Prepared
from tests.load.promise.reads import Read, Reads

# Every twentieth read is parsed and checked whole; every change is.
CHECKED_EVERY = 20
PAYMENT = {"provider": "card", "token": "tok_ok"}


class Workload:
    """Who does what: reads by popularity, and writes by the owners of carts, orders and accounts."""

    def __init__(self, generator: Generator, prepared: Prepared, read_back_every: int = 5, seed: int = 5) -> None:
        self.generator, self.prepared = generator, prepared
        self.rng = random.Random(seed)
        self.ledger, self.outcomes = Ledger.of(prepared), Outcomes()
        self.freshness = Freshness(generator, self._answer, read_back_every)
        self.substituted = 0
        self._reads = Reads(prepared, np.random.default_rng(seed))
        self._skus = popularity.draws(prepared.skus, np.random.default_rng(seed + 1))
        self._numbers = 0
        self._tokens = {customer.email: http1.token_header(customer.token) for customer in prepared.customers}
        changes: dict[str, Callable[[int], Request | None]] = {
            "cart line": self._cart_line,
            "order placed": self._place,
            "order cancelled": self._cancel,
            "log in": self._log_in,
            "log out": self._log_out,
            "profile changed": self._rename,
        }
        self._changes = [changes.get(kind.name) for kind in mix.KINDS]
        self._read_of = [self._reads.of.get(kind.name) for kind in mix.KINDS]

    def make(self, kind: int) -> Request:
        """The next request of a kind. A change without anything to change is replaced by a change of a cart."""
        reads = self._read_of[kind]
        if reads is not None:
            return self._read(kind, reads)
        change = self._changes[kind]
        request = change(kind) if change else None
        if request is None:
            self.substituted += 1
            request = self._cart_line(mix.NUMBERS["cart line"])
        if request is None:  # every cart is busy: the shop is far behind
            return self._read(mix.NUMBERS["tracking"], self._reads.of["tracking"])
        return request

    def _read(self, kind: int, reads: Iterator[Read]) -> Request:
        data, check = next(reads)
        return Request(kind, data, self._take_read, check)

    def _answer(self, request: Request, status: int, body: bytes) -> tuple[int, Data | None]:
        """The outcome and, of a success, the data."""
        outcome = self.outcomes.of_answer(status, body)
        answer = parsed(body) if outcome == OK else None
        return outcome, answer["data"] if answer else None

    def _take_read(self, request: Request, status: int, body: bytes, done: float) -> None:
        outcome = self.outcomes.of_answer(status, body)
        self._numbers += 1
        if outcome == OK and self._numbers % CHECKED_EVERY == 0:
            answer = parsed(body)
            if not _holds(request.extra, answer):
                outcome = self.outcomes.number(f"wrong answer to {mix.KINDS[request.kind].name}", body)
        self.generator.recording.add(request, done, outcome)

    def _result(self, request: Request, status: int, body: bytes, done: float, field: str) -> tuple[Data | None, str]:
        """Record the answer to a change: its result, or the code of its refusal ("" if the outcome is unknown)."""
        outcome, data = self._answer(request, status, body)
        result = data[field] if data else None
        code = ""
        if result is not None and not result["__typename"].endswith("Success"):
            code = str(result["code"])
            outcome = self.outcomes.of_refusal(code, body)
        self.generator.recording.add(request, done, outcome)
        return result, code

    def _key(self) -> str:
        self._numbers += 1
        return f"promise-{self._numbers:08d}"

    # -- carts
    def _cart_line(self, kind: int) -> Request | None:
        cart = self.ledger.free_cart(self.rng)
        if cart is None:
            return None
        cart.busy = True
        surplus = cart.sold_out or (next(iter(cart.lines)) if len(cart.lines) >= MAX_LINES else "")
        token = self._tokens.get(cart.holder.email, http1.NO_TOKEN)
        place = {"cartToken": cart.holder.cart_token} if cart.holder.cart_token else {}
        if surplus:
            values: dict[str, Any] = {"sku": surplus, "quantity": 0, **place}
            data = documents.SET.request(token, input=values)
            return Request(kind, data, self._take_line, (cart, surplus, 0, "setCartQuantity"))
        sku, quantity = next(self._skus), 1 + int(self.rng.random() < 0.2)
        values = {"sku": sku, "quantity": quantity, "key": self._key(), **place}
        data = documents.ADD.request(token, input=values)
        return Request(kind, data, self._take_line, (cart, sku, cart.lines.get(sku, 0) + quantity, "addToCart"))

    def _take_line(self, request: Request, status: int, body: bytes, done: float) -> None:
        cart, sku, quantity, field = request.extra
        result, code = self._result(request, status, body, done, field)
        cart.busy = False
        if code:
            return
        if result is None:
            cart.certain = False
            return
        if quantity:
            cart.lines[sku] = quantity
        else:
            cart.lines.pop(sku, None)
            cart.sold_out = ""
        version = cart.version = result["cart"]["version"]
        assert request.connection is not None
        self.freshness.follow("cart line", self._read_cart(cart), _at_least(version), done, request.connection)

    def _read_cart(self, cart: Cart) -> bytes:
        if cart.holder.cart_token:
            return documents.CART.request(token=cart.holder.cart_token)
        return documents.CART.request(self._tokens[cart.holder.email], token=None)

    # -- orders
    def _place(self, kind: int) -> Request | None:
        cart = self.ledger.orderable(self.rng)
        if cart is None:
            return None
        cart.busy = True
        values = {"idempotencyKey": self._key(), "payment": PAYMENT}
        data = documents.PLACE.request(self._tokens[cart.holder.email], input=values)
        return Request(kind, data, self._take_order, cart)

    def _take_order(self, request: Request, status: int, body: bytes, done: float) -> None:
        cart: Cart = request.extra
        result, code = self._result(request, status, body, done, "placeOrder")
        cart.busy = False
        if code == "INSUFFICIENT_STOCK" and result:
            cart.sold_out = result["sku"]
        if result is None:
            cart.certain = False
            self.ledger.unknown_orders += 1
        if result is None or code:
            return
        placed = result["order"]
        lines = {line["sku"]: line["quantity"] for line in placed["lines"]}
        order = Order(placed["id"], placed["number"], cart, lines, placed["total"]["amount"])
        self.ledger.placed(order)
        data = documents.ORDERS.request(self._tokens[cart.holder.email])
        assert request.connection is not None
        self.freshness.follow("order placed", data, _lists(order.id), done, request.connection)

    def _cancel(self, kind: int) -> Request | None:
        if not self.ledger.cancellable:
            return None
        order = self.ledger.cancellable.popleft()
        values = {"id": order.id, "reason": "Ordered the same thing twice."}
        data = documents.CANCEL.request(self._tokens[order.cart.holder.email], input=values)
        return Request(kind, data, self._take_cancelled, order)

    def _take_cancelled(self, request: Request, status: int, body: bytes, done: float) -> None:
        order: Order = request.extra
        result, code = self._result(request, status, body, done, "cancelOrder")
        if result is None or code:
            return
        order.cancelled = True
        data = documents.ORDER.request(self._tokens[order.cart.holder.email], id=order.id)
        assert request.connection is not None
        self.freshness.follow("order cancelled", data, _is_cancelled, done, request.connection)

    # -- accounts and sessions
    def _rename(self, kind: int) -> Request | None:
        customer = self.rng.choice(self.prepared.customers)
        if customer.email in self.ledger.names and self.ledger.names[customer.email] == "":
            return None
        name = f"Customer {self._key()}"
        self.ledger.names[customer.email] = ""  # a change is in flight
        data = documents.RENAME.request(self._tokens[customer.email], input={"name": name})
        return Request(kind, data, self._take_name, (customer.email, name))

    def _take_name(self, request: Request, status: int, body: bytes, done: float) -> None:
        email, name = request.extra
        result, code = self._result(request, status, body, done, "updateProfile")
        del self.ledger.names[email]
        if result is None or code:
            return
        self.ledger.names[email] = name
        data = documents.NAME.request(self._tokens[email])
        assert request.connection is not None
        self.freshness.follow("profile", data, self._is_named(email), done, request.connection)

    def _is_named(self, email: str) -> Callable[[Data], bool]:
        """Whether the viewer has the last acknowledged name, or one that is being changed."""
        return lambda data: data["viewer"]["name"] == self.ledger.names.get(email) or not self.ledger.names.get(email)

    def _log_in(self, kind: int) -> Request:
        customer = self.rng.choice(self.prepared.customers)
        values = {"email": customer.email, "password": PASSWORD, "device": "Chrome on Android"}
        return Request(kind, documents.LOG_IN.request(input=values), self._take_session)

    def _take_session(self, request: Request, status: int, body: bytes, done: float) -> None:
        result, code = self._result(request, status, body, done, "logIn")
        if result is not None and not code:
            self.ledger.sessions.append(result["token"])

    def _log_out(self, kind: int) -> Request | None:
        if not self.ledger.sessions:
            return None
        token = http1.token_header(self.ledger.sessions.popleft())
        return Request(kind, documents.LOG_OUT.request(token), self._take_end)

    def _take_end(self, request: Request, status: int, body: bytes, done: float) -> None:
        self._result(request, status, body, done, "logOut")


def _holds(check: Callable[[Data], bool], answer: Data | None) -> bool:
    """Whether a sampled answer passes its check."""
    try:
        return answer is not None and check(answer["data"])
    except (KeyError, TypeError):
        return False


def _at_least(version: int) -> Callable[[Data], bool]:
    return lambda data: bool(data["cart"]) and data["cart"]["version"] >= version


def _lists(order_id: str) -> Callable[[Data], bool]:
    return lambda data: any(order["id"] == order_id for order in data["orders"]["nodes"])


def _is_cancelled(data: Data) -> bool:
    return bool(data["order"]["status"] == "CANCELLED")
