"""Whether the GraphQL schema is valid and documented."""

from collections.abc import Iterator

from graphql import GraphQLError, build_ast_schema, parse, validate_schema

from thriftshop.contracts import findings
from thriftshop.contracts.findings import Finding
from thriftshop.contracts.graphql_changes import FILE, declared


def check(text: str) -> Iterator[Finding]:
    """The problems of a schema's text; none if there is no schema."""
    if not text.strip():
        return
    try:
        document = parse(text)
        problems = validate_schema(build_ast_schema(document))
    except (GraphQLError, TypeError) as problem:  # graphql-core raises TypeError for SDL that it cannot build
        yield _invalid(problem)
        return
    yield from map(_invalid, problems)
    for name, node, line in declared(document):
        if hasattr(node, "description") and node.description is None:  # extensions have none
            yield findings.of("graphql-undocumented", name, "has no description", FILE, line)


def _invalid(problem: GraphQLError | TypeError) -> Finding:
    locations = getattr(problem, "locations", None)
    message = getattr(problem, "message", str(problem))
    return findings.of("graphql-invalid", "schema", message, FILE, locations[0].line if locations else None)
