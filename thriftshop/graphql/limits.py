"""Limits of a request, checked on the document and its fragments before anything is executed."""

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

# The maximum nesting of brackets, and of fragments.
MAX_NESTING = 60
MAX_FRAGMENT_NESTING = 30
# How many documents of the maximum number of tokens a batch may have; smaller ones as many as fit.
MAX_BATCH_DOCUMENTS = 3
# Introspection is deep by nature, and a validation rule limits its depth; its repeated fields count as any others.
INTROSPECTION = frozenset({"__schema", "__type"})
OPENING = frozenset({TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L})
CLOSING = frozenset({TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R})


def limit_refusal(limit: str, noun: str, count: int, allowed: int) -> RequestRefused:
    """A refusal that names the limit, the actual and the allowed number."""
    return RequestRefused(
        f"LIMIT_{limit}",
        f"{noun}: {count:,} (the limit is {allowed:,}). Request less at once.",
        found=count,
        allowed=allowed,
    )


def check_text(text: str) -> int:
    """Count the tokens of a document; refuse one that is too long, has too many tokens, or is nested too deeply."""
    if len(text) > settings.GRAPHQL_MAX_CHARACTERS:
        raise limit_refusal(
            "CHARACTERS", "The document has too many characters", len(text), settings.GRAPHQL_MAX_CHARACTERS
        )
    lexer, count, depth = Lexer(Source(text)), 0, 0
    try:
        while lexer.advance().kind is not TokenKind.EOF:
            count += 1
            depth += (lexer.token.kind in OPENING) - (lexer.token.kind in CLOSING)
            if count > settings.GRAPHQL_MAX_TOKENS:
                raise limit_refusal("TOKENS", "The document has too many tokens", count, settings.GRAPHQL_MAX_TOKENS)
            if depth > MAX_NESTING:
                raise limit_refusal("DEPTH", "The document is nested too deeply", depth, MAX_NESTING)
    except GraphQLSyntaxError as error:
        raise RequestRefused.because([error], PARSE_FAILED) from error
    return count


@dataclass(slots=True)
class Measures:
    """The depth, aliases and directives of a selection, including its fragments."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0

    def add(self, other: "Measures", deeper: int = 0) -> None:
        """Add the measures of a nested or sibling selection."""
        self.depth = max(self.depth, other.depth + deeper)
        self.aliases += other.aliases
        self.directives += other.directives


@dataclass(slots=True)
class _Survey:
    """Measures a document; each fragment once, however often it is spread."""

    fragments: Mapping[str, FragmentDefinitionNode]
    known: dict[str, Measures] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def selection(self, selected: SelectionSetNode | None) -> Measures:
        measures, response_names = Measures(), set()
        for node in selected.selections if selected else ():
            measures.directives += len(node.directives)
            if isinstance(node, FieldNode):
                response_name = (node.alias or node.name).value
                # Repeated fields count as aliases, because comparing them takes most of the validation's time.
                measures.aliases += node.alias is not None or response_name in response_names
                response_names.add(response_name)
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
            return self.known.get(name, Measures())  # validation refuses unknown fragments and cycles
        if len(self.open) >= MAX_FRAGMENT_NESTING:
            raise limit_refusal("DEPTH", "Fragments are nested too deeply", len(self.open) + 1, MAX_FRAGMENT_NESTING)
        self.open.append(name)
        self.known[name] = self.selection(definition.selection_set)
        self.known[name].directives += len(definition.directives)
        self.open.pop()
        return self.known[name]


def check_shape(document: DocumentNode) -> None:
    """Refuse a document with an operation that is too deep or has too many aliases or directives."""
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    survey = _Survey(fragments)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            measures = survey.selection(definition.selection_set)
            measures.directives += len(definition.directives)
            _check(measures)
    for name, fragment in fragments.items():
        # Unused fragments cost validation as much as used ones.
        measures = survey.fragment(name)
        if fragment.type_condition.name.value.startswith("__"):
            measures.depth = 0
        _check(measures)


def _check(measures: Measures) -> None:
    for limit, noun, count, allowed in (
        ("DEPTH", "The query's fields are nested too deeply", measures.depth, settings.GRAPHQL_MAX_DEPTH),
        ("ALIASES", "There are too many aliases and repeated fields", measures.aliases, settings.GRAPHQL_MAX_ALIASES),
        ("DIRECTIVES", "There are too many directives", measures.directives, settings.GRAPHQL_MAX_DIRECTIVES),
    ):
        if count > allowed:
            raise limit_refusal(limit, noun, count, allowed)


def check_body(size: int) -> None:
    """Refuse a request body that is too large, in bytes."""
    if size > settings.GRAPHQL_MAX_BODY:
        raise body_refusal()


def body_refusal() -> RequestRefused:
    """The refusal of a request body that is too large."""
    return RequestRefused(
        "LIMIT_BODY",
        f"The request's body is larger than {settings.GRAPHQL_MAX_BODY:,} bytes.",
        status=413,
        allowed=settings.GRAPHQL_MAX_BODY,
    )


def check_values(variables: Any) -> None:
    """Refuse variables with too many values: coercing each of a megabyte's takes longer than any request may."""
    count, waiting = 0, [variables]
    while waiting:
        value = waiting.pop()
        count += len(value)
        if count > settings.GRAPHQL_MAX_VALUES:
            raise limit_refusal("VALUES", "The variables have too many values", count, settings.GRAPHQL_MAX_VALUES)
        values = value.values() if isinstance(value, dict) else value
        waiting += [child for child in values if isinstance(child, dict | list)]


def check_batch_tokens(count: int) -> None:
    """Refuse a batch whose documents have too many tokens together: each document that is new has to be compiled."""
    allowed = settings.GRAPHQL_MAX_TOKENS * MAX_BATCH_DOCUMENTS
    if count > allowed:
        raise limit_refusal("TOKENS", "The documents of the batch have too many tokens", count, allowed)


def check_batch(operations: list[Any]) -> None:
    """Refuse a batch that is empty or too large."""
    if not 1 <= len(operations) <= settings.GRAPHQL_MAX_BATCH:
        raise limit_refusal("BATCH", "The batch is empty or too large", len(operations), settings.GRAPHQL_MAX_BATCH)
