"""Coercion of an operation's variables: usual values of built-in scalars at once, all others by graphql-core."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    Undefined,
    is_input_type,
    type_from_ast,
    value_from_ast,
)
from graphql.execution.values import get_variable_values

CLASSES: Mapping[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool, GraphQLInt: int}


class Definition(NamedTuple):
    """A variable: the class of its usual values, whether it may be null, and its default."""

    name: str
    usual: type | None
    nullable: bool
    default: Any


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self.schema = schema
        self.operation = operation
        self.definitions = [_definition(schema, node) for node in operation.variable_definitions or ()]

    def coerced(self, values: Mapping[str, Any], hide_suggestions: bool) -> dict[str, Any] | list[GraphQLError]:
        """The coerced values, or the errors of those that are invalid."""
        coerced = self._usual(values)
        if coerced is not None:
            return coerced
        definitions = self.operation.variable_definitions or ()
        return get_variable_values(self.schema, definitions, dict(values), 50, hide_suggestions)

    def _usual(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        coerced: dict[str, Any] = {}
        for name, usual, nullable, default in self.definitions:
            value: Any = values.get(name, Undefined)
            if value is Undefined:
                if default is not Undefined:
                    coerced[name] = default
                elif not nullable:
                    return None
            elif value is None and nullable:
                coerced[name] = None
            elif value.__class__ is usual and (usual is not int or _is_32_bits(value)):
                coerced[name] = value
            else:
                return None
        return coerced


def _is_32_bits(value: Any) -> bool:
    return bool(-(2**31) <= value < 2**31)


def _definition(schema: GraphQLSchema, node: Any) -> Definition:
    kind: Any = type_from_ast(schema, node.type)
    if not is_input_type(kind):
        return Definition(node.variable.name.value, None, False, Undefined)  # graphql-core reports it
    default = value_from_ast(node.default_value, kind) if node.default_value else Undefined
    if isinstance(default, list | dict):
        default = Undefined  # each execution gets its own, by graphql-core
        return Definition(node.variable.name.value, None, False, default)
    nullable = not isinstance(kind, GraphQLNonNull)
    inner = kind if nullable else kind.of_type
    return Definition(node.variable.name.value, CLASSES.get(inner) if inner in CLASSES else None, nullable, default)
