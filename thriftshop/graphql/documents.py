"""The document cache: parsing, limits and validation, the most expensive part of a request, happen once per document.

Documents that differ only by literals share a template with variables in their place: see `compiler.literals`.
"""

from collections.abc import Iterable, Mapping, Sequence
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
from thriftshop.graphql.bounded import Bounded
from thriftshop.graphql.compiler import literals
from thriftshop.graphql.errors import PARSE_FAILED, VALIDATION_FAILED, RequestRefused

# The maximum number of locations reported for one error.
MAX_LOCATIONS = 10
MAX_DOCUMENTS = 1_000
MAX_REFUSALS = 500
# In characters.
MAX_REFUSED_TEXT = 4_000_000
# In tokens, of the documents and of the templates: each takes up to a kilobyte, its part of the compiled plan included.
MAX_TOKENS = 75_000


def is_open() -> bool:
    """Whether the schema is open: introspection, suggestions, GET and the explorer page."""
    chosen: bool | None = settings.GRAPHQL_OPEN
    return settings.DEBUG if chosen is None else chosen


@dataclass(frozen=True, slots=True)
class Template:
    """A valid document within the limits that do not depend on variables, and the plans of its operations by name."""

    operations: Mapping[str, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    tokens: int
    size: int
    parameters: literals.Parameters | None
    plans: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as a client sent it: its template, and the values of its literals."""

    text: str
    template: Template
    values: Mapping[str, Any]
    tokens: Sequence[literals.Literal] = ()

    def operation(self, name: str | None) -> str:
        """The name of the operation to run, "" for one without a name. Raises RequestRefused if there is no such operation."""
        operations = self.template.operations
        if name:
            if name not in operations:
                raise RequestRefused("OPERATION_NOT_FOUND", f"The document has no operation {name[:60]!r}.")
            return name
        if len(operations) != 1:
            names = ", ".join(list(operations)[:10]) or "none"
            raise RequestRefused("OPERATION_NOT_FOUND", f"Set `operationName` to the operation to run: {names}.")
        return next(iter(operations))

    def locate(self, errors: Sequence[GraphQLError]) -> None:
        """Move the locations of errors from the template to this document."""
        parameters = self.template.parameters
        if parameters is not None and parameters.literals is not self.tokens:
            literals.moved(errors, parameters.literals, self.tokens, self.text)


class Documents:
    """The most recently used documents of one schema, their templates, and those that were refused."""

    def __init__(self, schema: GraphQLSchema, most: int = MAX_DOCUMENTS, most_size: int = MAX_TOKENS) -> None:
        self.schema = schema
        self.texts: Bounded[tuple[str, bool], Document] = Bounded(most, most_size, "documents")
        self.templates: Bounded[tuple[str, bool], Template] = Bounded(most, most_size, "plans")
        self.refusals: Bounded[tuple[str, bool], RequestRefused] = Bounded(
            MAX_REFUSALS, MAX_REFUSED_TEXT, "refused_documents"
        )

    def prepare(self, text: str) -> Document:
        """The prepared document of this text. Raises RequestRefused if it is not valid."""
        key = (text, is_open())
        known = self.texts.get(key)
        if known is not None:
            return known
        refusal = self.refusals.get(key)
        if refusal is not None:
            raise refusal.again()
        try:
            document = self._from_template(text) or self._read(text)
        except RequestRefused as refused:
            self.refusals.put(key, refused, len(text))
            raise
        self.texts.put(key, document, max(document.template.size, len(text) // 4))
        return document

    def _from_template(self, text: str) -> Document | None:
        """The document, if one that differs from it only by literals was read before."""
        scanned = literals.scan(text) if len(text) <= settings.GRAPHQL_MAX_CHARACTERS else None
        template = self.templates.get((scanned.key, is_open())) if scanned else None
        if scanned is None or template is None or template.parameters is None:
            return None
        values = template.parameters.values(scanned.literals)
        return None if values is None else Document(text, template, values, scanned.literals)

    def _read(self, text: str) -> Document:
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
        return self._shared(text, document, tokens, tokens + len(text) // 4)

    def _shared(self, text: str, document: DocumentNode, tokens: int, size: int) -> Document:
        """The document with a template that is kept for others."""
        scanned = literals.scan(text)
        if scanned is None:
            return Document(text, template_of(document, tokens, size, None), {})
        document, parameters = literals.parametrized(self.schema, document, scanned.literals)
        template = template_of(document, tokens, size, parameters)
        self.templates.put((scanned.key, is_open()), template, size)
        return Document(text, template, parameters.values(parameters.literals) or {}, parameters.literals)


def distinct(problems: Iterable[GraphQLError]) -> list[GraphQLError]:
    """Each problem once, with its locations."""
    nodes: dict[str, list[Node]] = {}
    for problem in problems:
        nodes.setdefault(problem.message, []).extend(problem.nodes or ())
    return [GraphQLError(message, error_nodes[:MAX_LOCATIONS]) for message, error_nodes in nodes.items()]


def template_of(document: DocumentNode, tokens: int, size: int, parameters: literals.Parameters | None) -> Template:
    """The template of a document."""
    operations, fragments = {}, {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            operations[definition.name.value if definition.name else ""] = definition
        elif isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = definition
    return Template(operations, fragments, tokens, size, parameters)
