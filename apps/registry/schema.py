"""The public GraphQL schema as data, read from `idl/schema.graphql`: types, fields, arguments, and who uses what."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import graphql

import idl

FILE = idl.ROOT / "schema.graphql"
KINDS = {
    graphql.GraphQLObjectType: "type",
    graphql.GraphQLInterfaceType: "interface",
    graphql.GraphQLUnionType: "union",
    graphql.GraphQLInputObjectType: "input",
    graphql.GraphQLEnumType: "enum",
    graphql.GraphQLScalarType: "scalar",
}


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field, or a field of an input; `default` as the schema writes it, empty without one."""

    name: str
    doc: str
    type: str  # as written: `[Product!]!`
    named: str  # the type's bare name: `Product`
    default: str
    deprecated: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field, or an enum's value (whose types are empty)."""

    name: str
    doc: str
    type: str
    named: str
    arguments: tuple[Argument, ...]
    deprecated: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Type:
    """A type; `kind` is type, interface, union, input, enum or scalar."""

    name: str
    kind: str
    doc: str
    fields: tuple[Field, ...]
    interfaces: tuple[str, ...]
    possible: tuple[str, ...]  # a union's members, an interface's implementations
    used_by: tuple[tuple[str, str], ...]  # type and field (or argument's field) that mention it
    is_root: bool


def text() -> str:
    """The schema as it stands in the file."""
    return FILE.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def types() -> dict[str, Type]:
    """All types by name, in the order of the schema; those of GraphQL itself aside."""
    schema = graphql.build_schema(text())
    known = {name: one for name, one in schema.type_map.items() if not name.startswith("__")}
    standard = graphql.specified_scalar_types
    roots = {one.name for one in (schema.query_type, schema.mutation_type, schema.subscription_type) if one}
    users = _users(known)
    return {
        name: Type(
            name=name,
            kind=KINDS[type(one)],
            doc=one.description or "",
            fields=_fields(one),
            interfaces=tuple(each.name for each in getattr(one, "interfaces", ())),
            possible=_possible(schema, one),
            used_by=tuple(dict.fromkeys(users[name])),
            is_root=name in roots,
        )
        for name, one in known.items()
        if name not in standard
    }


def _possible(schema: graphql.GraphQLSchema, one: Any) -> tuple[str, ...]:
    if isinstance(one, graphql.GraphQLUnionType | graphql.GraphQLInterfaceType):
        return tuple(sorted(each.name for each in schema.get_possible_types(one)))
    return ()


def _fields(one: Any) -> tuple[Field, ...]:
    if isinstance(one, graphql.GraphQLEnumType):
        return tuple(
            Field(name, value.description or "", "", "", (), value.deprecation_reason or "")
            for name, value in one.values.items()
        )
    if isinstance(one, graphql.GraphQLInputObjectType):
        inputs = (_argument(name, field) for name, field in one.fields.items())
        return tuple(Field(i.name, i.doc, i.type, i.named, (), i.deprecated, i.default) for i in inputs)
    return tuple(
        Field(
            name=name,
            doc=field.description or "",
            type=str(field.type),
            named=graphql.get_named_type(field.type).name,
            arguments=tuple(_argument(key, argument) for key, argument in field.args.items()),
            deprecated=field.deprecation_reason or "",
        )
        for name, field in getattr(one, "fields", {}).items()
    )


def _argument(name: str, one: graphql.GraphQLArgument | graphql.GraphQLInputField) -> Argument:
    written = (
        graphql.ast_from_value(one.default_value, one.type) if one.default_value is not graphql.Undefined else None
    )
    return Argument(
        name=name,
        doc=one.description or "",
        type=str(one.type),
        named=graphql.get_named_type(one.type).name,
        default=graphql.print_ast(written) if written else "",
        deprecated=one.deprecation_reason or "",
    )


def _users(known: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, one in known.items():
        for field in _fields(one):
            for mentioned in (field.named, *(argument.named for argument in field.arguments)):
                found[mentioned].append((name, field.name))
        if isinstance(one, graphql.GraphQLUnionType):
            for member in one.types:
                found[member.name].append((name, ""))
    return found
