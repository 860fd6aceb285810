"""Random walks through the shop: what people ask, sense and nonsense alike, made by hypothesis and walked in any shop."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from idl import common, inventory, orders
from tests import acting
from tests.journeys.shop import REFUSAL, Person, Shop, order_input
from thriftshop import rpc
from thriftshop.graphql import global_ids

PRODUCTS = 4
QUANTITY = 3
JUNK = "T3JkZXI6bm93aGVyZQ=="  # the global id of an order that there is not

CART = (
    "cart { itemCount version subtotal { amount currency } mergeNotice { strategy }"
    " lines { sku quantity unitPrice { amount } lineTotal { amount } available product { name } } changes { kind sku } }"
)
ORDER = (
    "order { id number status paymentStatus nextStatuses cancellable reason total { amount currency }"
    " refunded { amount } lines { number sku name quantity shipped cancelled returned }"
    " returns { reason restocked refund { amount } } }"
)
DONE = "done: message"
SELECTIONS = {
    "openCart": f"token {CART}",
    "addToCart": CART,
    "setCartQuantity": CART,
    "removeFromCart": CART,
    "clearCart": CART,
    "mergeCart": CART,
    "placeOrder": ORDER,
    "cancelOrder": ORDER,
    "returnOrder": ORDER,
    "reorder": CART,
    "updateProfile": "user { name settings { key value } }",
    "putAddress": "address { id label isDefault address { city country } }",
}
SEEN = {
    "the cart": f"{{ {CART} viewer {{ name email }} }}",
    "the shelves": "query ($ids: [ID!]) { products(filter: {categoryIds: $ids}, sort: PRICE_LOW, first: 10) { totalCount"
    " facets { code values { name count } } nodes { sku name price { amount } stock { available reserved onHand } } } }",
    "an order": f"query ($id: ID!) {{ {ORDER.replace('order {', 'order(id: $id) {', 1)} }}",
    "the orders": "{ orders(first: 10) { totalCount nodes { number status total { amount } } } }",
    "the timeline": "query ($id: ID!) { order(id: $id) { timeline { nodes { kind summary actor } } } }",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does. What is given refers to products, carts and orders by their number in this walk."""

    what: str
    who: str
    given: Mapping[str, Any]


