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
        "contracts": [_contract(library, contract) for contract in library],
        "topics": [_topic(topic) for topic in topics.all_of(library)],
        "graphql": [_graphql_type(type_) for type_ in schema.types().values()],
    }


def _contract(library: contracts.Library, contract: contracts.Contract) -> dict[str, Any]:
    return {
        "name": contract.name,
        "context": contract.context,
        "legacy": contract.is_legacy,
        "doc": contract.doc,
        "digest": digests.of(contract),
        "path": f"idl/{contract.path}",
        "idl": places.idl_file(contract),
        "page": places.contract(contract.name),
        "includes": list(contract.includes),
        "services": [_service(library, contract, each) for each in contract.services],
        "structs": [_struct(library, contract, each) for each in contract.structs],
        "enums": [_enum(contract, each) for each in contract.enums],
        "typedefs": [_description(contract, each) | {"type": str(each.type)} for each in contract.typedefs],
        "constants": [
            _description(contract, each) | {"type": str(each.type), "value": _value(each.value)}
            for each in contract.constants
        ],
    }


def _description(home: contracts.Contract, part: Any) -> dict[str, Any]:
    return _member(part) | {"page": places.declaration(home.name, part.name)}


def _member(member: Any) -> dict[str, Any]:
    """The fields of every declaration; a member is shown on the page of its declaration."""
    return {
        "name": member.name,
        "doc": member.doc,
        "line": member.line,
        "deprecated": member.deprecated,
        "annotations": dict(member.annotations),
    }


def _service(library: contracts.Library, home: contracts.Contract, service: contracts.Service) -> dict[str, Any]:
    return _description(home, service) | {
        "extends": service.extends,
        "methods": [_method(library, home, each) for each in service.methods],
    }


def _method(library: contracts.Library, home: contracts.Contract, method: contracts.Method) -> dict[str, Any]:
    return _member(method) | {
        "result": str(method.result),
        "oneway": method.oneway,
        "arguments": [_field(library, home, each) for each in method.arguments],
        "refusals": [_field(library, home, each) for each in method.throws],
        "callers": list(method.callers),
        "idempotent": method.idempotent,
        "deadline_ms": method.deadline_ms or annotations.DEFAULT_DEADLINE_MS,
    }


def _struct(library: contracts.Library, home: contracts.Contract, struct: contracts.Struct) -> dict[str, Any]:
    return _description(home, struct) | {
        "kind": struct.kind,
        "fields": [_field(library, home, each) for each in struct.fields],
    }


def _field(library: contracts.Library, home: contracts.Contract, field: contracts.Field) -> dict[str, Any]:
    return _member(field) | {
        "id": field.id,
        "type": str(field.type),
        "wire_type": str(library.resolved(home.name, field.type)),
        "requiredness": field.requiredness,
        "default": _value(field.default),
        "pii": field.personal,
    }


def _enum(home: contracts.Contract, enum: contracts.Enum) -> dict[str, Any]:
    return _description(home, enum) | {"values": [_member(each) | {"value": each.value} for each in enum.values]}


def _value(value: Any) -> Any:
    if isinstance(value, contracts.Reference):
        return value.name
    if isinstance(value, list):
        return [_value(member) for member in value]
    if isinstance(value, dict):
        return {str(_value(key)): _value(member) for key, member in value.items()}
    return value


def _topic(topic: topics.Topic) -> dict[str, Any]:
    return {
        "name": topic.name,
        "doc": topic.union.doc,
        "union": topic.union.name,
        "producer": topic.producer,
        "readers": topic.readers,
        "page": places.topic(topic.name),
        "events": [
            {"id": each.id, "name": each.name, "type": str(each.type), "doc": each.doc, "readers": list(each.readers)}
            for each in topic.union.fields
        ],
    }


def _graphql_type(type_: schema.Type) -> dict[str, Any]:
    return {
        "name": type_.name,
        "kind": type_.kind,
        "doc": type_.doc,
        "page": places.graphql_type(type_.name),
        "interfaces": list(type_.interfaces),
        "possible_types": list(type_.possible),
        "fields": [
            _graphql_member(each)
            | {"deprecated": each.deprecated or None, "arguments": [_graphql_member(a) for a in each.arguments]}
            for each in type_.fields
        ],
    }


def _graphql_member(member: schema.Member) -> dict[str, Any]:
    return {"name": member.name, "doc": member.doc, "type": member.type, "default": member.default}
