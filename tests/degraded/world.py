"""A shop with the data of the table's operations, and the responses to them, complete or partial."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.degraded.table import CODES, Paths, Read, Write
from tests.journeys import shop as shops
from thriftshop.graphql import global_ids

KINDS = {"order": "ID!", "placed": "ID!", "product": "ID!", "place": "PlaceOrderInput!"}
OPENED = "... on OpenCartSuccess { token }"
Answer = dict[str, Any]
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class World:
    """A shop, and the values of the variables that queries name; `token` is the customer's."""

    shop: shops.Shop
    values: dict[str, Any]

    def ask(self, operation: Read | Write, values: Mapping[str, Any]) -> Answer:
        """What an operation answers."""
        kind = "query" if isinstance(operation, Read) else "mutation"
        return self.run(kind, operation.document, values["token"] if operation.as_ann else "", values)

    def run(self, kind: str, selection: str, token: str, values: Mapping[str, Any]) -> Answer:
        """What a document answers; its variables are declared as they occur in it."""
        names = sorted(set(re.findall(r"\$(\w+)", selection)))
        declared = ", ".join(f"${name}: {KINDS.get(name, 'String!')}" for name in names)
        head = f"{kind} ({declared})" if names else kind
        return self.shop.ask(f"{head} {{ {selection} }}", token, {name: values[name] for name in names})

    def ready(self, operation: Write) -> dict[str, Any]:
        """Prepare a mutation; return its variables."""
        mark = uuid.uuid4().hex[:8]
        person = self.shop.person(f"somebody-{mark}")
        guest = self.shop.act("openCart", {"currency": "GBP"}, OPENED)["token"]
        own = {"token": person.token, "email": person.email, "guest": guest, "name": f"Ann {mark}"}
        values = self.values | own | {"place": shops.order_input(f"before {mark}")}
        for document in operation.first:
            answer = self.run("mutation", document, person.token if operation.as_ann else "", values)
            (done,) = answer["data"].values()
            assert done["__typename"].endswith("Success"), answer
            values["placed"] = done.get("order", {}).get("id")
        return values | {"place": shops.order_input(f"then {mark}")}

    def look(self, operation: Write, values: Mapping[str, Any]) -> Any:
        """What a mutation would have changed, as it is now."""
        answer = self.run("query", operation.look, values["token"], values)
        assert "errors" not in answer, answer
        return answer["data"]


def stocked(shop: shops.Shop) -> World:
    """Goods, a customer with a cart and an order, a guest with a cart, and one whose cart became an order."""
    shop.stock_up(products=6, quantity=500)
    ann, sku = shop.person("ann"), shop.sku(0)
    guest, sold = (shop.act("openCart", {"currency": "GBP"}, OPENED)["token"] for _ in range(2))
    for number in (0, 1, 2):
        shop.act("addToCart", {"sku": shop.sku(number), "quantity": 2}, token=ann.token)
    for number in (0, 1, 4, 5):  # what Ann has not bought is what she may like
        shop.act("addToCart", {"sku": shop.sku(number), "quantity": 2, "cartToken": sold})
    placed = "... on PlaceOrderSuccess { order { id number } }"
    order = shop.act("placeOrder", shops.order_input(f"ann's {shop.mark}"), placed, ann.token)["order"]
    guest_order = shops.order_input(f"a guest's {shop.mark}", cartToken=sold, email=shop.email("guest"))
    guests = shop.act("placeOrder", guest_order, placed)["order"]
    shop.catch_up()
    shop.act("addToCart", {"sku": sku, "quantity": 2, "cartToken": guest})
    shop.act("addToCart", {"sku": shop.sku(3), "quantity": 1}, token=ann.token)
    shop.catch_up()
    values = {
        "token": ann.token,
        "sku": sku,
        "product": global_ids.encode("Product", sku),
        "mark": shop.mark,
        "guest": guest,
        "sold": sold,
        "order": order["id"],
        "number": guests["number"],
        "password": shops.PASSWORD,
    }
    return World(shop, values)


def places(whole: Answer, paths: Paths) -> dict[str, set[Place]]:
    """Where these paths lead in an answer, by the mark before them, if any. Every path must lead somewhere."""
    found: dict[str, set[Place]] = {"": set(), "~": set(), "?": set(), "=": set()}
    for path in paths:
        mark = path[0] if path[0] in found else ""
        led = set(_followed(whole, path.removeprefix(mark).split("."), ()))
        assert led, f"nothing stands at {path}: it proves nothing"
        found[mark] |= led
    return found


def _followed(value: Any, steps: Sequence[str], passed: Place) -> Iterator[Place]:
    if value is None:
        return
    if not steps:
        yield passed
    elif steps[0] == "*":
        for index, item in enumerate(value):
            yield from _followed(item, steps[1:], (*passed, index))
    else:
        step = int(steps[0]) if isinstance(value, list) else steps[0]
        yield from _followed(value[step], steps[1:], (*passed, step))


def nulled(data: Answer | None, those: Iterable[Place]) -> Answer | None:
    """An answer's data with null at these places."""
    left = deepcopy(data)
    for place in those:
        at: Any = left
        for step in place[:-1]:
            at = None if at is None else at[step]
        if at is not None:
            at[place[-1]] = None
    return left


def failures_of(answer: Answer) -> tuple[set[Place], set[str]]:
    """Where an answer has errors, and their codes."""
    errors = answer.get("errors", [])
    return {tuple(error.get("path", ())) for error in errors}, {error["extensions"]["code"] for error in errors}


def is_refused(answer: Answer) -> bool:
    """Whether a mutation was refused because a service is away: no data, a stable code, words for people."""
    _, codes = failures_of(answer)
    nothing = not any((answer.get("data") or {}).values())
    return nothing and bool(codes) and codes <= CODES and all(error["message"] for error in answer["errors"])
