"""The fields of a selection: how each is resolved and completed."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    ListValueNode,
    ObjectValueNode,
    TypeNameMetaFieldDef,
    VariableNode,
    default_field_resolver,
)
from graphql.error import located_error
from graphql.execution.values import get_argument_values

from thriftshop.graphql.compiler.state import Info, Path, State, keys

Complete = Callable[[Any, Path, State], Any]
Resolver = Callable[..., Any]


class Field:
    """A field of a compiled selection, merged from all of its nodes. `complete` is set once its selection is known."""

    __slots__ = (
        "_info",
        "complete",
        "constants",
        "definition",
        "key",
        "name",
        "nodes",
        "nullable",
        "number",
        "parent",
        "resolve",
    )

    def __init__(
        self,
        number: int,
        key: str,
        nodes: list[FieldNode],
        parent: GraphQLObjectType,
        definition: GraphQLField,
        field_resolver: Resolver | None,
    ) -> None:
        self.number = number
        self.key = key
        self.name = nodes[0].name.value
        self.nodes = nodes
        self.parent = parent
        self.definition = definition
        self.resolve: Resolver = definition.resolve or field_resolver or default_field_resolver
        self.nullable = not isinstance(definition.type, GraphQLNonNull)
        self._info = (self.name, nodes, definition.type, parent)
        self.complete: Complete = _incomplete
        self.constants = _constants(definition, nodes[0]) if self.shares_arguments else None

    @property
    def attribute(self) -> tuple[str, Any] | None:
        """The name and default of the attribute that graphene's default resolver reads; None for other resolvers."""
        resolve = self.resolve
        if isinstance(resolve, partial) and resolve.func is dict_or_attr_resolver and len(resolve.args) == 2:
            return resolve.args[0], resolve.args[1]
        return None

    @property
    def is_type_name(self) -> bool:
        """Whether the value is the name of the type, without middleware around it."""
        return self.resolve is TypeNameMetaFieldDef.resolve

    @property
    def has_arguments(self) -> bool:
        """Whether the resolver may receive arguments."""
        return bool(self.definition.args) and self.constants != {}

    @property
    def shares_arguments(self) -> bool:
        """Whether all objects may share the coerced arguments: literal lists and objects are created for each."""
        return not any(
            isinstance(argument.value, ListValueNode | ObjectValueNode) for argument in self.nodes[0].arguments
        )

    def info(self, path: Path, state: State) -> Info:
        """The `info` of the resolver."""
        return tuple.__new__(Info, (*self._info, path, *state.rest))

    def arguments(self, state: State) -> dict[str, Any]:
        """The coerced arguments."""
        known = state.arguments.get(self.number)
        if known is None:
            known = get_argument_values(self.definition, self.nodes[0], state.variables)
            if self.shares_arguments:
                state.arguments[self.number] = known
        return known

    def fail(self, problem: Exception, path: Path, state: State) -> None:
        """Record the error, if the field is nullable. Otherwise raises it, located."""
        self.fail_at(problem, path, state, self.nullable)

    def fail_at(self, problem: Exception, path: Path, state: State, nullable: bool) -> None:
        """Record the error of the field or of an item, if that is nullable. Otherwise raises it, located."""
        error = located_error(problem, self.nodes, keys(path))
        if not nullable:
            raise error
        state.add(error, path)

    def finish(self, value: Any, path: Path, state: State) -> Any:
        """Complete what the resolver returned: the value of the response, or an awaitable of it."""
        try:
            if state.is_awaitable(value):
                return self.resolved_later(value, path, state)
            completed = self.complete(value, path, state)
            return self.completed_later(completed, path, state) if state.is_awaitable(completed) else completed
        except Exception as problem:
            self.fail(problem, path, state)
            return None

    async def resolved_later(self, value: Awaitable[Any], path: Path, state: State) -> Any:
        """Complete a value that its resolver returns later."""
        try:
            completed = self.complete(await value, path, state)
            return await completed if state.is_awaitable(completed) else completed
        except Exception as problem:
            self.fail(problem, path, state)
            return None

    async def completed_later(self, completed: Awaitable[Any], path: Path, state: State) -> Any:
        """Handle the errors of a value that is completed later."""
        try:
            return await completed
        except Exception as problem:
            self.fail(problem, path, state)
            return None


def _constants(definition: GraphQLField, node: FieldNode) -> dict[str, Any] | None:
    """The coerced arguments, if they are valid and do not depend on variables."""
    if any(isinstance(argument.value, VariableNode) for argument in node.arguments):
        return None
    try:
        return get_argument_values(definition, node)
    except GraphQLError:
        return None  # raised when the field is resolved


def _incomplete(_value: Any, _path: Path, _state: State) -> Any:
    raise AssertionError("This field was not compiled.")  # pragma: no cover
