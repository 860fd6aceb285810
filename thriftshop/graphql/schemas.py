"""A schema put together from fields by name, and printed as the public contract."""

from collections.abc import Mapping
from typing import Any

import graphene
from graphql import GraphQLInterfaceType, GraphQLSchema, GraphQLUnionType, print_schema

from thriftshop.graphql import derive
from thriftshop.graphql.mutations import type_name


def build(queries: Mapping[str, Any], mutations: Mapping[str, Any]) -> GraphQLSchema:
    """The schema of these root fields, with all types that they lead to."""
    query = derive.make(graphene.ObjectType, "Query", "All that can be asked.", queries)
    mutation = derive.make(graphene.ObjectType, "Mutation", "All that can be done.", mutations)
    schema: GraphQLSchema = graphene.Schema(query=query, mutation=mutation).graphql_schema
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = type_name
    return schema


def printed(schema: GraphQLSchema) -> str:
    """The schema as text, as `idl/schema.graphql` has it."""
    return print_schema(schema) + "\n"
