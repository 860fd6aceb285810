"""The document cache: parsing, limits and validation, the most expensive part of a request, happen once per document."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    Node,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from thriftshop.graphql import limits
from thriftshop.graphql.errors import PARSE_FAILED, VALIDATION_FAILED, RequestRefused

# The maximum number of locations reported for one error.
MAX_LOCATIONS = 10


def is_open() -> bool:
    """Whether the schema is open: introspection, suggestions, GET and the explorer page."""
    chosen: bool | None = settings.GRAPHQL_OPEN
    return settings.DEBUG if chosen is None else chosen


@dataclass(frozen=True, slots=True)
class Prepared:
    """A valid document within the limits that do not depend on variables."""

    document: DocumentNode
    operations: Mapping[str, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    size: int  # in units of 300 to 550 bytes of memory

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation with this name, or the only one. Raises RequestRefused if there is no such operation."""
        if name:
            found = self.operations.get(name)
            if found is None:
                raise RequestRefused("OPERATION_NOT_FOUND", f"The document has no operation {name[:60]!r}.")
            return found
        if len(self.operations) != 1:
            names = ", ".join(list(self.operations)[:10]) or "none"
            raise RequestRefused("OPERATION_NOT_FOUND", f"Set `operationName` to the operation to run: {names}.")
        return next(iter(self.operations.values()))


@dataclass(slots=True)
class Documents:
    """The most recently used documents of one schema, limited by number and size: about 80 MB at most."""

    schema: GraphQLSchema
    most: int = 1_000
    most_size: int = 150_000
    kept: OrderedDict[tuple[str, bool], Prepared] = field(default_factory=OrderedDict)
    size: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def prepare(self, text: str) -> Prepared:
        """The prepared document of this text. Raises RequestRefused if it is not valid."""
        key = (text, is_open())
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
                return self.kept[key]
        prepared = self._read(text)
        with self.lock:
            self._keep(key, prepared)
        return prepared

    def _keep(self, key: tuple[str, bool], prepared: Prepared) -> None:
        if key not in self.kept:
            self.kept[key] = prepared
            self.size += prepared.size
        while len(self.kept) > self.most or self.size > self.most_size:
            _, dropped = self.kept.popitem(last=False)
            self.size -= dropped.size

    def _read(self, text: str) -> Prepared:
        tokens = limits.check_text(text)
        try:
            document = parse(text)
        except GraphQLSyntaxError as error:
            raise RequestRefused.because([error], PARSE_FAILED) from error
        limits.check_shape(document)
        rules = specified_rules if is_open() else [*specified_rules, NoSchemaIntrospectionCustomRule]
        try:
            problems = validate(
                self.schema, document, rules, max_errors=settings.GRAPHQL_MAX_ERRORS - 1, hide_suggestions=not is_open()
            )
        except GraphQLError as error:  # graphql-core evaluates @skip and @include of a subscription's field
            problems = [GraphQLError("The field of a subscription must not have @skip or @include.", error.nodes)]
        if problems:
            raise RequestRefused.because(distinct(problems), VALIDATION_FAILED)
        # The parsed document keeps every token and comment; only the limit of characters counts comments.
        return _prepared(document, tokens + len(text) // 4)


def distinct(problems: Iterable[GraphQLError]) -> list[GraphQLError]:
    """Each problem once, with its locations."""
    nodes: dict[str, list[Node]] = {}
    for problem in problems:
        nodes.setdefault(problem.message, []).extend(problem.nodes or ())
    return [GraphQLError(message, found[:MAX_LOCATIONS]) for message, found in nodes.items()]


def _prepared(document: DocumentNode, size: int) -> Prepared:
    operations, fragments = {}, {}
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode):
            operations[one.name.value if one.name else ""] = one
        elif isinstance(one, FragmentDefinitionNode):
            fragments[one.name.value] = one
    return Prepared(document, operations, fragments, size)
