"""Completion of values by their types, as the specification defines it: null, lists, leaves, abstract and object types."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.execute import invalid_return_type_error
from graphql.pyutils import Undefined, inspect

from thriftshop.graphql.compiler.classes import PLAIN
from thriftshop.graphql.compiler.fields import Complete, Field
from thriftshop.graphql.compiler.lists import Items
from thriftshop.graphql.compiler.state import Path, State

Select = Callable[[Any, Path | None, State], Any]
SelectOf = Callable[[GraphQLObjectType], Select]


def completer(kind: GraphQLOutputType, field: Field, schema: GraphQLSchema, select_of: SelectOf) -> Complete:
    """The function that completes values of this type. It raises errors that are not located yet."""
    if isinstance(kind, GraphQLNonNull):
        return _non_null(completer(kind.of_type, field, schema, select_of), field)
    if isinstance(kind, GraphQLList):
        complete_item = completer(kind.of_type, field, schema, select_of)
        return Items(field, complete_item, not isinstance(kind.of_type, GraphQLNonNull)).complete
    if is_leaf_type(kind):
        return _leaf(cast(GraphQLLeafType, kind))
    if is_abstract_type(kind):
        return _abstract(cast(GraphQLAbstractType, kind), field, schema, select_of)
    return _object(cast(GraphQLObjectType, kind), field, select_of)


def _non_null(complete: Complete, field: Field) -> Complete:
    message = f"Cannot return null for non-nullable field {field.parent.name}.{field.name}."

    def complete_non_null(value: Any, path: Path, state: State) -> Any:
        completed = complete(value, path, state)
        if completed is None:
            raise TypeError(message)
        return completed

    return complete_non_null


def _leaf(kind: GraphQLLeafType) -> Complete:
    def complete_leaf(value: Any, _path: Path, _state: State) -> Any:
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            return None
        serialized = kind.serialize(value)
        if serialized is Undefined or serialized is None:
            raise TypeError(
                f"Expected `{inspect(kind)}.serialize({inspect(value)})`"
                f" to return non-nullable value, returned: {inspect(serialized)}"
            )
        return serialized

    return complete_leaf


def _object(kind: GraphQLObjectType, field: Field, select_of: SelectOf) -> Complete:
    fulfil = fulfiller(field, select_of)
    select: Select | None = None

    def complete_object(value: Any, path: Path, state: State) -> Any:
        nonlocal select
        if PLAIN[value.__class__] and kind.is_type_of is None:
            if select is None:
                select = select_of(kind)
            return select(value, path, state)
        if isinstance(value, Exception):
            raise value
        return None if value is None or value is Undefined else fulfil(kind, value, path, state)

    return complete_object


def fulfiller(field: Field, select_of: SelectOf) -> Callable[[GraphQLObjectType, Any, Path, State], Any]:
    """The function that executes the field's selection on an object, if the object is of the type."""

    def fulfil(kind: GraphQLObjectType, value: Any, path: Path, state: State) -> Any:
        select = select_of(kind)
        if kind.is_type_of is None:
            return select(value, path, state)
        is_type = kind.is_type_of(value, field.info(path, state))
        if state.is_awaitable(is_type):
            return later(kind, value, cast(Awaitable[bool], is_type), path, state)
        if not is_type:
            raise invalid_return_type_error(kind, value, field.nodes)
        return select(value, path, state)

    async def later(kind: GraphQLObjectType, value: Any, is_type: Awaitable[bool], path: Path, state: State) -> Any:
        if not await is_type:
            raise invalid_return_type_error(kind, value, field.nodes)
        result = select_of(kind)(value, path, state)
        return await result if state.is_awaitable(result) else result

    return fulfil


def _abstract(kind: GraphQLAbstractType, field: Field, schema: GraphQLSchema, select_of: SelectOf) -> Complete:
    fulfil = fulfiller(field, select_of)

    def complete_abstract(value: Any, path: Path, state: State) -> Any:
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            return None
        resolve_type = kind.resolve_type or state.type_resolver
        name = resolve_type(value, field.info(path, state), kind)
        if state.is_awaitable(name):
            return later(value, cast(Awaitable[Any], name), path, state)
        return fulfil(runtime_type(name, kind, field, schema, value), value, path, state)

    async def later(value: Any, name: Awaitable[Any], path: Path, state: State) -> Any:
        result = fulfil(runtime_type(await name, kind, field, schema, value), value, path, state)
        return await result if state.is_awaitable(result) else result

    return complete_abstract


def runtime_type(
    name: Any, kind: GraphQLAbstractType, field: Field, schema: GraphQLSchema, value: Any
) -> GraphQLObjectType:
    """The object type with this name. Raises GraphQLError if it is not a possible type of the abstract type."""
    named_type = schema.get_type(name) if isinstance(name, str) else None
    if isinstance(named_type, GraphQLObjectType) and schema.is_sub_type(kind, named_type):
        return named_type
    raise GraphQLError(_type_problem(name, kind, field, named_type, value), field.nodes)


def _type_problem(name: Any, kind: GraphQLAbstractType, field: Field, named_type: Any, value: Any) -> str:
    """The message for a type name that cannot be used; the same as graphql-core's."""
    position = f"{field.parent.name}.{field.name}"
    must = f"Abstract type '{kind.name}' must resolve to an Object type at runtime for field '{position}'"
    if name is None:
        return (
            f"{must}. Either the '{kind.name}' type should provide a 'resolve_type' function"
            " or each possible type should provide an 'is_type_of' function."
        )
    if isinstance(name, GraphQLObjectType):
        return (
            "Support for returning GraphQLObjectType from resolve_type was removed in GraphQL-core 3.2,"
            " please return type name instead."
        )
    if not isinstance(name, str):
        return f"{must} with value {inspect(value)}, received '{inspect(name)}'."
    if named_type is None:
        return f"Abstract type '{kind.name}' was resolved to a type '{name}' that does not exist inside the schema."
    if not isinstance(named_type, GraphQLObjectType):
        return f"Abstract type '{kind.name}' was resolved to a non-object type '{name}'."
    return f"Runtime Object type '{named_type.name}' is not a possible type for '{kind.name}'."
