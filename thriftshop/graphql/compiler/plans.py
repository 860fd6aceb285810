"""Plans: an operation with its selections, compiled for each combination of its @skip and @include conditions."""

from collections.abc import Awaitable, Callable, Mapping
from math import isfinite
from typing import Any, cast

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    MiddlewareManager,
    OperationDefinitionNode,
    OperationType,
    TypeNameMetaFieldDef,
    Undefined,
    VariableNode,
    Visitor,
    default_type_resolver,
    visit,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.pyutils import is_awaitable

from thriftshop.graphql.compiler import encoded, fast, source, waiting
from thriftshop.graphql.compiler.classes import PLAIN
from thriftshop.graphql.compiler.completion import Select, completer
from thriftshop.graphql.compiler.fields import Field, Resolver
from thriftshop.graphql.compiler.state import State
from thriftshop.graphql.compiler.variables import Variables

# Conditions double the number of compiled variants: more than these are executed by graphql-core.
MAX_VARIANTS = 16
INTROSPECTION = frozenset({"__schema", "__type"})


class CannotCompile(Exception):
    """An operation that graphql-core has to execute; the message is the reason."""


class Variant:
    """The selections of an operation for one combination of conditions. Each is compiled when it is first needed."""

    def __init__(self, plan: "Plan", conditions: Mapping[str, Any]) -> None:
        self.plan = plan
        self.conditions = dict(conditions)
        self.selections: dict[tuple[Any, ...], Select] = {}
        self.encoded: dict[tuple[Any, ...], encoded.Selection] = {}
        self.fields = 0
        self.namespace: dict[str, Any] = {
            "plain": PLAIN,
            "isfinite": isfinite,
            "Mapping": Mapping,
            "together": waiting.together,
            "at_root": waiting.at_root,
            "appended": waiting.appended,
        }
        self.root = self._root()

    def _root(self) -> list[Select]:
        """The function of the root selection; a function for each field of a mutation, because these run in order."""
        plan = self.plan
        nodes = collect_fields(
            plan.schema, plan.fragments, self.conditions, plan.root_type, plan.operation.selection_set
        )
        if plan.root_type is plan.schema.query_type and INTROSPECTION & {many[0].name.value for many in nodes.values()}:
            raise CannotCompile("introspection")
        if plan.operation.operation is OperationType.MUTATION:
            return [self._compiled(plan.root_type, {key: many}, "at_root") for key, many in nodes.items()]
        # An error of a non-null field reaches the root: a task fewer would change which other errors come before it.
        combine = "together" if self._has_non_null(nodes) else "at_root"
        return [self._compiled(plan.root_type, nodes, combine)]

    def _has_non_null(self, collected: Mapping[str, list[FieldNode]]) -> bool:
        fields = self.plan.root_type.fields
        definitions = (fields.get(nodes[0].name.value) for nodes in collected.values())
        return any(definition and isinstance(definition.type, GraphQLNonNull) for definition in definitions)

    def select(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Select:
        """The function that executes the selection of these field nodes on an object of this type."""
        key = _key(kind, nodes)
        known = self.selections.get(key)
        if known is None:
            exact = self._compiled(kind, self._collected(kind, nodes))
            known = self.selections[key] = self._accelerated(exact, kind, nodes)
        return known

    def _collected(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Mapping[str, list[FieldNode]]:
        return collect_sub_fields(self.plan.schema, self.plan.fragments, self.conditions, kind, nodes)

    def _accelerated(self, exact: Select, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Select:
        """The same selection, tried by a fast function first if it qualifies for one, or encoded once."""
        name = f"fast_{kind.name}_{self.fields}"
        try:
            text = fast.selection(name, kind, nodes, self._fields_of, self._reader, self.namespace)
        except fast.NotFast:
            select = exact
        else:
            select = fast.first(source.build(name, text, self.namespace), exact)
        once = encoded.selection(select, kind, self._fields_of(kind, nodes), self._fields_of)
        if once is None:
            return select
        self.encoded[_key(kind, nodes)] = once
        return once.select

    def _reader(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> encoded.Read | None:
        """The function that reads the JSON of an object, if its selection is encoded once."""
        if "reuse_key" not in (kind.extensions or {}):
            return None
        self.select(kind, nodes)
        once = self.encoded.get(_key(kind, nodes))
        return None if once is None else once.read

    def _fields_of(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> list[Field]:
        collected = self._collected(kind, nodes)
        return [field for key, many in collected.items() if (field := self._field(kind, key, many)) is not None]

    def _compiled(
        self, kind: GraphQLObjectType, collected: Mapping[str, list[FieldNode]], combine: str = "together"
    ) -> Select:
        fields = [field for key, nodes in collected.items() if (field := self._field(kind, key, nodes)) is not None]
        name = f"select_{kind.name}_{self.fields}"
        return source.build(name, source.selection(name, fields, self.namespace, combine), self.namespace)

    def _field(self, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Field | None:
        name = nodes[0].name.value
        definition = TypeNameMetaFieldDef if name == "__typename" else kind.fields.get(name)
        if definition is None:
            return None
        self.fields += 1
        field = Field(self.fields, key, nodes, kind, definition, self.plan.field_resolver)
        if self.plan.middleware is not None:
            field.resolve = self.plan.middleware.get_field_resolver(field.resolve)
        field.complete = completer(definition.type, field, self.plan.schema, self._select_of(nodes))
        return field

    def _select_of(self, nodes: list[FieldNode]) -> Callable[[GraphQLObjectType], Select]:
        """The selection of these nodes by type."""
        known: dict[str, Select] = {}

        def select_of(kind: GraphQLObjectType) -> Select:
            select = known.get(kind.name)
            if select is None:
                select = known[kind.name] = self.select(kind, nodes)
            return select

        return select_of


def _key(kind: GraphQLObjectType, nodes: list[FieldNode]) -> tuple[Any, ...]:
    return (kind.name, *map(id, nodes))


class Plan:
    """An operation of a document, to be executed many times."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        operation: OperationDefinitionNode,
        field_resolver: Resolver | None = None,
        middleware: MiddlewareManager | None = None,
    ) -> None:
        root_type = schema.get_root_type(operation.operation)
        if root_type is None:
            raise CannotCompile("no root type")
        self.schema = schema
        self.fragments = dict(fragments)
        self.operation = operation
        self.root_type = root_type
        self.field_resolver = field_resolver
        self.middleware = middleware
        self.variables = Variables(schema, operation)
        self.conditions = condition_variables([operation, *fragments.values()])
        self.variants: dict[tuple[Any, ...], Variant] = {}

    def variant(self, variables: Mapping[str, Any]) -> Variant:
        """The compiled operation for these values of its conditions. Raises CannotCompile."""
        key = tuple([variables.get(name, Undefined) for name in self.conditions]) if self.conditions else ()
        known = self.variants.get(key)
        if known is not None:
            return known
        if len(self.variants) >= MAX_VARIANTS:
            raise CannotCompile("too many combinations of conditions")
        values = {name: value for name, value in zip(self.conditions, key, strict=True) if value is not Undefined}
        try:
            self.variants[key] = Variant(self, values)
        except (GraphQLError, RecursionError, SyntaxError) as problem:
            raise CannotCompile(f"{type(problem).__name__} while compiling") from problem
        return self.variants[key]

    def execute(
        self,
        root: Any,
        context: Any,
        variables: dict[str, Any],
        awaitable: Callable[[Any], bool] = is_awaitable,
        type_resolver: Callable[..., Any] | None = None,
        fragments: encoded.Fragments | None = None,
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Execute the operation with coerced variables. Raises CannotCompile before anything is resolved.

        With a store of fragments, the data may contain `orjson.Fragment`s.
        """
        variant = self.variant(variables)
        rest = (self.schema, self.fragments, root, self.operation, variables, context, awaitable)
        state = State(variables, rest, awaitable, type_resolver or default_type_resolver, context, fragments)
        try:
            data = _serially(variant.root, root, state)
        except GraphQLError as error:
            state.add(error, None)
            return result_of(None, state)
        return _later(data, state) if data.__class__ is not dict else result_of(data, state)


def _serially(selects: list[Select], root: Any, state: State) -> dict[str, Any] | Awaitable[dict[str, Any]]:
    """Execute root selections one after the other."""
    results: dict[str, Any] | Awaitable[dict[str, Any]] = {}
    for select in selects:
        result = select(root, None, state)
        if len(selects) == 1:
            return cast(dict[str, Any], result)
        if results.__class__ is dict and result.__class__ is dict:
            results.update(result)
        else:
            results = _merged(results, result)
    return results


async def _merged(results: Any, result: Any) -> dict[str, Any]:
    merged: dict[str, Any] = results if results.__class__ is dict else await results
    merged.update(result if result.__class__ is dict else await result)
    return merged


async def _later(data: Any, state: State) -> ExecutionResult:
    try:
        return result_of(await data, state)
    except GraphQLError as error:
        state.add(error, None)
        return result_of(None, state)


def result_of(data: dict[str, Any] | None, state: State) -> ExecutionResult:
    """The result, with its errors in the order of graphql-core."""
    if not state.errors:
        return ExecutionResult(data, None)
    state.errors.sort(key=lambda error: (error.locations or [], error.path or [], error.message))
    return ExecutionResult(data, state.errors)


def condition_variables(nodes: list[Any]) -> tuple[str, ...]:
    """The names of the variables on which @skip and @include depend."""
    names: set[str] = set()

    class Conditions(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            if node.name.value in ("skip", "include"):
                names.update(
                    argument.value.name.value for argument in node.arguments if isinstance(argument.value, VariableNode)
                )

    for node in nodes:
        visit(node, Conditions())
    return tuple(sorted(names))


def definitions(document: DocumentNode) -> tuple[dict[str, FragmentDefinitionNode], list[OperationDefinitionNode]]:
    """The fragments by name and the operations of a document."""
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    return fragments, [
        definition for definition in document.definitions if isinstance(definition, OperationDefinitionNode)
    ]
