"""Changes of the GraphQL schema: graphql-core's comparison, and the differences that it ignores."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    BreakingChange,
    DangerousChange,
    DocumentNode,
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_ast_schema,
    find_breaking_changes,
    find_dangerous_changes,
    parse,
    print_ast,
    strip_ignored_characters,
    visit,
)
from graphql.language import Node, Visitor, get_location

from thriftshop.contracts import findings
from thriftshop.contracts.findings import Finding

FILE = "idl/schema.graphql"
COORDINATE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)?")


def compare(old: str, new: str) -> list[Finding]:
    """The findings for a change of the schema. Raises GraphQLError for invalid SDL; an empty text means no schema."""
    if not old.strip():
        return []
    if not new.strip():
        return [findings.of("graphql-root-changed", "schema", "the schema was removed", FILE)]
    before, document = build_ast_schema(parse(old)), parse(new)
    after, lines = build_ast_schema(document), {name: line for name, _, line in declared(document)}
    changed: list[BreakingChange | DangerousChange] = [
        *find_breaking_changes(before, after),
        *find_dangerous_changes(before, after),
    ]
    results = [_finding(change.type.name, change.description, lines) for change in changed]
    return findings.in_order([*results, *_roots(before, after), *_defaults(before, after, lines)])


def without_descriptions(text: str) -> str:
    """A normalised schema without descriptions and comments."""
    document: DocumentNode = visit(parse(text, no_location=True), _Wordless())
    return print_ast(document) + "\n"


class _Wordless(Visitor):
    def enter(self, node: Node, *_: object) -> None:
        """Remove the description."""
        if getattr(node, "description", None) is not None:
            node.description = None


def _finding(kind: str, description: str, lines: Mapping[str, int]) -> Finding:
    rule = "graphql-" + kind.lower().replace("_", "-")
    subject, line = _place(description, lines)
    return findings.of(rule, subject, description.rstrip(".").removeprefix(f"{subject} "), FILE, line)


def _place(description: str, lines: Mapping[str, int]) -> tuple[str, int | None]:
    """The subject of a description, and the line where it or its parent is declared."""
    coordinates = COORDINATE.findall(description)
    dotted = [word for word in coordinates if "." in word]
    subject = dotted[0] if dotted else next((word for word in coordinates if word in lines), coordinates[0])
    for name in (subject, subject.partition(".")[0]):
        if name in lines:
            return subject, lines[name]
    return subject, None


def declared(document: DocumentNode) -> Iterator[tuple[str, Any, int]]:
    """The types, directives, fields and values of a document: full name, node and line."""
    for definition in document.definitions:
        owner = getattr(definition, "name", None)
        if owner is None:  # `schema { ... }`
            continue
        yield owner.value, definition, _line(owner)
        for member in (*getattr(definition, "fields", ()), *getattr(definition, "values", ())):
            yield f"{owner.value}.{member.name.value}", member, _line(member.name)


def _line(node: Node) -> int:
    return get_location(node.loc.source, node.loc.start).line if node.loc else 1


def _roots(before: GraphQLSchema, after: GraphQLSchema) -> Iterator[Finding]:
    for operation in ("query", "mutation", "subscription"):
        old, new = getattr(before, f"{operation}_type"), getattr(after, f"{operation}_type")
        if old is not None and (new is None or new.name != old.name):
            now = f"of `{new.name}`" if new else "gone"
            yield findings.of(
                "graphql-root-changed", f"schema.{operation}", f"was of `{old.name}` and is {now} now", FILE
            )


def _defaults(before: GraphQLSchema, after: GraphQLSchema, lines: Mapping[str, int]) -> Iterator[Finding]:
    """Changed defaults: arguments and input fields that became required, and other defaults of input fields."""
    now = dict(_with_defaults(after))
    for subject, old in _with_defaults(before):
        new = now.get(subject)
        if new is None or repr(old.default_value) == repr(new.default_value):
            continue
        was, is_now = _default(old), _default(new)
        line = lines.get(subject) or lines.get(subject.rpartition(".")[0])
        problem = f"default was {was or 'none'} and is {is_now or 'none'} now"
        if was and not is_now and isinstance(new.type, GraphQLNonNull):
            yield findings.of("graphql-default-removed", subject, problem, FILE, line)
        elif isinstance(new, GraphQLInputField):
            yield findings.of("graphql-input-default-changed", subject, problem, FILE, line)


def _with_defaults(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLArgument | GraphQLInputField]]:
    for name, declared in schema.type_map.items():
        if isinstance(declared, GraphQLInputObjectType):
            yield from ((f"{name}.{field}", field_definition) for field, field_definition in declared.fields.items())
        elif isinstance(declared, GraphQLObjectType | GraphQLInterfaceType):
            for field, definition in declared.fields.items():
                yield from (
                    (f"{name}.{field}.{argument}", argument_definition)
                    for argument, argument_definition in definition.args.items()
                )


def _default(argument: GraphQLArgument | GraphQLInputField) -> str:
    value = argument.ast_node.default_value if argument.ast_node else None
    return strip_ignored_characters(print_ast(value)) if value is not None else ""
