"""Literals as variables: documents that differ only by the numbers and strings of their arguments share one plan.

`scan` splits a document into its fixed text, which is the key of the shared template, and its literals. `parametrized` replaces
the literals of a parsed document by variables that are named by number, which no client can name. Error locations refer to the
template and are moved to where the same token is in the client's own document.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FloatValueNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    IntValueNode,
    NameNode,
    Source,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    ValueNode,
    VariableNode,
    Visitor,
    get_location,
    value_from_ast,
    visit,
)
from graphql.language.visitor import SKIP, VisitorAction

# A comment, or a literal: a string without escapes, a number.
TOKENS = re.compile(
    r"""(?P<comment>\#[^\n\r]*)
    |(?P<s>"[^"\\\x00-\x08\x0a-\x1f\ud800-\udfff]*")
    |(?<![\w.\-])(?P<f>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)(?![\w.]))
    |(?<![\w.\-])(?P<i>-?(?:0|[1-9][0-9]*)(?![\w.]))""",
    re.VERBOSE | re.ASCII,
)
NODES: Mapping[str, type[Any]] = {"s": StringValueNode, "i": IntValueNode, "f": FloatValueNode}
KINDS = frozenset({"string_value", "int_value", "float_value"})


class Literal(NamedTuple):
    """A literal or a comment of a document."""

    kind: str
    text: str
    start: int
    end: int

    def node(self) -> ValueNode:
        """The literal as a node of a document."""
        node: ValueNode = NODES[self.kind](value=self.text[1:-1] if self.kind == "s" else self.text)
        return node


class Scan(NamedTuple):
    """A document's fixed text, with a mark for each literal, and its literals and comments in order."""

    key: str
    literals: list[Literal]


def scan(text: str) -> Scan | None:
    """Split a document; None for one with escaped or block strings, whose literals are left where they are."""
    if "\\" in text or '"""' in text:
        return None
    fixed, literals, last = [], [], 0
    for match in TOKENS.finditer(text):
        kind = match.lastgroup or ""
        fixed += [text[last : match.start()], f"\0{kind[0]}"]
        literals.append(Literal(kind, match.group(), match.start(), match.end()))
        last = match.end()
    return Scan("".join([*fixed, text[last:]]), literals)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Which literals of a document are variables, with their types; all others must be the same in every document."""

    literals: tuple[Literal, ...]
    types: Mapping[int, GraphQLInputType]
    equal: tuple[int, ...]

    def values(self, literals: Sequence[Literal]) -> dict[str, Any] | None:
        """The variables of a document with the same fixed text; None if its literals do not fit."""
        if self.equal != equalities(literals):
            return None
        values: dict[str, Any] = {}
        for index, (mine, other) in enumerate(zip(self.literals, literals, strict=True)):
            if index in self.types:
                value = value_from_ast(other.node(), self.types[index])
                if value is Undefined:
                    return None
                values[str(index)] = value
            elif mine.text != other.text and mine.kind != "comment":
                return None
        return values


def equalities(literals: Sequence[Literal]) -> tuple[int, ...]:
    """For each literal the first one with the same text: fields with equal arguments may be merged, others may not."""
    first: dict[str, int] = {}
    return tuple([first.setdefault(literal.text, index) for index, literal in enumerate(literals)])


def parametrized(
    schema: GraphQLSchema, document: DocumentNode, literals: Sequence[Literal]
) -> tuple[DocumentNode, Parameters]:
    """A valid document with variables in place of its literals."""
    starts = {literal.start: index for index, literal in enumerate(literals)}
    types: dict[int, GraphQLInputType] = {}
    info = TypeInfo(schema)

    class Replace(Visitor):
        def enter_directive(self, *_: Any) -> VisitorAction:
            return SKIP

        def enter_variable_definition(self, *_: Any) -> VisitorAction:
            return SKIP

        def enter(self, node: Any, *_: Any) -> Any:
            kind = info.get_input_type()
            index = (
                starts.get(node.loc.start) if isinstance(node, ValueNode) and node.kind in KINDS and node.loc else None
            )
            if index is None or kind is None:
                return None
            types[index] = kind
            return VariableNode(name=NameNode(value=str(index)), loc=node.loc)

    changed: DocumentNode = visit(document, TypeInfoVisitor(info, Replace()))
    return changed, Parameters(tuple(literals), types, equalities(literals))


def moved(errors: Sequence[GraphQLError], old: Sequence[Literal], new: Sequence[Literal], text: str) -> None:
    """Move the locations of errors from the document with the old literals to the one with the new literals."""
    starts, source = [literal.start for literal in old], Source(text)
    for error in errors:
        if error.positions is None or error.source is None:
            continue
        error.positions = [_moved(position, starts, old, new) for position in error.positions]
        error.locations = [get_location(source, position) for position in error.positions]
        error.source = source


def _moved(position: int, starts: list[int], old: Sequence[Literal], new: Sequence[Literal]) -> int:
    index = bisect_right(starts, position) - 1
    if index < 0:
        return position
    is_inside = position < old[index].end
    return new[index].start if is_inside else position + new[index].end - old[index].end
