"""How much one request may ask for: measured on the document, over its fragments, before anything runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Lexer,
    OperationDefinitionNode,
    SelectionSetNode,
    Source,
    TokenKind,
)

from thriftshop.graphql.errors import PARSE_FAILED, RequestRefused

# Brackets within brackets, and fragments within fragments: beyond this no document is read at all.
NESTING = 60
FRAGMENTS = 30
# Introspection is deep by nature, and its depth bounded by its own validation rule; repeats cost there as anywhere.
INTROSPECTION = frozenset({"__schema", "__type"})
OPENING = frozenset({TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L})
CLOSING = frozenset({TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R})


def refuse(limit: str, what: str, found: int, allowed: int) -> RequestRefused:
    """A refusal that names the limit, what was found, and what would be right."""
    return RequestRefused(
        f"LIMIT_{limit}",
        f"{what}: {found:,} where {allowed:,} are allowed. Ask for less at once.",
        found=found,
        allowed=allowed,
    )


def check_text(text: str) -> int:
    """The number of its tokens; refuses a document that is too long, has too many, or is nested too deeply to be read."""
    if len(text) > settings.GRAPHQL_MAX_CHARACTERS:
        raise refuse(
            "CHARACTERS", "The document is too long, in characters", len(text), settings.GRAPHQL_MAX_CHARACTERS
        )
    lexer, count, depth = Lexer(Source(text)), 0, 0
    try:
        while lexer.advance().kind is not TokenKind.EOF:
            count += 1
            depth += (lexer.token.kind in OPENING) - (lexer.token.kind in CLOSING)
            if count > settings.GRAPHQL_MAX_TOKENS:
                raise refuse("TOKENS", "The document has too many tokens", count, settings.GRAPHQL_MAX_TOKENS)
            if depth > NESTING:
                raise refuse("DEPTH", "The document is nested too deeply", depth, NESTING)
    except GraphQLSyntaxError as error:
        raise RequestRefused.because([error], PARSE_FAILED) from error
    return count


@dataclass(slots=True)
class Measures:
    """What a selection amounts to, with all that its fragments stand for."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0

    def add(self, other: "Measures", deeper: int = 0) -> None:
        """Takes in what stands below or beside."""
        self.depth = max(self.depth, other.depth + deeper)
        self.aliases += other.aliases
        self.directives += other.directives


@dataclass(slots=True)
class _Survey:
    """One walk over a document: each fragment is measured once, however often it is spread."""

    fragments: Mapping[str, FragmentDefinitionNode]
    known: dict[str, Measures] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def selection(self, selected: SelectionSetNode | None) -> Measures:
        measures, seen = Measures(), set()
        for node in selected.selections if selected else ():
            measures.directives += len(node.directives)
            if isinstance(node, FieldNode):
                shown = (node.alias or node.name).value
                # The same field again counts as an alias does: comparing repeats is what validation spends its time on.
                measures.aliases += node.alias is not None or shown in seen
                seen.add(shown)
                below = self.selection(node.selection_set)
                if node.name.value in INTROSPECTION:
                    below.depth = 0
                measures.add(below, deeper=1)
            elif isinstance(node, InlineFragmentNode):
                measures.add(self.selection(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                measures.add(self.fragment(node.name.value))
        return measures

    def fragment(self, name: str) -> Measures:
        definition = self.fragments.get(name)
        if name in self.known or definition is None or name in self.open:
            return self.known.get(name, Measures())  # unknown ones and cycles are validation's to refuse
        if len(self.open) >= FRAGMENTS:
            raise refuse("DEPTH", "Fragments stand within fragments too deeply", len(self.open) + 1, FRAGMENTS)
        self.open.append(name)
        self.known[name] = self.selection(definition.selection_set)
        self.known[name].directives += len(definition.directives)
        self.open.pop()
        return self.known[name]


def check_shape(document: DocumentNode) -> None:
    """Refuses a document with an operation that is too deep or has too many aliases or directives."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    survey = _Survey(fragments)
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode):
            measures = survey.selection(one.selection_set)
            measures.directives += len(one.directives)
            _check(measures)
    for name, fragment in fragments.items():
        # One that no operation spreads costs validation as much as one that is.
        measures = survey.fragment(name)
        if fragment.type_condition.name.value.startswith("__"):
            measures.depth = 0
        _check(measures)


def _check(measures: Measures) -> None:
    for limit, what, found, allowed in (
        ("DEPTH", "The query is too deep, in fields within fields", measures.depth, settings.GRAPHQL_MAX_DEPTH),
        ("ALIASES", "There are too many aliases and repeated fields", measures.aliases, settings.GRAPHQL_MAX_ALIASES),
        ("DIRECTIVES", "There are too many directives", measures.directives, settings.GRAPHQL_MAX_DIRECTIVES),
    ):
        if found > allowed:
            raise refuse(limit, what, found, allowed)


def check_body(size: int) -> None:
    """Refuses a request body that is too large, in bytes."""
    if size > settings.GRAPHQL_MAX_BODY:
        raise RequestRefused(
            "LIMIT_BODY",
            f"The request's body is larger than the {settings.GRAPHQL_MAX_BODY:,} bytes that are read.",
            status=413,
            allowed=settings.GRAPHQL_MAX_BODY,
        )


def check_batch(operations: list[Any]) -> None:
    """Refuses a batch of none, or of too many."""
    if not 1 <= len(operations) <= settings.GRAPHQL_MAX_BATCH:
        raise refuse("BATCH", "A batch has too many operations, or none", len(operations), settings.GRAPHQL_MAX_BATCH)
