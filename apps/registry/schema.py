"""The public GraphQL schema of `idl/schema.graphql` as data: types, fields, arguments and their uses."""

from collections import defaultdict
from collections.abc import Mapping
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
class Member:
    """A field, an argument, or an enum value (which has no type)."""

    name: str
    doc: str
    type: str  # as written: `[Product!]!`
    named: str  # the type's bare name: `Product`
    default: str  # as the schema writes it, empty without one
    deprecated: str
    arguments: tuple["Member", ...]


@dataclass(frozen=True, slots=True)
class Type:
    """A type; `kind` is type, interface, union, input, enum or scalar."""

    name: str
    kind: str
    doc: str
    fields: tuple[Member, ...]
    interfaces: tuple[str, ...]
    possible: tuple[str, ...]  # a union's members, an interface's implementations
    used_by: tuple[tuple[str, str], ...]  # types and fields that refer to it
    is_root: bool


def text() -> str:
    """The text of the schema."""
    return FILE.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def types() -> dict[str, Type]:
    """All types by name, in the order of the schema, without GraphQL's own."""
    schema = graphql.build_schema(text())
    types_by_name = {name: type_ for name, type_ in schema.type_map.items() if not name.startswith("__")}
    standard = graphql.specified_scalar_types
    roots = {type_.name for type_ in (schema.query_type, schema.mutation_type, schema.subscription_type) if type_}
    users = _users(types_by_name)
    return {
        name: Type(
            name=name,
            kind=KINDS[type(type_)],
            doc=type_.description or "",
            fields=_fields(type_),
            interfaces=tuple(each.name for each in getattr(type_, "interfaces", ())),
            possible=_possible(schema, type_),
            used_by=tuple(dict.fromkeys(users[name])),
            is_root=name in roots,
        )
        for name, type_ in types_by_name.items()
        if name not in standard
    }


def _possible(schema: graphql.GraphQLSchema, type_: Any) -> tuple[str, ...]:
    if isinstance(type_, graphql.GraphQLUnionType | graphql.GraphQLInterfaceType):
        return tuple(sorted(each.name for each in schema.get_possible_types(type_)))
    return ()


def _fields(type_: Any) -> tuple[Member, ...]:
    return _members(getattr(type_, "fields", None) or getattr(type_, "values", {}))


def _members(members: Mapping[str, Any]) -> tuple[Member, ...]:
    return tuple(_member(name, member) for name, member in members.items())


def _member(name: str, definition: Any) -> Member:
    kind = getattr(definition, "type", None)
    default = getattr(definition, "default_value", graphql.Undefined)
    written = graphql.ast_from_value(default, kind) if kind and default is not graphql.Undefined else None
    return Member(
        name=name,
        doc=definition.description or "",
        type=str(kind or ""),
        named=graphql.get_named_type(kind).name if kind else "",
        default=graphql.print_ast(written) if written else "",
        deprecated=definition.deprecation_reason or "",
        arguments=_members(getattr(definition, "args", {})),
    )


def _users(types_by_name: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    users: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, type_ in types_by_name.items():
        for field in _fields(type_):
            for mentioned in (field.named, *(argument.named for argument in field.arguments)):
                users[mentioned].append((name, field.name))
        if isinstance(type_, graphql.GraphQLUnionType):
            for member in type_.types:
                users[member.name].append((name, ""))
    return users