def _steps(what: str, who: st.SearchStrategy[str], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(Step, st.just(what), who, st.fixed_dictionaries(given))


anybody = st.sampled_from(["ann", "ben", "stranger"])
customers = st.sampled_from(["ann", "ann", "ben"])
staff = st.just("staff")
products = st.sampled_from([0, 0, 1, 1, 2, 3, -1])  # -1 is one that there is not
quantities = st.sampled_from([1, 1, 2, 3, 4, 0, -1, 999, 1000, 2**31 - 1])
carts = st.sampled_from([None, None, 0, 1, -1])  # None is the viewer's own
bought = st.sampled_from([0, 0, 1, 2, -1])
words = st.sampled_from(["It flickers.", "", "x" * 201, "Ünïcödé 椅子 🪑", "<b>'; DROP TABLE--"])
keys = st.sampled_from(["first key", "second key", "short", "k" * 101])
tokens = st.sampled_from(["tok_ok", "tok_ok", "tok_decline", "tok_unheard_of", None])
settings = st.sampled_from([None, [{"key": "newsletter", "value": "true"}], [{"key": "colour", "value": "red"}]])
guests = st.sampled_from([None, "guest@example.com", "no address"])

STEPS = st.one_of(
    _steps("openCart", anybody, currency=st.sampled_from(["GBP", "GBP", "EUR", "XXX", ""])),
    _steps("addToCart", anybody, sku=products, quantity=quantities, cartToken=carts),
    _steps("addToCart", customers, sku=products, quantity=st.just(1), cartToken=st.none()),
    _steps("setCartQuantity", anybody, sku=products, quantity=quantities, cartToken=carts),
    _steps("removeFromCart", anybody, sku=products, cartToken=carts),
    _steps("clearCart", anybody, cartToken=carts),
    _steps("mergeCart", anybody, cartToken=st.sampled_from([0, 1, -1])),
    _steps("placeOrder", customers, key=keys, pays=tokens, cartToken=st.none(), email=st.none()),
    _steps("placeOrder", anybody, key=keys, pays=tokens, cartToken=carts, email=guests),
    _steps("cancelOrder", customers, id=bought, reason=words),
    _steps("returnOrder", customers, id=bought, number=st.integers(0, 2), quantity=quantities, reason=words),
    _steps("reorder", customers, id=bought),
    _steps("updateProfile", anybody, name=words, settings=settings),
    _steps("putAddress", anybody, label=words, country=st.sampled_from(["GB", "DE", "XX", ""])),
    _steps("ship", staff, id=bought),
    _steps("write off", staff, sku=products, quantity=st.sampled_from([1, 5])),
    _steps("see the cart", anybody),
    _steps("see the shelves", anybody),
    _steps("see an order", anybody, id=bought),
    _steps("see the orders", anybody),
    _steps("see the timeline", customers, id=bought),
)
# Most walks begin with something bought, so that there is something to be done about it.
FIRST = [
    Step("addToCart", "ann", {"sku": 0, "quantity": 2, "cartToken": None}),
    Step("placeOrder", "ann", {"key": "first key", "pays": "tok_ok", "cartToken": None, "email": None}),
]
WALKS = st.builds(
    lambda first, rest: [*first, *rest], st.sampled_from([FIRST, FIRST, []]), st.lists(STEPS, min_size=5, max_size=12)
)


@dataclass
class Walk:
    """A walk under way: who is who, and what there is to refer to so far."""

    shop: Shop
    people: Mapping[str, Person]
    category: str
    carts: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)

    def take(self, step: Step) -> Any:
        """The answer to a step, given once all that followed from it has been taken everywhere."""
        answer = self._as_staff(step) if step.who == "staff" else self._asked(step)
        self.shop.settle()
        return answer

    def _asked(self, step: Step) -> Any:
        token = self.people[step.who].token if step.who in self.people else ""
        seen = step.what.removeprefix("see ")
        if seen in SEEN:
            answer = self.shop.ask(SEEN[seen], token, {"id": self._order(step), "ids": [self.category]})
            return self._own(answer) if seen == "the shelves" else answer
        name = step.what[0].upper() + step.what[1:]
        success = f"... on {name}Success {{ {SELECTIONS[step.what]} }}"
        document = f"mutation ($input: {name}Input!) {{ {step.what}(input: $input) {{ {REFUSAL} {success} }} }}"
        answer = self.shop.ask(document, token, {"input": self._input(step)})
        self._remember(answer)
        return answer

    def _own(self, answer: Any) -> Any:
        """Without the categories of others who stocked up here: a facet is counted as if nothing of it were chosen."""
        for facet in answer["data"]["products"]["facets"]:
            if facet["code"] == "category":
                facet["values"] = [value for value in facet["values"] if self.shop.mark in value["name"]]
        return answer

    def _input(self, step: Step) -> dict[str, Any]:
        given = dict(step.given)
        if "sku" in given:
            given["sku"] = self.shop.sku(given["sku"])
        if "cartToken" in given:
            given["cartToken"] = self._cart(given["cartToken"])
        if "id" in given:
            given["id"] = self._order(step)
        if step.what == "placeOrder":
            pays = {"provider": "card", "token": given.pop("pays")}
            return order_input(f"{given.pop('key')}", payment=pays, **given)
        if step.what == "returnOrder":
            line = {"number": given.pop("number"), "quantity": given.pop("quantity")}
            return given | {"key": f"return {self.shop.mark}", "lines": [line]}
        if step.what == "putAddress":
            place = {"name": "Ann", "lines": ["12 Mill Lane"], "city": "York", "postcode": "YO1 7HD"}
            place["country"] = given.pop("country")
            return given | {"address": place, "isDefault": True}
        return given

    def _cart(self, number: int | None) -> str | None:
        return None if number is None else _nth(self.carts, number, "no cart's token")

    def _order(self, step: Step) -> str:
        return _nth(self.orders, step.given.get("id", -1), JUNK)

    def _remember(self, answer: Any) -> None:
        for result in (answer.get("data") or {}).values():
            if result and result.get("token"):
                self.carts.append(result["token"])
            if result and result["__typename"] == "PlaceOrderSuccess" and result["order"]["id"] not in self.orders:
                self.orders.append(result["order"]["id"])

    def _as_staff(self, step: Step) -> str:
        """What staff do through the services: the answer, or the refusal, as text."""
        try:
            with acting.as_staff("orders" if step.what == "ship" else "inventory"):
                return repr(self._done(step))
        except (common.NotFound, common.InvalidInput, orders.NotAllowedNow, inventory.OutOfStock) as refusal:
            return repr(refusal)

    def _done(self, step: Step) -> Any:
        if step.what == "ship":
            order_id = global_ids.decode("Order", self._order(step))
            return rpc.connect(orders.OrdersService).ship(f"parcel {order_id}"[:40], order_id, [], None).status
        gone = [inventory.StockLine(sku=self.shop.sku(step.given["sku"]), quantity=step.given["quantity"])]
        return rpc.connect(inventory.InventoryService).write_off(f"moths {self.shop.mark}", gone, "moths", None)


def _nth(things: list[str], number: int, otherwise: str) -> str:
    return things[number] if 0 <= number < len(things) else otherwise


def walked(shop: Shop, mark: str, steps: list[Step]) -> list[Any]:
    """All answers on a walk through a shop that has been stocked for it."""
    shop.mark = mark
    home, *_ = shop.stock_up(PRODUCTS, QUANTITY)
    people = {name: shop.person(name) for name in ("ann", "ben")}
    walk = Walk(shop, people, global_ids.encode("Category", home.id))
    return [walk.take(step) for step in steps]


# What differs in every shop: global and plain ids, order numbers, tokens, moments.
MADE_UP = re.compile(
    r"\bTS-[0-9A-Z]{8}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b"
    r"|\b[A-Za-z0-9_-]{43}\b|\b\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|\+00:00)|\b1\d{12}\b"
)


def comparable(answers: Any) -> Any:
    """The answers with all that is made up by chance or the clock replaced: by what it is and its first appearance."""
    names: dict[str, str] = {}

    def named(text: str) -> str:
        return names.setdefault(text, f"<{len(names)}>")

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: walk(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [walk(part, key) for part in value]
        if isinstance(value, str):
            return named(value) if key in ("id", "token") else MADE_UP.sub(lambda found: named(found[0]), value)
        return value

    return walk(answers)
