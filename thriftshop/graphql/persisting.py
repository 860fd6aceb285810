"""Collecting a client's operations for a manifest of trusted documents, and checking each of them against the schema."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    NameNode,
    Node,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    Source,
    Visitor,
    get_location,
    parse,
    print_ast,
    specified_rules,
    validate,
    visit,
)

from thriftshop.graphql import limits, manifests, persisted, sources
from thriftshop.graphql.documents import distinct
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.manifests import Persisted

MAX_PROBLEMS = 20


@dataclass(slots=True)
class Collected:
    """The operations of a client, the fragments that they share, and what is wrong, with file and line."""

    operations: list[OperationDefinitionNode] = field(default_factory=list)
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    manifests: list[tuple[str, Persisted]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def collect(paths: Iterable[Path]) -> Collected:
    """Read the files of a client, and manifests."""
    collected = Collected()
    for file in sources.files(paths):
        try:
            text = file.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            collected.problems.append(f"{file}: it cannot be read: {reason}.")
            continue
        if file.suffix == ".json":
            _add_manifest(collected, str(file), text)
        else:
            for source in sources.documents(str(file), text):
                _add_document(collected, source)
    return collected


def _add_manifest(collected: Collected, name: str, text: str) -> None:
    """Add the operations of a manifest: Apollo's, or a map of documents by id, as Relay's and other compilers write it."""
    try:
        content = json.loads(text)
        if manifests.is_manifest(content):
            collected.manifests += [(name, operation) for operation in manifests.operations_of(content)]
        elif isinstance(content, dict) and content and all(isinstance(body, str) for body in content.values()):
            collected.manifests += [(name, _of_map(document_id, body)) for document_id, body in content.items()]
        else:
            collected.problems.append(f"{name}: it is neither Apollo's manifest nor a map of documents by id.")
    except (ValueError, RecursionError) as error:
        collected.problems.append(f"{name}: {error}.")


def _of_map(document_id: str, body: str) -> Persisted:
    try:
        operations = [
            definition for definition in parse(body).definitions if isinstance(definition, OperationDefinitionNode)
        ]
    except GraphQLError:
        operations = []  # checked and reported with the others
    first = operations[0] if operations else None
    name = first.name.value if first and first.name else document_id
    return Persisted(document_id, name, first.operation.value if first else "query", body)


def _add_document(collected: Collected, source: Source) -> None:
    if not _has_definitions(source.body):
        return
    try:
        document = parse(source)
    except GraphQLError as error:
        collected.problems.append(_located(error))
        return
    for definition in document.definitions:
        _add_definition(collected, definition)


def _has_definitions(text: str) -> bool:
    """Whether a document has more than comments and blanks: files that only import others are common."""
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())


def _add_definition(collected: Collected, definition: DefinitionNode) -> None:
    if isinstance(definition, OperationDefinitionNode):
        collected.operations.append(definition)
    elif isinstance(definition, FragmentDefinitionNode):
        name = definition.name.value
        known = collected.fragments.setdefault(name, definition)
        if known is not definition and print_ast(known) != print_ast(definition):
            message = f"There is another fragment {name!r} at {_place(known)}."
            collected.problems.append(f"{_place(definition)}: {message}")


def operations(
    schema: GraphQLSchema, collected: Collected, typenames: bool, progress: Callable[[int], None]
) -> list[Persisted]:
    """The valid operations. What is wrong with the others is added to the problems."""
    valid: dict[str, Persisted] = {}
    names: dict[str, str] = {}
    for number, (place, operation, document) in enumerate(_candidates(collected, typenames), start=1):
        progress(number)
        problems = _problems(schema, place, operation, document)
        if document is not None and names.setdefault(operation.name, operation.body) != operation.body:
            problems.append(f"{place}: There is another operation {operation.name!r}; clients find operations by name.")
        if valid.get(operation.id, operation).body != operation.body:
            problems.append(f"{place}: There is another document with the id {operation.id!r}.")
        collected.problems += problems
        valid[operation.id] = operation
    return list(valid.values())


def _candidates(collected: Collected, typenames: bool) -> Iterator[tuple[str, Persisted, DocumentNode | None]]:
    """Each operation with its place, and with its document where that knows its places in the client's files."""
    for node in collected.operations:
        if node.name is None:
            collected.problems.append(f"{_place(node)}: The operation has no name; clients find operations by name.")
            continue
        document = DocumentNode(definitions=(node, *_used(node, collected.fragments)))
        body = print_ast(with_typenames(document) if typenames else document)
        operation = Persisted(persisted.hash_of(body), node.name.value, node.operation.value, body)
        yield _place(node), operation, document
    for name, operation in collected.manifests:
        yield f"{name}, operation {operation.name!r}", operation, None


