"""The events as AsyncAPI 3: a channel per topic, a message per event, structs as JSON Schema."""

import hashlib
from functools import lru_cache
from typing import Any

import orjson

from apps.registry import json_schemas, topics
from thriftshop import contracts
from thriftshop.contracts import digests

THRIFT = "application/vnd.apache.thrift.binary"
ABOUT = (
    "The events of the shop. Each context writes to the topic of its name; every event is sent in an `events.Envelope` "
    "(Thrift binary) with its stream as the key, in the order of the stream, at least once: consumers deduplicate by "
    "(stream, version). The payloads are described as JSON Schema; on the wire they are the member of the topic's union "
    "with the number `x-thrift-field`, in the envelope's field `event`."
)
# The field of the envelope that is the payload of a message; the others are its headers.
EVENT = "event"


@lru_cache(maxsize=1)
def text() -> bytes:
    """The serialised document of the current contracts."""
    return orjson.dumps(of(contracts.live()), option=orjson.OPT_INDENT_2)


def of(library: contracts.Library) -> dict[str, Any]:
    """The document of these contracts."""
    all_topics = topics.all_of(library)
    roots = [library.home(topic.name, field.type.name) for topic in all_topics for field in topic.union.fields]
    headers = _headers(library)
    mentioned = [library.home("events", type_.name) for field in headers.fields for type_ in field.type.mentioned()]
    schemas = json_schemas.of_all(library, roots + mentioned)
    schemas["events.EnvelopeHeaders"] = json_schemas.of_declaration(library, "events", headers)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Thrift Shop: events", "version": _version(library), "description": ABOUT},
        "defaultContentType": THRIFT,
        "channels": {topic.name: _channel(topic) for topic in all_topics},
        "operations": _operations(all_topics),
        "components": {
            "messages": {
                f"{topic.name}.{field.name}": _message(library, topic, field)
                for topic in all_topics
                for field in topic.union.fields
            },
            "schemas": schemas,
        },
    }


def _headers(library: contracts.Library) -> contracts.Struct:
    envelope = library["events"].by_name["Envelope"]
    return contracts.Struct(
        name="EnvelopeHeaders",
        doc="Where and when an event was recorded: the fields of its envelope.",
        annotations={},
        line=envelope.line,
        kind="struct",
        fields=tuple(field for field in _fields(envelope) if field.name != EVENT),
    )


def _fields(declared: contracts.model.Declared) -> tuple[contracts.Field, ...]:
    return declared.fields if isinstance(declared, contracts.Struct) else ()


def _version(library: contracts.Library) -> str:
    """A version that changes with every contract that has events, and only then."""
    combined = "".join(
        digests.of(contract)
        for contract in library
        if contract.event_union is not None or contract.name in ("common", "events")
    )
    return f"1.0.0+{hashlib.sha256(combined.encode()).hexdigest()[:12]}"


def _channel(topic: topics.Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "title": f"The topic {topic.name}",
        "description": topic.union.doc or f"The events of {topic.producer}.",
        "messages": {
            field.name: {"$ref": f"#/components/messages/{topic.name}.{field.name}"} for field in topic.union.fields
        },
        "x-thrift-union": f"{topic.name}.{topic.union.name}",
        "x-readers": topic.readers,
    }


def _message(library: contracts.Library, topic: topics.Topic, field: contracts.Field) -> dict[str, Any]:
    home, name = library.home(topic.name, field.type.name)
    struct = library[home].by_name[name]
    message: dict[str, Any] = {
        "name": name,
        "title": f"{topic.name}: {name}",
        "summary": field.doc or struct.doc or name,
        "contentType": THRIFT,
        "headers": {"$ref": f"{json_schemas.BELOW}events.EnvelopeHeaders"},
        "payload": {"$ref": f"{json_schemas.BELOW}{home}.{name}"},
        "x-thrift-field": field.id,
        "x-readers": list(field.readers),
    }
    if struct.doc:
        message["description"] = struct.doc
    personal = [field.name for field in _fields(struct) if field.personal]
    return message | ({"x-pii": personal} if personal else {})


def _operations(all_topics: list[topics.Topic]) -> dict[str, Any]:
    """Who writes to which topic, and who may read which events."""
    operations: dict[str, Any] = {}
    for topic in all_topics:
        operations[f"{topic.producer}.writes.{topic.name}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{topic.name}"},
            "summary": f"{topic.producer} publishes its events.",
        }
        for reader, members in topic.readers.items():
            operations[f"{reader}.reads.{topic.name}"] = {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "summary": f"{reader} consumes {topic.name}.",
                "messages": [{"$ref": f"#/channels/{topic.name}/messages/{member}"} for member in members],
            }
    return operations
