"""Manifests of trusted documents, in Apollo's format: reading, checking and writing them.

{"format": "apollo-persisted-query-manifest", "version": 1,
 "operations": [{"id": "<sha256 of the body>", "name": "Products", "type": "query", "body": "query Products { ... }"}]}
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

FORMAT, VERSION = "apollo-persisted-query-manifest", 1
TYPES = ("query", "mutation", "subscription")


class InvalidManifest(ValueError):
    """A manifest that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Persisted:
    """An operation of a manifest: the id by which clients request it, and the document that is executed."""

    id: str
    name: str
    type: str
    body: str


def trusted() -> Mapping[str, str]:
    """The trusted documents by id and by hash; empty unless GRAPHQL_DOCUMENTS names a manifest."""
    return _loaded(str(settings.GRAPHQL_DOCUMENTS)) if settings.GRAPHQL_DOCUMENTS else {}


@lru_cache(maxsize=4)
def _loaded(path: str) -> Mapping[str, str]:
    documents: dict[str, str] = {}
    for operation in read(Path(path)):
        documents[operation.id] = operation.body
        documents[hashlib.sha256(operation.body.encode()).hexdigest()] = operation.body
    return documents


def name_of(text: str) -> str:
    """The name of a trusted document; empty for any other text."""
    return _names(str(settings.GRAPHQL_DOCUMENTS)).get(text, "") if settings.GRAPHQL_DOCUMENTS else ""


@lru_cache(maxsize=4)
def _names(path: str) -> Mapping[str, str]:
    return {operation.body: operation.name for operation in read(Path(path))}


def read(path: Path) -> list[Persisted]:
    """The operations of a manifest. Raises InvalidManifest."""
    try:
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        raise InvalidManifest(f"it cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise InvalidManifest(f"it is not JSON: {error}") from error
    if not is_manifest(content):
        raise InvalidManifest(f"it is not a manifest of the format {FORMAT!r}, version {VERSION}")
    return operations_of(content)


def is_manifest(content: Any) -> bool:
    """Whether this is a manifest in Apollo's format."""
    return isinstance(content, dict) and content.get("format") == FORMAT and content.get("version") == VERSION


def operations_of(content: Mapping[str, Any]) -> list[Persisted]:
    """The operations of a manifest's content. Raises InvalidManifest."""
    listed = content.get("operations")
    if not isinstance(listed, list):
        raise InvalidManifest("`operations` must be a list")
    operations = [_operation(number, entry) for number, entry in enumerate(listed, start=1)]
    bodies: dict[str, str] = {}
    for operation in operations:
        if bodies.setdefault(operation.id, operation.body) != operation.body:
            raise InvalidManifest(f"two different operations have the id {operation.id!r}")
    return operations


def _operation(number: int, entry: Any) -> Persisted:
    if not isinstance(entry, dict):
        raise InvalidManifest(f"operation {number} must be an object")
    values = {name: entry.get(name) for name in ("id", "name", "type", "body")}
    for name, value in values.items():
        if not isinstance(value, str) or not value:
            raise InvalidManifest(f"operation {number} has no {name!r}")
    if values["type"] not in TYPES:
        raise InvalidManifest(
            f"operation {number} has the type {values['type']!r}; it must be one of {', '.join(TYPES)}"
        )
    return Persisted(**values)  # type: ignore[arg-type]


def text_of(operations: Iterable[Persisted]) -> str:
    """A manifest as text, in the order of names, so that equal operations give equal files."""
    listed = [
        asdict(operation) for operation in sorted(operations, key=lambda operation: (operation.name, operation.id))
    ]
    content = {"format": FORMAT, "version": VERSION, "operations": listed}
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n"
