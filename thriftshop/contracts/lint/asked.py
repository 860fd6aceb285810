"""Whether the GraphQL contract, what clients ask, is valid and says what it is."""

from collections.abc import Iterator

from graphql import DocumentNode, GraphQLError, build_ast_schema, parse, validate_schema
from graphql.language import Node, get_location

from thriftshop.contracts import findings
from thriftshop.contracts.findings import Finding
from thriftshop.contracts.graphql_changes import FILE


def check(text: str) -> Iterator[Finding]:
    """What is wrong with a schema's text; nothing where there is none."""
    if not text.strip():
        return
    try:
        document = parse(text)
        problems = validate_schema(build_ast_schema(document))
    except GraphQLError as problem:
        line = problem.locations[0].line if problem.locations else None
        yield findings.of("graphql-invalid", "schema", problem.message, FILE, line)
        return
    except TypeError as problem:  # what graphql-core raises for SDL that it cannot build
        yield findings.of("graphql-invalid", "schema", str(problem), FILE)
        return
    for found in problems:
        line = found.locations[0].line if found.locations else None
        yield findings.of("graphql-invalid", "schema", found.message, FILE, line)
    yield from _silent(document)


def _silent(document: DocumentNode) -> Iterator[Finding]:
    for definition in document.definitions:
        name = getattr(definition, "name", None)
        if name is None or not hasattr(definition, "description"):  # `schema { ... }` and extensions
            continue
        if definition.description is None:
            yield _undocumented(name.value, name)
        for member in (*getattr(definition, "fields", ()), *getattr(definition, "values", ())):
            if member.description is None:
                yield _undocumented(f"{name.value}.{member.name.value}", member)


def _undocumented(subject: str, node: Node) -> Finding:
    line = get_location(node.loc.source, node.loc.start).line if node.loc else None
    return findings.of("graphql-undocumented", subject, "has no description", FILE, line)
