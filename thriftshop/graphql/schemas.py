"""Builds a schema from its root fields, and prints it as the public contract."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import graphene
from graphene.utils.str_converters import to_snake_case
from graphql import (
    GraphQLInterfaceType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    default_field_resolver,
    print_schema,
)

from thriftshop.graphql import derive, scalars
from thriftshop.graphql.mutations import type_name

# graphene does not set these.
SPECIFIED = {scalar.__name__: scalar.specified_by_url for scalar in (scalars.DateTime, scalars.Long)}


def build(
    queries: Mapping[str, Any],
    mutations: Mapping[str, Any],
    public: Collection[str] = (),
    subscriptions: Mapping[str, Any] | None = None,
) -> GraphQLSchema:
    """The schema with these root fields and all types that they use.

    Queries that are not `public` depend on the viewer, and are refused if the viewer cannot be verified.
    """
    query = derive.make(graphene.ObjectType, "Query", "The root of all queries.", queries)
    mutation = derive.make(graphene.ObjectType, "Mutation", "The root of all mutations.", mutations)
    subscription = (
        derive.make(graphene.ObjectType, "Subscription", "The root of all subscriptions.", subscriptions)
        if subscriptions
        else None
    )
    built = graphene.Schema(query=query, mutation=mutation, subscription=subscription)
    schema: GraphQLSchema = built.graphql_schema
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = type_name
        elif isinstance(kind, GraphQLScalarType) and kind.name in SPECIFIED:
            kind.specified_by_url = SPECIFIED[kind.name]
    for name, field in schema.query_type.fields.items() if schema.query_type else ():
        if to_snake_case(name) not in public:
            field.resolve = _with_known_viewer(field.resolve)
    return schema


def _with_known_viewer(resolve: Callable[..., Any] | None) -> Callable[..., Any]:
    resolve = resolve or default_field_resolver

    def guarded(root: Any, info: Any, **arguments: Any) -> Any:
        info.context.require_verified_viewer()
        return resolve(root, info, **arguments)

    return guarded


def printed(schema: GraphQLSchema) -> str:
    """The schema as text, for `idl/schema.graphql`."""
    return print_schema(schema) + "\n"
