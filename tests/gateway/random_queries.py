"""Random queries over the shop's schema, with arguments that mean something to the shop of `shop.stock_up`."""

import random
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, is_composite_type
from graphql import get_named_type as named

from apps.gateway.schema import SCHEMA
from tests.gateway import shop
from thriftshop.graphql import global_ids

MAX_DEPTH = 4
# What customers read most; the other fields of the root are drawn less often.
CATALOG = ("product", "products", "category", "categories", "node", "popular")
# Fields that are never cached are drawn less often, too: a query with one of them is executed each time.
NEVER_CACHED = frozenset({"facets", "priceHistory", "stockAt", "stockMovements", "history", "boughtTogether"})
VALUES: dict[str, list[Any]] = {
    "sku": [shop.sku(0), shop.sku(1), "ts-002", "NONE", "DRAFT"],
    "slug": ["brass-lamp-0", "oak-chair-1", "lamps", "none"],
    "first": [1, 2, 5],
    "currency": ["GBP", "EUR", "eur", "XXX"],
    "id": [global_ids.encode("Product", shop.sku(0)), global_ids.encode("User", "x"), "x"],
    "query": ["lamp", "chiar", ""],
    "codes": [["colour"], []],
    "code": ["colour"],
    "values": [["Green"], ["Red", "Blue"]],
}


class Writer:
    """Writes queries."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def query(self) -> str:
        """A query with one or two root fields."""
        fields: Any = getattr(SCHEMA.query_type, "fields", {})
        names = [self.rng.choice(CATALOG if self.rng.random() < 0.8 else list(fields)) for _ in range(2)]
        selected = [f"f{index}: {self._field(name, fields[name], 0)}" for index, name in enumerate(names)]
        return "{ " + " ".join(selected[: self.rng.randint(1, 2)]) + " }"

    def _field(self, name: str, field: Any, depth: int) -> str:
        inner = named(field.type)
        below = f" {self._selection(inner, depth + 1)}" if is_composite_type(inner) else ""
        return f"{name}{self._arguments(field)}{below}"

    def _selection(self, kind: Any, depth: int) -> str:
        fields = getattr(kind, "fields", None)
        if not fields:
            return "{ __typename ... on Node { id } ... on Product { name price { amount } stock { available } } }"
        plain = [name for name, field in fields.items() if not is_composite_type(named(field.type))]
        left_out = NEVER_CACHED if self.rng.random() < 0.9 else ()
        nested = [name for name in fields if name not in (*plain, *left_out)] if depth < MAX_DEPTH else []
        names = self.rng.sample(plain, min(len(plain), 3)) + self.rng.sample(nested, min(len(nested), 2))
        parts = ["__typename", *(f"{name}: {self._field(name, fields[name], depth)}" for name in names)]
        return "{ " + " ".join(parts) + " }"

    def _arguments(self, field: Any) -> str:
        written = [
            f"{name}: {self._value(name, argument.type)}"
            for name, argument in field.args.items()
            if isinstance(argument.type, GraphQLNonNull) or name == "first" or self._draws(name)
        ]
        return f"({', '.join(written)})" if written else ""

    def _draws(self, name: str) -> bool:
        return name not in ("last", "after", "before") and self.rng.random() < 0.4

    def _value(self, name: str, kind: Any) -> str:
        kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if name in VALUES:
            return _literal(self.rng.choice(VALUES[name]))
        if isinstance(kind, GraphQLList):
            return f"[{self._value(name, kind.of_type)}]"
        if isinstance(kind, GraphQLEnumType):
            return str(self.rng.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return self._input(kind)
        plain = {"Boolean": "true", "Int": "3", "Long": "1005", "Float": "1.5", "DateTime": '"2026-01-01T00:00:00Z"'}
        return plain.get(kind.name, _literal(self.rng.choice(VALUES["id"] + VALUES["sku"])))

    def _input(self, kind: GraphQLInputObjectType) -> str:
        fields = [
            f"{name}: {self._value(name, field.type)}"
            for name, field in kind.fields.items()
            if isinstance(field.type, GraphQLNonNull) or self.rng.random() < 0.3
        ]
        return f"{{{', '.join(fields)}}}"


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
