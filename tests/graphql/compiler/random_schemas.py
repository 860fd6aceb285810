"""Random schemas whose resolvers return right, wrong, null and failing values, the same for the same seed and path."""

import asyncio
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    get_named_type,
)

from thriftshop.graphql.compiler.markers import pure

MAX_VALUE_DEPTH = 5


def _serialize(value: Any) -> Any:
    if value == "bad":
        raise ValueError("This value cannot be serialized.")
    return None if value == "nothing" else f"<{value}>"


def _method(value: Any) -> Callable[..., Any]:
    return lambda _info, **_: value


def _is_reusable(value: Any) -> bool:
    """Whether a value is the same when it is read again: not an iterator, and without awaitable items."""
    items = value if isinstance(value, list | tuple) else [value]
    return all(isinstance(item, dict | Attributes) for item in items)


class Attributes:
    """An object whose fields are attributes."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


class Generator:
    """Creates a schema from a seed; its resolvers draw their values from the seed and their path."""

    def __init__(self, seed: int, faults: float) -> None:
        self.seed = seed
        self.faults = faults
        self.rng = random.Random(seed)
        # With a dictionary, objects stay the same from one execution to the next.
        self.known: dict[str, Any] | None = None
        self.color = GraphQLEnumType("Color", {"RED": 1, "GREEN": 2, "BLUE": "blue"})
        self.odd = GraphQLScalarType("Odd", serialize=_serialize)
        self.leaves = [GraphQLString, GraphQLInt, GraphQLFloat, GraphQLBoolean, GraphQLID, self.color, self.odd]
        self.filter = GraphQLInputObjectType(
            "Filter",
            {
                "text": GraphQLInputField(GraphQLString, default_value="any"),
                "size": GraphQLInputField(GraphQLInt, out_name="size_"),
                "nested": GraphQLInputField(GraphQLList(GraphQLNonNull(GraphQLInt))),
            },
        )

    # -- types ------------------------------------------------------------------------------------
    def schema(self) -> GraphQLSchema:
        """The schema."""
        rng = self.rng
        self.interface = GraphQLInterfaceType("Named", self._named, resolve_type=self._resolve_type())
        names = [f"Type{number}" for number in range(rng.randint(2, 4))]
        self.objects = [self._object(name) for name in names]
        members = rng.sample(self.objects, rng.randint(1, len(self.objects)))
        self.union = GraphQLUnionType("Either", members, resolve_type=self._resolve_type())
        query = GraphQLObjectType("Query", lambda: self._fields("Query", rng.randint(3, 6)))
        mutation = GraphQLObjectType("Mutation", lambda: self._fields("Mutation", 3))
        return GraphQLSchema(query, mutation, types=self.objects)

    def _named(self) -> dict[str, GraphQLField]:
        return {"name": GraphQLField(GraphQLString)}

    def _object(self, name: str) -> GraphQLObjectType:
        is_type_of: Any = None
        if self.rng.random() < 0.15:
            is_type_of = self._type_check(name)
        interfaces = [self.interface] if self.rng.random() < 0.7 else []
        count = self.rng.randint(2, 6)
        return GraphQLObjectType(
            name, lambda: {**self._named(), **self._fields(name, count)}, interfaces, is_type_of=is_type_of
        )

    def _fields(self, owner: str, count: int) -> dict[str, GraphQLField]:
        return {f"{owner.lower()}F{number}": self._field(owner) for number in range(count)}

    def _field(self, owner: str) -> GraphQLField:
        kind, name = self._wrapped(), f"{owner}{self.rng.randint(0, 10**9)}"
        is_root = owner in ("Query", "Mutation")
        if is_root and isinstance(kind, GraphQLNonNull) and self.rng.random() < 0.8:
            kind = kind.of_type  # otherwise most operations end as null
        arguments = self._arguments() if self.rng.random() < 0.3 else {}
        return GraphQLField(kind, arguments, resolve=self._resolver(kind, is_root, name))

    def _wrapped(self) -> Any:
        rng = self.rng
        kind: Any = (
            rng.choice(self.leaves) if rng.random() < 0.5 else rng.choice([*self.objects, self.interface, self.union])
        )
        for _ in range(rng.choice([0, 0, 1, 1, 2])):
            kind = GraphQLList(GraphQLNonNull(kind) if rng.random() < 0.4 else kind)
        return GraphQLNonNull(kind) if rng.random() < 0.4 else kind

    def _arguments(self) -> dict[str, GraphQLArgument]:
        return {
            "number": GraphQLArgument(GraphQLInt, default_value=7)
            if self.rng.random() < 0.5
            else GraphQLArgument(GraphQLInt),
            "text": GraphQLArgument(GraphQLString, out_name="text_"),
            "flag": GraphQLArgument(GraphQLNonNull(GraphQLBoolean), default_value=True),
            "filter": GraphQLArgument(self.filter),
            "color": GraphQLArgument(self.color),
        }

    # -- resolvers --------------------------------------------------------------------------------
    def _resolver(self, kind: Any, root: bool, name: str) -> Callable[..., Any] | None:
        drawn = self.rng.random()
        if drawn < 0.25 and not root:
            return None
        if drawn < 0.5 and not root:
            return partial(dict_or_attr_resolver, name, "default" if self.rng.random() < 0.2 else None)
        if drawn < 0.6 and not root and get_named_type(kind) in self.leaves:
            fixed = random.Random(f"{self.seed}{name}").random()
            return pure(lambda _source, _info, **_arguments: self.value(kind, random.Random(fixed), 0))
        mode = self.rng.choice(["sync", "sync", "async", "mixed"])

        def resolve(_source: Any, info: Any, **arguments: Any) -> Any:
            key = f"{self.seed}{info.path.as_list()}{info.field_name}{sorted(arguments.items(), key=str)}"
            rng = random.Random(key)
            later = mode == "async" or (mode == "mixed" and rng.random() < 0.3)
            return self._later(kind, rng, key) if later else self._now(kind, rng, key)

        return resolve

    def _now(self, kind: Any, rng: random.Random, key: str) -> Any:
        if rng.random() < self.faults:
            raise ValueError(f"Fault {rng.randint(0, 99)}")
        if self.known is not None and key in self.known:
            return self.known[key]
        value = self.value(kind, rng, 0)
        if self.known is not None and _is_reusable(value):
            self.known[key] = value
        return value

    async def _later(self, kind: Any, rng: random.Random, key: str) -> Any:
        for _ in range(rng.choice([0, 0, 1, 2, 5])):
            await asyncio.sleep(0)
        return self._now(kind, rng, key)

    def _resolve_type(self) -> Callable[..., Any] | None:
        drawn = self.rng.random()
        if drawn < 0.4:
            return None

        def name(value: Any, _info: Any, _kind: Any) -> Any:
            return value.get("__typename") if isinstance(value, dict) else getattr(value, "kind", None)

        async def later(value: Any, info: Any, kind: Any) -> Any:
            await asyncio.sleep(0)
            return name(value, info, kind)

        return name if drawn < 0.8 else later

    def _type_check(self, name: str) -> Callable[..., Any]:
        def check(value: Any, _info: Any) -> bool:
            given = value.get("__typename") if isinstance(value, dict) else getattr(value, "kind", None)
            return bool(given == name)

        return check

    # -- values -----------------------------------------------------------------------------------
    def value(self, kind: Any, rng: random.Random, depth: int) -> Any:
        """A value of a type, sometimes a wrong one."""
        if rng.random() < self.faults:
            return rng.choice(
                [None, ValueError("As a value"), "wrong", 5, [1, None], object, {}, "bad", "nothing", 2**40]
            )
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, rng, depth)
        if rng.random() < 0.1:
            return None
        if isinstance(kind, GraphQLList):
            items = [self._item(kind.of_type, rng, depth) for _ in range(rng.randint(0, 3))]
            return rng.choice([items, items, items, tuple(items), iter(items)]) if depth == 0 else items
        if kind in self.leaves:
            return self._leaf(kind, rng)
        return self._object_value(kind, rng, depth)

    def _item(self, kind: Any, rng: random.Random, depth: int) -> Any:
        value = self.value(kind, rng, depth)
        return self._awaited(value) if depth == 0 and rng.random() < 0.1 else value

    async def _awaited(self, value: Any) -> Any:
        await asyncio.sleep(0)
        if isinstance(value, str) and value == "bad":
            raise ValueError("Failed later")
        return value

    def _leaf(self, kind: Any, rng: random.Random) -> Any:
        return {
            GraphQLString: lambda: rng.choice(["a", "b", "", 5, True, 2.5]),
            GraphQLInt: lambda: rng.choice([0, 1, -5, 2**31 - 1, 3.0, True]),
            GraphQLFloat: lambda: rng.choice([0.5, 3, -1.25, 1e300, False]),
            GraphQLBoolean: lambda: rng.choice([True, False, 1]),
            GraphQLID: lambda: rng.choice(["id", 7, ""]),
            self.color: lambda: rng.choice([1, 2, "blue"]),
            self.odd: lambda: rng.choice(["x", 5, "bad", "nothing"] if rng.random() < self.faults else ["x", 5]),
        }[kind]()

    def _possible(self, kind: Any, rng: random.Random) -> list[GraphQLObjectType]:
        if rng.random() < self.faults:
            return self.objects
        if kind is self.union:
            return list(self.union.types)
        return [one for one in self.objects if one.interfaces] or self.objects

    def _object_value(self, kind: Any, rng: random.Random, depth: int) -> Any:
        if depth >= MAX_VALUE_DEPTH:
            return None
        chosen = kind if kind in self.objects else rng.choice(self._possible(kind, rng))
        values: dict[str, Any] = {"__typename": chosen.name, "kind": chosen.name}
        for name, field in chosen.fields.items():
            if field.resolve is None:
                value = self.value(field.type, rng, depth + 1)
                values[name] = _method(value) if rng.random() < 0.05 else value
            elif isinstance(field.resolve, partial) and rng.random() > 0.05:
                values[field.resolve.args[0]] = self.value(field.type, rng, depth + 1)
        return values if rng.random() < 0.5 else Attributes({**values, "_Attributes__typename": chosen.name})
