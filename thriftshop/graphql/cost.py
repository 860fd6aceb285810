"""The cost of an operation: the weighted number of objects it may return, estimated before it runs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.conf import settings
from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NamedTypeNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_leaf_type,
    visit,
)

from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.limits import limit_refusal

# The assumed length of a plain list: lines of an order, prices of a product.
TYPICAL_LIST = 5
# List arguments that determine the number of results.
COUNTED_LISTS = frozenset({"ids"})
# List arguments that name the objects that a subscription follows.
FOLLOWED_LISTS = frozenset({"skus"})
# The arguments on which the cost depends.
SIZES = COUNTED_LISTS | FOLLOWED_LISTS | {"first", "last"}
MAX_KNOWN_COSTS = 128
# The lists of a connection that are as long as its page.
PAGED = frozenset({"edges", "nodes"})
Weights = Mapping[str, int]


@dataclass(slots=True)
class Estimate:
    """The cost of one operation with its variables. A fragment is computed once per parent type and page size."""

    schema: GraphQLSchema
    weights: Weights
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    known: dict[tuple[str, str, int | None], int] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def operation(self, node: OperationDefinitionNode) -> int:
        """The cost of the whole operation. Raises RequestRefused for a page of an impossible size."""
        root = self.schema.get_root_type(node.operation)
        return self.selection(node.selection_set, root, None) if root else 0

    def selection(self, selected: SelectionSetNode, parent: GraphQLCompositeType, page: int | None) -> int:
        """The cost of a selection on one object of this type; `page` is the page size if the object is a connection."""
        total = 0
        for node in selected.selections:
            if isinstance(node, FieldNode):
                total += self.field(node, parent, page)
            elif isinstance(node, InlineFragmentNode):
                total += self.condition(node.selection_set, node.type_condition, parent, page)
            elif isinstance(node, FragmentSpreadNode):
                total += self.fragment(node.name.value, parent, page)
        return total

    def condition(
        self, selected: SelectionSetNode, on: NamedTypeNode | None, parent: GraphQLCompositeType, page: int | None
    ) -> int:
        """The cost of a selection with a type condition."""
        kind = self.schema.get_type(on.name.value) if on else parent
        composite = isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
        return self.selection(selected, cast(GraphQLCompositeType, kind), page) if composite else 0

    def fragment(self, name: str, parent: GraphQLCompositeType, page: int | None) -> int:
        """The cost of a fragment spread."""
        definition, key = self.fragments.get(name), (name, parent.name, page)
        if definition is None or name in self.open:
            return 0
        if key not in self.known:
            self.open.add(name)
            self.known[key] = self.condition(definition.selection_set, definition.type_condition, parent, page)
            self.open.discard(name)
        return self.known[key]

    def field(self, node: FieldNode, parent: GraphQLCompositeType, page: int | None) -> int:
        """The cost of a field and its selection; a plain value is free unless it has a weight."""
        name = node.name.value
        definition = parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None
        if definition is None:
            return 0
        kind = get_named_type(definition.type)
        weight = self.weights.get(f"{parent.name}.{name}", 0 if is_leaf_type(kind) else 1)
        if is_leaf_type(kind) or node.selection_set is None:
            return weight
        if parent is self.schema.subscription_type:
            call = self.weights.get(f"{parent.name}.{name}", 0)
            return call + self.followed(node, definition) * (1 + self.selection(node.selection_set, kind, None))
        size = self.page_of(node, definition)
        below = self.selection(node.selection_set, kind, size)
        if size is not None and not _is_list(definition):
            return weight + below  # a connection: its `edges` multiply
        if not _is_list(definition):
            return weight + below
        multiple = page if name in PAGED and page is not None else TYPICAL_LIST if size is None else size
        return multiple * (weight + below)

    def followed(self, node: FieldNode, definition: GraphQLField) -> int:
        """The number of objects that a field of the subscription type follows: its selection is executed on each."""
        lists = [argument.value for argument in node.arguments if argument.name.value in FOLLOWED_LISTS]
        found: int = getattr(definition.subscribe, "most_found", 1)
        return max((self.list_length(value) for value in lists), default=found)

    def page_of(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """The number of items requested by `first` and `last`, or by a list argument; None for other fields."""
        arguments = {argument.name.value: argument.value for argument in node.arguments}
        for name in COUNTED_LISTS & definition.args.keys():
            return self.checked_length(self.list_length(arguments.get(name)), node)
        if "first" not in definition.args:
            return None
        numbers = [self.number(arguments.get(argument)) for argument in ("first", "last")]
        sizes = [size for size in numbers if size is not None] or [definition.args["first"].default_value]
        return max(self.checked_length(size, node, minimum=1) for size in sizes)

    def checked_length(self, size: Any, node: FieldNode, minimum: int = 0) -> int:
        """The size, if it is within the limits."""
        maximum = settings.GRAPHQL_MAX_PAGE
        if not isinstance(size, int) or isinstance(size, bool):
            return maximum  # not a number: the coercion of arguments refuses it
        if not minimum <= size <= maximum:
            raise RequestRefused(
                "LIMIT_PAGE_SIZE",
                f"{node.name.value!r} requests {size:,} items at once; request {minimum} to {maximum}.",
                found=size,
                allowed=maximum,
            )
        return size

    def number(self, node: ValueNode | None) -> Any:
        """An integer given literally or by a variable; None if absent."""
        if isinstance(node, VariableNode):
            return self.variables.get(node.name.value)
        return int(node.value) if isinstance(node, IntValueNode) else None

    def list_length(self, node: ValueNode | None) -> int:
        """The length of a list given literally or by a variable; a single value counts as a list of one."""
        if isinstance(node, VariableNode):
            value = self.variables.get(node.name.value)
            return len(value) if isinstance(value, list) else 1
        return len(node.values) if isinstance(node, ListValueNode) else 1


class Costs:
    """The costs of one operation, by the values of the variables on which they depend."""

    def __init__(self, estimate: Callable[[Mapping[str, Any]], int], nodes: Iterable[Node]) -> None:
        self.estimate = estimate
        self.names = size_variables(nodes)
        self.known: dict[tuple[Any, ...], int] = {}

    def of(self, variables: Mapping[str, Any]) -> int:
        """The cost with these variables. Raises RequestRefused for a page of an impossible size."""
        key = tuple([_size(variables.get(name)) for name in self.names])
        known = self.known.get(key)
        if known is None:
            known = self.estimate(variables)
            if len(self.known) < MAX_KNOWN_COSTS:
                self.known[key] = known
        return known


def _size(value: Any) -> Any:
    """What the cost depends on: the length of a list, or a number."""
    return ("list", len(value)) if isinstance(value, list) else value if isinstance(value, int) else None


def size_variables(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The names of the variables in arguments that determine the number of results."""
    names: set[str] = set()

    class Sizes(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
            if node.name.value in SIZES and isinstance(node.value, VariableNode):
                names.add(node.value.name.value)

    for node in nodes:
        visit(node, Sizes())
    return tuple(sorted(names))


def _is_list(definition: GraphQLField) -> bool:
    kind = definition.type
    while isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    return isinstance(kind, GraphQLList)


def check(cost: int) -> None:
    """Refuse an operation that is too expensive."""
    if cost > allowed():
        raise limit_refusal("COST", "The operation is too expensive", cost, allowed())


def allowed() -> int:
    """The maximum cost of an operation, or of a batch."""
    limit: int = settings.GRAPHQL_MAX_COST
    return limit
