"""The registry as one JSON document; `registry.schema.json` beside this file describes it."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from apps.registry import places, schema, topics
from thriftshop import contracts
from thriftshop.contracts import annotations, digests

SHAPE = Path(__file__).parent / "registry.schema.json"
FORMAT = 1


@lru_cache(maxsize=1)
def text() -> bytes:
    """The serialised document of the current contracts."""
    return orjson.dumps(of(contracts.live()), option=orjson.OPT_INDENT_2)


def of(library: contracts.Library) -> dict[str, Any]:
    """The document of these contracts, with the current GraphQL schema."""
    return {
        "format": FORMAT,
        "contracts": [_contract(library, one) for one in library],
        "topics": [_topic(one) for one in topics.all_of(library)],
        "graphql": [_graphql_type(one) for one in schema.types().values()],
    }


def _contract(library: contracts.Library, one: contracts.Contract) -> dict[str, Any]:
    return {
        "name": one.name,
        "context": one.context,
        "legacy": one.is_legacy,
        "doc": one.doc,
        "digest": digests.of(one),
        "path": f"idl/{one.path}",
        "idl": places.idl_file(one),
        "page": places.contract(one.name),
        "includes": list(one.includes),
        "services": [_service(library, one, each) for each in one.services],
        "structs": [_struct(library, one, each) for each in one.structs],
        "enums": [_enum(one, each) for each in one.enums],
        "typedefs": [_said(one, each) | {"type": str(each.type)} for each in one.typedefs],
        "constants": [
            _said(one, each) | {"type": str(each.type), "value": _value(each.value)} for each in one.constants
        ],
    }


def _said(home: contracts.Contract, one: Any) -> dict[str, Any]:
    return _member(one) | {"page": places.declaration(home.name, one.name)}


def _member(one: Any) -> dict[str, Any]:
    """The fields of every declaration; a member is shown on the page of its declaration."""
    return {
        "name": one.name,
        "doc": one.doc,
        "line": one.line,
        "deprecated": one.deprecated,
        "annotations": dict(one.annotations),
    }


def _service(library: contracts.Library, home: contracts.Contract, one: contracts.Service) -> dict[str, Any]:
    return _said(home, one) | {
        "extends": one.extends,
        "methods": [_method(library, home, each) for each in one.methods],
    }


def _method(library: contracts.Library, home: contracts.Contract, one: contracts.Method) -> dict[str, Any]:
    return _member(one) | {
        "result": str(one.result),
        "oneway": one.oneway,
        "arguments": [_field(library, home, each) for each in one.arguments],
        "refusals": [_field(library, home, each) for each in one.throws],
        "callers": list(one.callers),
        "idempotent": one.idempotent,
        "deadline_ms": one.deadline_ms or annotations.DEFAULT_DEADLINE_MS,
    }


def _struct(library: contracts.Library, home: contracts.Contract, one: contracts.Struct) -> dict[str, Any]:
    return _said(home, one) | {"kind": one.kind, "fields": [_field(library, home, each) for each in one.fields]}


def _field(library: contracts.Library, home: contracts.Contract, one: contracts.Field) -> dict[str, Any]:
    return _member(one) | {
        "id": one.id,
        "type": str(one.type),
        "wire_type": str(library.resolved(home.name, one.type)),
        "requiredness": one.requiredness,
        "default": _value(one.default),
        "pii": one.personal,
    }


def _enum(home: contracts.Contract, one: contracts.Enum) -> dict[str, Any]:
    return _said(home, one) | {"values": [_member(each) | {"value": each.value} for each in one.values]}


def _value(value: Any) -> Any:
    if isinstance(value, contracts.Reference):
        return value.name
    if isinstance(value, list):
        return [_value(one) for one in value]
    if isinstance(value, dict):
        return {str(_value(key)): _value(one) for key, one in value.items()}
    return value


def _topic(one: topics.Topic) -> dict[str, Any]:
    return {
        "name": one.name,
        "doc": one.union.doc,
        "union": one.union.name,
        "producer": one.producer,
        "readers": one.readers,
        "page": places.topic(one.name),
        "events": [
            {"id": each.id, "name": each.name, "type": str(each.type), "doc": each.doc, "readers": list(each.readers)}
            for each in one.union.fields
        ],
    }


def _graphql_type(one: schema.Type) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "doc": one.doc,
        "page": places.graphql_type(one.name),
        "interfaces": list(one.interfaces),
        "possible_types": list(one.possible),
        "fields": [
            _graphql_member(each)
            | {"deprecated": each.deprecated or None, "arguments": [_graphql_member(a) for a in each.arguments]}
            for each in one.fields
        ],
    }


def _graphql_member(one: schema.Member) -> dict[str, Any]:
    return {"name": one.name, "doc": one.doc, "type": one.type, "default": one.default}