def _used(node: Node, fragments: Mapping[str, FragmentDefinitionNode]) -> list[FragmentDefinitionNode]:
    """The fragments that an operation uses, also in fragments, in the order of their names."""
    used: dict[str, FragmentDefinitionNode] = {}
    waiting: list[Node] = [node]

    class Spreads(Visitor):
        def enter_fragment_spread(self, spread: FragmentSpreadNode, *_: Any) -> None:
            name = spread.name.value
            if name in fragments and name not in used:
                used[name] = fragments[name]
                waiting.append(fragments[name])

    while waiting:
        visit(waiting.pop(), Spreads())
    return [used[name] for name in sorted(used)]


def with_typenames(document: DocumentNode) -> DocumentNode:
    """The document with `__typename` in each selection but the operation's own, as Apollo Client sends it."""

    class AddTypenames(Visitor):
        def enter_selection_set(self, node: SelectionSetNode, _key: Any, parent: Any, *_: Any) -> Any:
            names = {selection.name.value for selection in node.selections if isinstance(selection, FieldNode)}
            if isinstance(parent, OperationDefinitionNode) or any(name.startswith("__") for name in names):
                return None
            typename = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=())
            return SelectionSetNode(selections=(*node.selections, typename))

    changed: DocumentNode = visit(document, AddTypenames())
    return changed


def _problems(schema: GraphQLSchema, place: str, operation: Persisted, document: DocumentNode | None) -> list[str]:
    """What production would refuse about an operation, whatever its variables."""
    try:
        limits.check_text(operation.body)
        document = document or parse(Source(operation.body, place))
        limits.check_shape(document)
    except RequestRefused as refusal:
        return [f"{place}: {error.message}" for error in refusal.errors]
    except GraphQLError as error:
        return [_located(error)]
    if not any(isinstance(definition, OperationDefinitionNode) for definition in document.definitions):
        return [f"{place}: The document has no operation."]
    rules = [*specified_rules, NoSchemaIntrospectionCustomRule]
    return [_located(error) for error in distinct(validate(schema, document, rules, max_errors=MAX_PROBLEMS))]


def _located(error: GraphQLError) -> str:
    """An error with its file and line."""
    if error.nodes:
        return f"{_place(error.nodes[0])}: {error.message}"
    position = next(iter(error.positions or ()), 0)
    return f"{_in_file(error.source, position) if error.source else 'document'}: {error.message}"


def _place(node: Node) -> str:
    return _in_file(node.loc.source, node.loc.start) if node.loc else "document"


def _in_file(source: Source, position: int) -> str:
    """A place in a client's file, as editors and terminals link it."""
    location, offset = get_location(source, position), source.location_offset
    column = location.column + (offset.column - 1 if location.line == 1 else 0)
    return f"{source.name}:{location.line + offset.line - 1}:{column}"


def unused(collected: Collected) -> Sequence[str]:
    """The names of fragments that no operation uses."""
    used = {fragment.name.value for node in collected.operations for fragment in _used(node, collected.fragments)}
    return sorted(collected.fragments.keys() - used)
